from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintSteps(ComplaintCase):
    """Buttons move a complaint from step to step; what is over says when and why."""

    def test_from_new_to_closed(self):
        complaint = self._complain()
        for button, code in (
            ("action_confirm", "confirmed"),
            ("action_investigate", "investigating"),
            ("action_wait", "waiting"),
            ("action_investigate", "investigating"),
            ("action_solve", "solved"),
            ("action_close", "closed"),
        ):
            with self.subTest(button):
                getattr(complaint, button)()
                self.assertEqual(complaint.step_code, code)
        self.assertTrue(complaint.solved_at)
        self.assertTrue(complaint.closed_at)
        self.assertTrue(complaint.answered_at)

    def test_rejecting_needs_a_reason(self):
        complaint = self._complain()
        with self.assertRaises(ValidationError):
            complaint._set_step("rejected")
        action = complaint.action_reject()
        with Form(complaint, view=action["views"][0][0]) as form:
            form.reject_reason = "The warranty has ended"
        complaint.action_confirm_reject()
        self.assertEqual(complaint.step_code, "rejected")
        self.assertFalse(complaint.solved_at)

    def test_what_was_solved_and_is_rejected_has_no_time_to_solve(self):
        complaint = self._complain(reject_reason="The warranty has ended")
        complaint.action_solve()
        complaint._set_step("rejected")
        self.assertFalse(complaint.solved_at)
        self.assertFalse(complaint.solution_hours)

    def test_what_is_over_is_reopened_first(self):
        complaint = self._complain()
        complaint.action_solve()
        for button in ("action_solve", "action_wait", "action_reject"):
            with self.subTest(button), self.assertRaises(UserError):
                getattr(complaint, button)()
        complaint.action_reopen()
        self.assertEqual(complaint.step_code, "investigating")
        with self.assertRaises(UserError):
            complaint.action_reopen()
        complaint.action_solve()
        complaint.action_reopen()
        self.assertEqual(complaint.reopened_count, 2)

    def test_a_reopened_one_is_rejected_no_more(self):
        complaint = self._complain(reject_reason="No fault of ours")
        complaint.action_confirm_reject()
        complaint.action_reopen()
        self.assertFalse(complaint.reject_reason)
        self.assertTrue(complaint.is_open)

    def test_the_board_moves_them_too(self):
        complaint = self._complain()
        complaint.step_id = self.env.ref("crm_lifecycle.crm_complaint_step_waiting")
        self.assertTrue(complaint.waiting_since)
        complaint.step_id = self.env.ref("crm_lifecycle.crm_complaint_step_confirmed")
        self.assertFalse(complaint.waiting_since)
        groups = self.complaints.formatted_read_group(
            [("id", "=", complaint.id)], ["step_id"], ["__count"]
        )
        self.assertEqual(len(groups), 1)
        board = self.complaints.with_context(read_group_expand=True)
        expanded = board.web_read_group([("id", "=", complaint.id)], ["step_id"])
        self.assertGreaterEqual(len(expanded["groups"]), 7)

    def test_the_effect_of_a_correction_is_checked_once(self):
        complaint = self._complain()
        with self.assertRaises(ValidationError):
            complaint.check_date = "2026-04-01"
        complaint.write({"corrective_action": "Thicker screws", "check_date": "2026-04-01"})
        activity = complaint.check_activity_id
        self.assertEqual(activity.user_id, self.salesperson)
        self.assertEqual(str(activity.date_deadline), "2026-04-01")
        complaint.write({"check_date": "2026-05-01", "user_id": self.leader.id})
        self.assertEqual(complaint.check_activity_id, activity)
        self.assertEqual(activity.user_id, self.leader)
        self.assertEqual(len(complaint.activity_ids), 1)
        complaint.is_effective = "no"
        self.assertFalse(complaint.activity_ids)
        with self.at("2026-05-02"):
            complaint.action_check_next_week()
        self.assertEqual(str(complaint.activity_ids.date_deadline), "2026-05-09")
        self.assertFalse(complaint.is_effective)
        complaint.check_date = False
        self.assertFalse(complaint.activity_ids)
