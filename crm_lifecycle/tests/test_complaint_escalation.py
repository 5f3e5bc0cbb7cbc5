from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .complaint_common import ComplaintCase

JOB = "odoo.addons.crm_lifecycle.models.crm_lifecycle_job_mixin"


@tagged("post_install", "-at_install")
class TestComplaintEscalation(ComplaintCase):
    """Whoever leads the team is told of each missed deadline, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_create_deadline")._create_deadline(answer_hours=4.0, solution_hours=8.0)

    def _complain_on_tuesday(self, **vals):
        with self.at("2026-03-03 08:00:00"):
            return self._complain(**vals)

    def _escalate(self, moment, limit=2):
        """Do what the job does, page by page, without its commits."""
        job = self.env["crm.complaint.escalation"]
        with self.at(moment):
            for step in job._get_steps():
                begin = 0
                while begin is not None:
                    _count, begin = job._work_off(self.company, step, begin, limit)
        self.env.flush_all()
        self.env.invalidate_all()

    def _told(self, complaint, user=None):
        activities = complaint.activity_ids.filtered("automated")
        return len(activities.filtered(lambda activity: activity.user_id == (user or self.leader)))

    def test_each_deadline_once(self):
        complaint = self._complain_on_tuesday()
        for moment, count in (
            ("2026-03-03 11:00:00", 0),
            ("2026-03-03 13:00:00", 1),
            ("2026-03-03 14:00:00", 1),
            ("2026-03-04 08:00:00", 2),
            ("2026-03-05 08:00:00", 2),
        ):
            with self.subTest(moment):
                self._escalate(moment)
                self.assertEqual(self._told(complaint), count)

    def test_what_was_told_and_done_is_not_told_again(self):
        complaint = self._complain_on_tuesday()
        self._escalate("2026-03-04 08:00:00")
        complaint.activity_ids.action_feedback()
        self._escalate("2026-03-05 08:00:00")
        self.assertFalse(complaint.activity_ids)

    def test_whom_nobody_is_told_of(self):
        answered = self._complain_on_tuesday()
        answered.action_mark_answered()
        waiting = self._complain_on_tuesday()
        waiting.action_wait()
        solved = self._complain_on_tuesday()
        solved.action_solve()
        archived = self._complain_on_tuesday(active=False)
        self._escalate("2026-03-03 13:00:00")
        for complaint in (answered, waiting, solved, archived):
            self.assertFalse(complaint.activity_ids)

    def test_pages(self):
        complaints = self.complaints.union(*(self._complain_on_tuesday() for _index in range(5)))
        self._escalate("2026-03-03 13:00:00", limit=2)
        self.assertEqual([self._told(complaint) for complaint in complaints], [1] * 5)

    def test_one_that_fails_does_not_stop_the_rest(self):
        first, second, third = (self._complain_on_tuesday() for _index in range(3))
        model = self.registry["crm.complaint"]
        escalate = model._escalate

        def fail(complaint, deadline):
            if complaint == second:
                raise ValueError("test")
            return escalate(complaint, deadline)

        with patch.object(model, "_escalate", fail), mute_logger(JOB):
            self._escalate("2026-03-03 13:00:00")
        self.assertEqual([self._told(each) for each in (first, second, third)], [1, 0, 1])
        self._escalate("2026-03-03 14:00:00")
        self.assertEqual([self._told(each) for each in (first, second, third)], [1, 1, 1])

    def test_a_deputy_stands_in(self):
        deputy = self._create_user("lifecycle_deputy", "sales_team.group_sale_salesman_all_leads")
        self.env["crm.lifecycle.absence"].create(
            {
                "user_id": self.leader.id,
                "deputy_id": deputy.id,
                "date_start": "2026-03-02",
                "date_end": "2026-03-06",
            }
        )
        complaint = self._complain_on_tuesday()
        self._escalate("2026-03-03 13:00:00")
        self.assertEqual((self._told(complaint), self._told(complaint, deputy)), (0, 1))

    def test_without_a_leader_whoever_is_responsible(self):
        self.team.user_id = False
        complaint = self._complain_on_tuesday()
        self._escalate("2026-03-03 13:00:00")
        self.assertEqual(self._told(complaint, self.salesperson), 1)

    def test_what_is_of_nobody_is_told_to_a_sales_manager(self):
        complaint = self._complain_on_tuesday(user_id=False, team_id=False)
        complaint.user_id = complaint.team_id = False
        self._escalate("2026-03-03 13:00:00")
        managers = complaint._get_managers()
        self.assertIn(self.leader, managers)
        self.assertNotIn(self.salesperson, managers)
        self.assertEqual(self._told(complaint, managers[0]), 1)

    def test_the_job_runs(self):
        complaint = self._complain_on_tuesday()
        self.env.cr.flush()
        with self.at("2026-03-03 13:00:00"), self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_complaint_escalate").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self._told(complaint), 1)
