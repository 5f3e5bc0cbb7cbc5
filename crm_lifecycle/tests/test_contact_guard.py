from datetime import date, datetime

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .cadence_common import CadenceCase


@tagged("post_install", "-at_install")
class TestContactGuard(CadenceCase):
    """Who may be reached now, and what customers wish."""

    def _block(self, partner, moment="2026-03-05 12:00:00", **kwargs):
        self.env.invalidate_all()
        found = partner._get_contact_block(moment=datetime.fromisoformat(moment), **kwargs)
        return found.get(partner)

    def test_nothing_is_said_where_nothing_speaks_against_it(self):
        self._create_cadence()
        customer = self._create_buyer()
        self.assertIsNone(self._block(customer, "2026-03-10 12:00:00"))
        self.assertIsNone(self._block(self._create_customer("Stranger")))
        self.assertEqual(self.env["res.partner"]._get_contact_block(), {})

    def test_too_soon_blocks_automation_and_warns_people(self):
        self._create_cadence()
        customer = self._create_buyer()
        found = self._block(customer)
        self.assertEqual(
            (found["blocked"], found["warning"], found["earliest"]),
            (True, False, date(2026, 3, 10)),
        )
        self.assertIn("7 days", found["reason"])
        found = self._block(customer, automated=False)
        self.assertEqual((found["blocked"], found["warning"]), (False, True))

    def test_the_wish_comes_before_the_rule_and_holds_for_people_of_the_customer(self):
        self._create_cadence()
        customer = self._create_buyer(lifecycle_contact_gap=20)
        person = self.env["res.partner"].create({"name": "Grace", "parent_id": customer.id})
        for partner in (customer, person):
            self.assertEqual(self._block(partner)["earliest"], date(2026, 3, 23))
        person.lifecycle_contact_gap = 30
        self.assertEqual(self._block(person)["earliest"], date(2026, 4, 2))
        self.assertEqual(self._block(customer)["earliest"], date(2026, 3, 23))

    def test_quiet_days_and_hours_in_the_contacts_own_zone(self):
        customer = self._create_customer("Quiet", lifecycle_quiet_weekdays="4")
        # 2026-03-05 is a Thursday.
        self.assertEqual(self._block(customer)["earliest"], date(2026, 3, 6))
        self.assertIsNone(self._block(customer, "2026-03-06 12:00:00"))
        customer.tz = "Asia/Shanghai"
        self.assertTrue(self._block(customer, "2026-03-04 16:30:00"))
        self.assertIsNone(self._block(customer, "2026-03-04 15:30:00"))
        self.assertIsNone(self._block(customer, "2026-03-05 16:30:00"))
        customer.tz = "America/New_York"
        self.assertIsNone(self._block(customer, "2026-03-05 04:30:00"))
        self.assertTrue(self._block(customer, "2026-03-06 04:30:00"))

    def test_quiet_hours_over_midnight_and_when_clocks_change(self):
        customer = self._create_customer(
            "Nights", lifecycle_quiet_from=20, lifecycle_quiet_to=8, tz="Europe/Berlin"
        )
        for moment, earliest in (
            # In winter Berlin is an hour ahead, from 2026-03-29 on two.
            ("2026-03-28 06:59:00", date(2026, 3, 28)),
            ("2026-03-28 07:00:00", None),
            ("2026-03-30 05:59:00", date(2026, 3, 30)),
            ("2026-03-30 06:00:00", None),
            ("2026-03-30 18:00:00", date(2026, 3, 31)),
            ("2026-03-30 17:59:00", None),
        ):
            with self.subTest(moment):
                found = self._block(customer, moment)
                self.assertEqual(found and found["earliest"], earliest)
        customer.write({"lifecycle_quiet_from": 12, "lifecycle_quiet_to": 14})
        self.assertEqual(
            self._block(customer, "2026-03-30 11:00:00")["earliest"], date(2026, 3, 30)
        )

    def test_quiet_until_and_what_is_added_up(self):
        customer = self._create_customer(
            "Holiday", lifecycle_quiet_until="2026-04-04", lifecycle_quiet_weekdays="67"
        )
        self.assertEqual(self._block(customer)["earliest"], date(2026, 4, 6))

    def test_opt_out_always_wins(self):
        self._create_cadence()
        customer = self._create_buyer(
            lifecycle_opt_out=True, lifecycle_opt_out_reason="Leave us alone."
        )
        found = self._block(customer, "2027-03-05 12:00:00")
        self.assertEqual((found["blocked"], found["earliest"]), (True, False))
        self.assertIn("Leave us alone.", found["reason"])
        self._date(customer)
        profile = self._profile(customer)
        self.assertFalse(profile.next_contact_date)
        self.assertFalse(profile.latest_contact_date)
        self.assertIn("Leave us alone.", profile.contact_why)
        # Of a person alone, the customer stays.
        customer.lifecycle_opt_out = False
        person = self.env["res.partner"].create(
            {"name": "Grace", "parent_id": customer.id, "lifecycle_opt_out": True}
        )
        self.assertTrue(self._block(person, "2027-03-05 12:00:00")["blocked"])
        self.assertIsNone(self._block(customer, "2027-03-05 12:00:00"))

    def test_another_channel_is_a_warning(self):
        customer = self._create_customer("Caller", lifecycle_contact_channel="call")
        self.assertIsNone(self._block(customer, channel="call"))
        found = self._block(customer, channel="mail")
        self.assertEqual((found["blocked"], found["warning"]), (False, True))
        self.assertIn("Call", found["reason"])

    def test_what_a_bridge_sent_counts(self):
        self._create_cadence()
        customer = self._create_buyer()
        partners = type(self.env["res.partner"])
        self.patch(
            partners,
            "_get_lifecycle_last_sent",
            lambda records: dict.fromkeys(records, date(2026, 3, 20)),
        )
        self.assertEqual(
            self._block(customer, "2026-03-21 12:00:00")["earliest"], date(2026, 3, 27)
        )

    def test_the_same_queries_for_many(self):
        self._create_cadence()
        customers = self.env["res.partner"].union(
            *(self._create_buyer(f"Buyer {place}") for place in range(5))
        )
        counts = []
        for some in (customers[:1], customers[:1], customers):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = some._get_contact_block(moment=datetime(2026, 3, 5, 12))
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(found), len(some))
        self.assertEqual(counts[1], counts[2])

    def test_wishes_are_checked(self):
        customer = self._create_customer()
        for vals in (
            {"lifecycle_quiet_weekdays": "8"},
            {"lifecycle_quiet_weekdays": "66"},
            {"lifecycle_quiet_weekdays": "6,7"},
            {"lifecycle_quiet_weekdays": "1234567"},
            {"lifecycle_quiet_from": -1},
            {"lifecycle_quiet_to": 24.5},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                customer.write(vals)
        customer.write({"lifecycle_quiet_weekdays": "67", "lifecycle_quiet_to": 24})

    def test_wishes_move_the_next_contact(self):
        self._create_cadence()
        customer = self._create_buyer()
        self._process_queue()
        self._contact(customer, "2026-03-03")
        for vals, expected in (
            # 2026-04-02 is a Thursday.
            ({"lifecycle_quiet_weekdays": "45"}, "2026-04-06"),
            ({"lifecycle_quiet_weekdays": "4"}, "2026-04-03"),
            ({"lifecycle_quiet_weekdays": False, "lifecycle_contact_gap": 100}, "2026-06-11"),
            ({"lifecycle_contact_gap": 0, "lifecycle_quiet_until": "2026-08-01"}, "2026-08-03"),
            ({"lifecycle_quiet_until": False}, "2026-04-02"),
            # Nobody works on the days that are left.
            ({"lifecycle_quiet_weekdays": "12345"}, None),
        ):
            with self.subTest(vals):
                customer.write(vals)
                self.assertNext(customer, expected or False)
        self.assertIn("no working day", self._profile(customer).contact_why)
