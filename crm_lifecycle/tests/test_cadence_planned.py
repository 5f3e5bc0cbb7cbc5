from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from .cadence_common import CadenceCase


@tagged("post_install", "-at_install")
class TestCadencePlanned(CadenceCase):
    """Nothing is put on top of what is planned with a customer already."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.call = cls.env.ref("mail.mail_activity_data_call")
        cls.todo = cls.env.ref("mail.mail_activity_data_todo")
        cls._create_cadence()

    def setUp(self):
        super().setUp()
        self.customer = self._create_buyer()
        self.clock = self.at("2026-03-10")
        self.clock.__enter__()
        self.addCleanup(self.clock.__exit__, None, None, None)

    def _plan(self, document, day, kind=None, **vals):
        return document.activity_schedule(
            activity_type_id=(kind or self.call).id,
            date_deadline=date.fromisoformat(day),
            user_id=self.salesperson.id,
            **vals,
        )

    def _planned(self):
        self._date(self.customer)
        return self._profile(self.customer).planned_contact_date

    def test_activities_on_contact_lead_and_order_take_its_place(self):
        person = self.env["res.partner"].create({"name": "Grace", "parent_id": self.customer.id})
        for document in (
            self.customer,
            person,
            self._create_opportunity(self.customer),
            self._create_order(person),
        ):
            with self.subTest(document._name):
                activity = self._plan(document, "2026-03-21")
                self.assertNext(self.customer, "2026-03-21")
                self.assertEqual(self._planned(), date(2026, 3, 21))
                self.assertIn("activity is planned", self._profile(self.customer).contact_why)
                activity.unlink()
                self.assertNext(self.customer, "2026-04-02")
                self.assertFalse(self._planned())

    def test_the_first_one_counts_and_none_before_the_last_contact_or_too_late(self):
        self._plan(self.customer, "2026-03-02")
        self.assertFalse(self._planned())
        # Later than the customer can wait.
        self._plan(self.customer, "2026-06-02")
        self.assertFalse(self._planned())
        self._plan(self.customer, "2026-05-20")
        self._plan(self.customer, "2026-03-25")
        self.assertEqual(self._planned(), date(2026, 3, 25))

    def test_what_nobody_does_in_time_is_planned_no_more(self):
        activity = self._plan(self.customer, "2026-03-21")
        self.assertEqual(self._planned(), date(2026, 3, 21))
        latest = self._profile(self.customer).latest_contact_date
        for day, planned in ((latest, date(2026, 3, 21)), (latest + timedelta(1), False)):
            with self.subTest(day=day), self.at(f"{day} 12:00:00"):
                self._process_queue()
                due = self.env.execute_query(self.env["crm.lifecycle.pass"]._get_due())
                self.assertEqual((self.customer.id,) in due, not planned)
                self.assertEqual(self._planned(), planned)
        activity.date_deadline = date(2026, 3, 25)
        activity.user_id = False
        self.assertFalse(self._planned())

    def test_what_reaches_nobody_plans_nothing(self):
        self._plan(self.customer, "2026-03-21", self.todo)
        self.assertFalse(self._planned())
        self.todo.lifecycle_channel = "mail"
        self.assertEqual(self._planned(), date(2026, 3, 21))

    def test_our_own_follow_ups_are_what_is_to_be_planned(self):
        activity = self._plan(self.customer, "2026-03-21")
        self.env["crm.lifecycle.follow.up"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "cadence_id": self._profile(self.customer).cadence_id.id,
                "activity_id": activity.id,
                "date_due": "2026-03-21",
            }
        )
        self.assertFalse(self._planned())

    def test_meetings_to_come_do_until_they_are_over(self):
        with self.at("2026-03-10"):
            meeting = self.env["calendar.event"].create(
                {
                    "name": "Visit",
                    "user_id": self.salesperson.id,
                    "start": "2026-03-20 09:00:00",
                    "stop": "2026-03-20 10:00:00",
                    "partner_ids": [Command.set((self.customer | self.salesperson.partner_id).ids)],
                }
            )
            self.env.flush_all()
            self.assertEqual(self._planned(), date(2026, 3, 20))
            self.assertIn("meeting is planned", self._profile(self.customer).contact_why)
            meeting.attendee_ids.filtered(
                lambda attendee: attendee.partner_id == self.customer
            ).state = "declined"
            self.assertFalse(self._planned())
            meeting.attendee_ids.state = "accepted"
            self._process_queue()
            self._contact(self.customer, "2026-03-03")
            self.assertEqual(self._planned(), date(2026, 3, 20))
        with self.at("2026-03-21"):
            # The nightly pass looks at them.
            self.assertIn(self.customer.id, self._gathered(self._gather("night")))
            self.assertFalse(self._planned())

    def _attend(self, customer, state):
        self.env["calendar.attendee"].search([("partner_id", "=", customer.id)]).state = state

    def test_hooks_queue_the_customer(self):
        self._process_queue()
        self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
        for what in (
            lambda: self._plan(self.customer, "2026-03-21"),
            lambda: self.env["calendar.event"].create(
                {
                    "name": "Visit",
                    "start": "2026-03-20 09:00:00",
                    "stop": "2026-03-20 10:00:00",
                    "partner_ids": [Command.set(self.customer.ids)],
                }
            ),
            lambda: self._attend(self.customer, "declined"),
            lambda: self.customer.write({"lifecycle_opt_out": True}),
        ):
            what()
            self.env.cr.flush()
            self.assertEqual(self.queue.search([]).mapped("partner_ref")[:1], self.customer.ids)
            self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
            self.env.invalidate_all()
        self.customer.activity_ids.with_context(lifecycle_own_plan=True).unlink()
        self.customer.lifecycle_opt_out_reason = "Busy"
        self.env.cr.flush()
        self.assertFalse(self.queue.search([]))
