from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .cadence_common import CadenceCase


@tagged("post_install", "-at_install")
class TestCadenceDates(CadenceCase):
    """On which day a customer is contacted next."""

    def test_the_next_contact_is_an_interval_after_the_last_one(self):
        cadence = self._create_cadence()
        customer = self._create_buyer()
        # 2026-04-02 is a Thursday.
        self.assertNext(customer, "2026-04-02")
        self.assertRecordValues(
            self._profile(customer),
            [
                {
                    "cadence_id": cadence.id,
                    "earliest_contact_date": fields.Date.to_date("2026-03-10"),
                    "latest_contact_date": fields.Date.to_date("2026-06-01"),
                    "planned_contact_date": False,
                }
            ],
        )
        self._contact(customer, "2026-03-20")
        self.assertNext(customer, "2026-04-20")

    def test_without_a_contact_it_counts_from_the_stage(self):
        self._create_cadence()
        customer = self._create_buyer(contacted=None)
        self.assertFalse(self._profile(customer).last_contact_date)
        self.assertNext(customer, "2026-04-02")
        self.assertIn("No contact yet", self._profile(customer).contact_why)

    def test_working_days_month_ends_and_leap_days(self):
        cadence = self._create_cadence(gap_min=0, interval=1)
        customer = self._create_buyer()
        for contacted, interval, expected in (
            # Friday to Saturday, so Monday.
            ("2026-03-06", 1, "2026-03-09"),
            ("2026-03-31", 1, "2026-04-01"),
            ("2026-01-30", 1, "2026-02-02"),
            # A leap day, a Tuesday; and the day after it.
            ("2028-02-28", 1, "2028-02-29"),
            ("2028-02-28", 2, "2028-03-01"),
            ("2027-02-26", 3, "2027-03-01"),
            # Over the turn of the year.
            ("2026-12-31", 1, "2027-01-01"),
            ("2026-12-31", 2, "2027-01-04"),
        ):
            with self.subTest(contacted=contacted, interval=interval), self.at("2026-09-01"):
                cadence.interval = interval
                self._contact(customer, contacted)
                self.assertNext(customer, expected)

    def test_holidays_are_no_working_days(self):
        self._create_cadence()
        customer = self._create_buyer()
        leave = self.env["resource.calendar.leaves"].create(
            {
                "name": "Easter",
                "company_id": self.company.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-04-02 00:00:00",
                "date_to": "2026-04-06 23:59:59",
            }
        )
        self.assertNext(customer, "2026-04-07")
        self.assertIn("Moved to a working day", self._profile(customer).contact_why)
        leave.date_to = "2026-04-02 23:59:59"
        self.assertNext(customer, "2026-04-03")
        leave.unlink()
        self.assertNext(customer, "2026-04-02")

    def test_a_leave_of_somebody_is_none_of_all(self):
        self._create_cadence()
        customer = self._create_buyer()
        resource = self.env["resource.resource"].create({"name": "Ada"})
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "resource_id": resource.id,
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": "2026-04-02 00:00:00",
                "date_to": "2026-04-06 23:59:59",
            }
        )
        self.assertNext(customer, "2026-04-02")

    def test_a_rule_has_a_working_time_of_its_own(self):
        tuesdays = self.env["resource.calendar"].create(
            {
                "name": "Tuesdays",
                "attendance_ids": [
                    Command.clear(),
                    Command.create(
                        {"name": "Tuesday", "dayofweek": "1", "hour_from": 8, "hour_to": 16}
                    ),
                ],
            }
        )
        self._create_cadence(calendar_id=tuesdays.id)
        customer = self._create_buyer()
        self.assertNext(customer, "2026-04-07")

    def test_no_later_than_the_largest_gap(self):
        """A day before the weekend rather than one after the last day that is left."""
        self._create_cadence(gap_min=10, interval=30, gap_max=31)
        customer = self._create_buyer(contacted="2026-03-06")
        # Due on Sunday 2026-04-05, neglected after the Monday: that is a working day.
        self.assertNext(customer, "2026-04-06")
        self.cadences.search([("company_id", "=", self.company.id)]).gap_max = 30
        self.assertNext(customer, "2026-04-03")
        # Nor sooner than the least gap: then it is later, and says so.
        self.cadences.search([("company_id", "=", self.company.id)]).gap_min = 30
        self.assertNext(customer, "2026-04-06")
        self.assertEqual(
            self._profile(customer).latest_contact_date, fields.Date.to_date("2026-04-06")
        )

    def test_sooner_by_the_rhythm_of_purchases(self):
        self._create_cadence(interval=60, lead_days=5)
        customer = self._create_buyer(bought="2026-03-02", contacted="2026-03-03")
        self._set(customer, purchase_interval=30, last_purchase_date="2026-03-02")
        # Bought again about 2026-04-01, a Wednesday, less five days: a Friday.
        self.assertNext(customer, "2026-03-27")
        self.assertIn("by their own rhythm", self._profile(customer).contact_why)
        # Once contacted for it, the rule's own days count again.
        self._contact(customer, "2026-03-27")
        self.assertNext(customer, "2026-05-26")
        # Not sooner than the least gap.
        self._set(customer, purchase_interval=7, last_purchase_date="2026-03-26")
        self.assertNext(customer, "2026-04-03")

    def test_lost_suspects_and_archived_have_none(self):
        self._create_cadence(stage_id=self.stages["first_buyer"].id)
        lost = self._create_buyer("Lost")
        archived = self._create_buyer("Archived")
        suspect = self._create_customer("Suspect")
        self._create_loss(lost)
        self._create_mark(suspect)
        archived.active = False
        self._process_queue()
        for customer, words in (
            (lost, "lost"),
            (suspect, "No cadence"),
            (archived, "archived"),
        ):
            with self.subTest(customer.name):
                profile = self._profile(customer)
                self.assertFalse(profile.cadence_id)
                self.assertFalse(profile.next_contact_date)
                self.assertFalse(profile.latest_contact_date)
                self.assertIn(words, profile.contact_why)

    def test_rules_are_checked(self):
        for vals in (
            {"status": "lost"},
            {"responsible": "role"},
            {"escalate_days": 3, "escalate_to": "user"},
            {"domain": "[('nothing', '=', 1)]"},
            {"domain": "[('status', '=', 'active'"},
            {"domain": "[('status', '=', uid)]"},
            {"domain": "7"},
        ):
            with self.subTest(vals), self.assertRaises(ValidationError):
                self._create_cadence(**vals)

    def test_gaps_are_in_order(self):
        for vals in (
            {"gap_min": 31},
            {"gap_max": 29},
            {"gap_min": 0, "interval": 0},
            {"gap_min": -1},
        ):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._create_cadence(**vals)
