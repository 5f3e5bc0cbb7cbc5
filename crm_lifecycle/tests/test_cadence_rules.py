from datetime import date

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .cadence_common import CadenceCase
from .common import SALES


@tagged("post_install", "-at_install")
class TestCadenceRules(CadenceCase):
    """Which rule counts for a customer, and what a change of the rules does."""

    def _rule(self, customer):
        self._date(customer)
        return self._profile(customer).cadence_id

    def test_the_most_specific_rule_counts_then_the_first_then_the_oldest(self):
        customer = self._create_buyer()
        segment = self.env["crm.lifecycle.segment"].create(
            {"name": "Parks", "company_id": self.company.id}
        )
        self._set(customer, value_class="a", customer_type="relational", segment_id=segment.id)
        profile = self._profile(customer)
        self.assertFalse(self._rule(customer))
        two = {"value_class": "a", "customer_type": "relational"}
        for name, vals in (
            ("any", {}),
            ("domain", {"domain": "[('purchase_count', '>', 0)]", "sequence": 90}),
            ("type, further up", {"customer_type": "relational", "sequence": 80}),
            ("status, further up", {"status": profile.status, "sequence": 70}),
            ("two", {**two, "sequence": 99}),
            ("with a domain", {**two, "domain": "[('purchase_count', '=', 1)]", "sequence": 99}),
            (
                "four",
                {**two, "segment_id": segment.id, "stage_id": profile.stage_id.id, "sequence": 99},
            ),
        ):
            with self.subTest(name):
                rule = self._create_cadence(name, **vals)
                self.assertEqual(self._rule(customer), rule)
        four = self.cadences.search([("name", "=", "four")])
        self.assertEqual(four.condition_count, 4)
        same = four.copy({"name": "same"})
        self.assertEqual(self._rule(customer), four)
        same.sequence = 98
        self.assertEqual(self._rule(customer), same)
        # What is meant for others, is archived or of another company does not count.
        (same | four).active = False
        self._create_cadence("B", **{**two, "value_class": "b"}, status=profile.status, sequence=1)
        self._create_cadence("no", **two, domain="[('purchase_count', '>', 9)]", status="active")
        self.assertEqual(self._rule(customer).name, "with a domain")
        self.assertIn("with a domain", self._profile(customer).contact_why)

    def test_a_rule_of_another_company_does_not_count(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        self.assertTrue(self.cadences.search([("company_id", "=", other.id)]))
        self.assertFalse(self._rule(self._create_buyer()))

    def test_conditions_reach_what_the_profile_leads_to(self):
        rule = self._create_cadence(
            domain="['|', ('partner_id.name', '=', 'Two'), ('is_core', '=', True)]"
        )
        one, two = self._create_buyer("One"), self._create_buyer("Two")
        self.assertFalse(self._rule(one))
        self.assertEqual(self._rule(two), rule)

    def test_a_change_holds_for_everybody_at_once(self):
        rule = self._create_cadence()
        customers = [self._create_buyer(f"Buyer {place}") for place in range(3)]
        self._process_queue()
        for change, expected in (
            ({"interval": 31}, "2026-04-03"),
            ({"gap_max": 31, "gap_min": 31}, "2026-04-03"),
            ({"name": "Other"}, "2026-04-03"),
            ({"active": False}, None),
            ({"active": True, "interval": 60, "gap_min": 1, "gap_max": 60}, "2026-05-01"),
            ({"value_class": "a"}, None),
        ):
            with self.subTest(change):
                rule.write(change)
                self.env.flush_all()
                self.env.cr.flush()
                self._process_queue()
                self.env.invalidate_all()
                for customer in customers:
                    found = self._profile(customer).next_contact_date
                    self.assertEqual(found, expected and date.fromisoformat(expected) or False)
        self.assertFalse(self.env["crm.lifecycle.reclassification"].search([]))

    def test_what_moves_nobody_starts_nothing(self):
        rule = self._create_cadence()
        self._create_buyer()
        self._process_queue()
        rule.write({"name": "Other", "minutes": 3, "note": "Ask", "escalate_days": 3})
        self.env.cr.flush()
        self.assertFalse(self.env["crm.lifecycle.reclassification"].search([]))

    def test_holidays_and_hours_move_everybody_in_the_background(self):
        self._create_cadence()
        customer = self._create_buyer()
        self._process_queue()
        calendar = self.company.resource_calendar_id
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": calendar.id,
                "date_from": "2026-04-02 00:00:00",
                "date_to": "2026-04-02 23:59:59",
            }
        )
        for change, expected in (
            (lambda: True, date(2026, 4, 3)),
            (leave.unlink, date(2026, 4, 2)),
            (
                lambda: calendar.attendance_ids.filtered(
                    lambda line: line.dayofweek == "3"
                ).unlink(),
                date(2026, 4, 3),
            ),
        ):
            change()
            self._process_queue()
            self.env.invalidate_all()
            self.assertEqual(self._profile(customer).next_contact_date, expected)

    def test_a_second_run_writes_nothing(self):
        self._create_cadence()
        self._create_cadence("domain", domain="[('purchase_count', '>', 0)]")
        customers = [
            self._create_buyer("Plain"),
            self._create_buyer("Quiet", lifecycle_quiet_weekdays="45"),
            self._create_buyer("Out", lifecycle_opt_out=True),
            self._create_buyer("Later", lifecycle_quiet_until="2026-09-01"),
            self._create_buyer("Never", contacted=None),
        ]
        self._date(*customers)
        self.assertEqual(self._date(*customers), [])
        # On another day neither.
        with self.at("2026-04-20"):
            self.assertEqual(self._date(*customers), [])

    def test_the_number_of_queries_does_not_grow(self):
        self._create_cadence()
        self._create_cadence("domain", domain="[('purchase_count', '>', 0)]")
        customers = [self._create_buyer(f"Buyer {place}") for place in range(6)]
        counts = []
        for some in (customers, customers[:1], customers):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.profiles._record_cadence([customer.id for customer in some])
            counts.append(self.env.cr.sql_log_count - before)
        _cold, few, many = counts
        self.assertEqual(few, many)
        # Rules, their names aside, working times, and the statement itself with its settings.
        self.assertLessEqual(many, 12)

    def test_conditions_that_break_later_leave_the_others_in_force(self):
        broken = self._create_cadence("Broken")
        good = self._create_cadence("Good", sequence=99)
        customer = self._create_buyer()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_cadence SET domain = %s WHERE id = %s",
            ["[('of_a_bridge', '=', 1)]", broken.id],
        )
        self.env.invalidate_all()
        with self.assertLogs("odoo.addons.crm_lifecycle.models.crm_lifecycle_cadence_rules"):
            self.assertEqual(self._rule(customer), good)

    def test_whoever_writes_conditions_sees_what_they_look_at(self):
        cadences = self.cadences.with_user(self.manager)
        vals = {"name": "Spy", "company_id": self.company.id}
        with self.assertRaises(ValidationError):
            cadences.create(
                {**vals, "domain": "[('partner_id.user_ids.totp_secret', '!=', False)]"}
            )
        cadences.create({**vals, "domain": "[('purchase_amount', '>', 100)]"})
        salesperson = self._create_user("cadence_seller", SALES)
        with self.assertRaises(AccessError):
            self.cadences.with_user(salesperson).create(vals)

    def test_a_new_company_begins_with_rules(self):
        company = self._create_company("Lifecycle Third Company", "base.EUR")
        rules = self.cadences.search([("company_id", "=", company.id)])
        self.assertEqual(len(rules), 11)
        self.assertTrue(all(rule.condition_count for rule in rules))
        # Closer ones for whoever is worth more.
        intervals = {rule.value_class: rule.interval for rule in rules if not rule.customer_type}
        self.assertLess(intervals["a"], intervals["b"])
        self.assertLess(intervals["b"], intervals["c"])
        rules.active = False
        self.cadences._create_default(company)
        self.assertFalse(self.cadences.search([("company_id", "=", company.id)]))
