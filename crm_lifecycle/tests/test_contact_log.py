from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SALES
from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestContactLog(FollowUpCase):
    """A contact that nobody planned is entered in a few keystrokes."""

    def _log(self, user=None, context=None, **vals):
        log = self.env["crm.lifecycle.contact.log"].with_user(user or self.senior)
        return log.with_context(**(context or {})).create(vals)

    def _done(self, document):
        return (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search([("res_model", "=", document._name), ("res_id", "=", document.id)])
        )

    def test_a_call_is_logged_on_the_customer(self):
        customer = self._create_customer("Parks", user_id=self.senior.id)
        with self.at("2026-03-10"):
            self._log(
                partner_id=customer.id,
                direction="in",
                minutes=7,
                satisfaction="4",
                note="Wants <b>more</b>",
            ).action_apply()
        done = self._done(customer)
        self.assertEqual(done.lifecycle_channel, "call")
        self.assertEqual(
            (done.lifecycle_direction, done.lifecycle_minutes, done.lifecycle_satisfaction),
            ("in", 7, "4"),
        )
        self.assertFalse(done.active)
        self.assertEqual(done.date_done, self._day("2026-03-10"))
        self.assertEqual(done.user_id, self.senior)

    def test_the_document_at_hand_gets_it(self):
        customer = self._create_customer("Parks", user_id=self.senior.id)
        lead = self._create_lead(customer, user_id=self.senior.id)
        context = {"active_model": "crm.lead", "active_id": lead.id}
        with self.at("2026-03-10"):
            log = self._log(context=context)
            self.assertEqual(log.partner_id, customer)
            log.action_apply()
        self.assertEqual(len(self._done(lead)), 1)
        self.assertFalse(self._done(customer))

    def test_the_next_one_is_planned_for_a_day_to_come(self):
        customer = self._create_customer("Parks", user_id=self.senior.id)
        with self.at("2026-03-10"):
            with self.assertRaises(UserError):
                self._log(partner_id=customer.id, date_next="2026-03-10").action_apply()
            self._log(partner_id=customer.id, date_next="2026-03-20").action_apply()
        planned = self._done(customer).filtered("active")
        self.assertEqual(planned.date_deadline, self._day("2026-03-20"))

    def test_nothing_takes_less_than_no_time(self):
        customer = self._create_customer("Parks")
        with self.assertRaises(UserError):
            self._log(partner_id=customer.id, minutes=-1).action_apply()

    def test_what_was_planned_as_a_follow_up_is_done_by_it(self):
        customer = self._create_due()
        self._schedule()
        follow_up = self._open(customer)
        with self.at("2026-03-10"):
            self._log(partner_id=customer.id).action_apply()
        self.assertEqual(follow_up.state, "done")
        self.assertEqual(len(self._done(customer)), 1)

    def test_it_stands_where_and_how_it_was_and_the_follow_up_is_done(self):
        customer = self._create_due()
        lead = self._create_lead(customer, user_id=self.senior.id)
        self._schedule()
        follow_up = self._open(customer)
        planned = follow_up.activity_id
        context = {"active_model": "crm.lead", "active_id": lead.id}
        with self.at("2026-03-10"):
            self._log(context=context, channel="visit", minutes=90).action_apply()
        done = self._done(lead)
        self.assertEqual((done.lifecycle_channel, done.lifecycle_minutes), ("visit", 90))
        self.assertFalse(planned.exists())
        self.assertEqual((follow_up.state, follow_up.activity_id), ("done", done))

    def test_it_may_become_an_opportunity(self):
        customer = self._create_customer("Parks", user_id=self.senior.id)
        action = self._log(partner_id=customer.id, make_opportunity=True).action_apply()
        self.assertEqual(action["context"]["default_partner_id"], customer.id)

    def test_what_the_customer_complains_about_becomes_a_complaint(self):
        customer = self._create_customer("Parks", user_id=self.senior.id)
        order = self._confirm_order(customer, user_id=self.senior.id)
        context = {"active_model": "sale.order", "active_id": order.id}
        complaint = {"make_complaint": True, "complaint_subject": "The bench wobbles"}
        with self.at("2026-03-10"):
            with self.assertRaisesRegex(UserError, "in a few words"):
                self._log(context=context, make_complaint=True).action_apply()
            self.assertFalse(self._done(order))
            action = self._log(
                context=context, direction="in", note="Since <b>Monday</b>", **complaint
            ).action_apply()
        self.assertEqual(len(self._done(order)), 1)
        made = self.env["crm.complaint"].browse(action["res_id"])
        self.assertRecordValues(
            made,
            [
                {
                    "subject": "The bench wobbles",
                    "partner_id": customer.id,
                    "order_ids": order.ids,
                    "channel": "call",
                    "company_id": self.company.id,
                    "user_id": self.senior.id,
                }
            ],
        )
        # Customers read the description, and no notes.
        self.assertFalse(made.description)
        note = made.message_ids.filtered(lambda message: "&lt;b&gt;Monday" in message.body)
        self.assertTrue(note.subtype_id.internal)

    def test_a_channel_without_a_type_of_activity_is_explained(self):
        customer = self._create_customer("Parks")
        with self.assertRaisesRegex(UserError, "Contact By"):
            self._log(partner_id=customer.id, channel="portal").action_apply()

    def test_whoever_may_not_read_the_document_logs_on_none(self):
        customer = self._create_customer("Parks")
        lead = self._create_lead(customer, user_id=self.senior.id)
        stranger = self._create_user("log_stranger", SALES)
        with self.assertRaises(Exception):  # noqa: B017 what the host raises
            self._log(
                stranger, context={"active_model": "crm.lead", "active_id": lead.id}
            ).action_apply()
        self.assertFalse(self._done(lead))
