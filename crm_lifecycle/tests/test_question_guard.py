from unittest.mock import patch

from odoo.exceptions import RedirectWarning
from odoo.tests import tagged
from odoo.tools import mute_logger

from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestQuestionGuard(FollowUpCase):
    """Nobody closes a contact silently while the customer waits for an answer."""

    def setUp(self):
        super().setUp()
        self.clock = self.at("2026-03-10")
        self.clock.__enter__()
        self.addCleanup(self.clock.__exit__, None, None, None)
        self.customer = self._create_buyer(owner=self.senior)
        self.question = self._ask()
        self.todo = self.env.ref("mail.mail_activity_data_todo")

    def _ask(self, name="Which colour?", **vals):
        return self.env["crm.lifecycle.question"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.senior.id,
                "name": name,
                **vals,
            }
        )

    def _plan(self, document=None, kind=None):
        document = document or self.customer
        return (
            self.env["mail.activity"]
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(document._name),
                    "res_id": document.id,
                    "activity_type_id": (kind or self.call).id,
                    "user_id": self.senior.id,
                }
            )
            .with_user(self.senior)
        )

    def _settle(self, call, **vals):
        """Get interrupted, and decide on all questions as the wizard asks for."""
        with self.assertRaises(RedirectWarning) as caught:
            call()
        _message, _action, _button, context = caught.exception.args
        settle = (
            self.env["crm.lifecycle.question.settle"]
            .with_user(self.senior)
            .with_context(**context)
            .create({})
        )
        settle.line_ids.write(vals)
        return settle

    def test_every_way_of_the_client_asks(self):
        ways = {
            "action_done": {},
            "action_feedback": {"feedback": "Reached"},
            "action_done_schedule_next": {},
            "action_feedback_schedule_next": {"feedback": "Reached"},
            "action_done_redirect_to_other": {},
            "action_archive": {},
        }
        for way, told in ways.items():
            activity = self._plan()
            with self.subTest(way), self.assertRaises(RedirectWarning):
                getattr(activity, way)(**told)
            self.assertTrue(activity.active)
        with self.assertRaises(RedirectWarning):
            activity.write({"active": False})
        with self.assertRaises(RedirectWarning):
            activity._finish_attempt("reached")

    def test_on_leads_and_orders_too(self):
        for document in (
            self._create_opportunity(self.customer, user_id=self.senior.id),
            self._create_order(self.customer, user_id=self.senior.id),
        ):
            with self.subTest(document._name), self.assertRaises(RedirectWarning):
                self._plan(document).action_feedback()

    def test_what_is_no_contact_is_not_asked_about(self):
        activity = self._plan(kind=self.todo)
        activity.action_done()
        self.assertFalse(activity.active)

    def test_a_follow_up_asks_whatever_its_type(self):
        customer = self.customer
        self.todo.lifecycle_channel = "mail"
        self.cadence.activity_type_id = self.todo
        self.todo.lifecycle_channel = False
        self._set_dates(customer, next_contact_date="2026-03-10")
        self._schedule()
        activity = self._open(customer).activity_id.with_user(self.senior)
        self.assertEqual(activity.activity_type_id, self.todo)
        with self.assertRaises(RedirectWarning):
            activity.action_done()

    def test_an_attempt_in_vain_is_none(self):
        self._plan()._finish_attempt("no_answer")
        self.assertEqual(self.question.state, "open")

    def test_what_is_postponed_sleeps_until_its_day(self):
        self.question.postponed_until = "2026-03-11"
        self._plan().action_done()
        self.question.postponed_until = "2026-03-10"
        with self.assertRaises(RedirectWarning):
            self._plan().action_done()

    def test_a_defect_of_ours_stops_nobody(self):
        activity = self._plan()
        with (
            patch.object(type(self.question), "_get_open_of", side_effect=ValueError("test")),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"),
        ):
            activity.action_feedback()
        self.assertFalse(activity.active)

    def test_automation_is_never_stopped(self):
        self._plan().sudo().action_done()
        self._plan().with_context(lifecycle_no_questions=True).action_done()
        self.assertEqual(self.question.state, "open")

    def test_whoever_may_not_settle_them_is_not_locked(self):
        clerk = self._create_user("question_clerk", "base.group_user", "base.group_partner_manager")
        activity = self._plan()
        activity.sudo().user_id = clerk
        activity.with_user(clerk).action_done()
        self.assertFalse(activity.active)

    def test_answered_in_the_wizard_it_is_done_with_the_feedback(self):
        activity = self._plan()
        settle = self._settle(
            lambda: activity.action_feedback(feedback="Nice talk"), decision="answer", words="Blue"
        )
        settle.action_apply()
        self.assertEqual((self.question.state, self.question.answer), ("answered", "Blue"))
        self.assertFalse(activity.active)
        self.assertIn("Nice talk", self.customer.message_ids[:1].body)

    def test_the_next_one_is_planned_afterwards(self):
        activity = self._plan()
        settle = self._settle(
            activity.action_done_schedule_next, decision="postpone", postponed_until="2026-04-01"
        )
        action = settle.action_apply()
        self.assertEqual(action["res_model"], "mail.activity")
        self.assertEqual(self.question.state, "open")
        self.assertFalse(self.question.is_due)
        self.assertFalse(activity.active)

    def test_a_result_of_my_day_is_kept(self):
        activity = self._plan()
        settle = self._settle(
            lambda: activity._finish_attempt("refused", note="Later", lifecycle_minutes=7),
            decision="drop",
            words="Asked elsewhere",
        )
        settle.action_apply()
        self.assertEqual(self.question.state, "dropped")
        self.assertEqual(activity.lifecycle_outcome, "refused")
        self.assertEqual(activity.lifecycle_minutes, 7)

    def test_each_decision_needs_its_word(self):
        for decision in ("answer", "drop", "postpone"):
            settle = self._settle(self._plan().action_done, decision=decision)
            with self.subTest(decision), self.assertRaisesRegex(Exception, "Which colour"):
                settle.action_apply()
        self.assertEqual(self.question.state, "open")

    def test_another_company_is_not_asked(self):
        other = self._create_company("Other", "base.EUR")
        self.question.company_id = other
        self._plan().action_done()
