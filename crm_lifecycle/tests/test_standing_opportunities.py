from odoo.tests import tagged

from .reminder_common import ReminderCase


@tagged("post_install", "-at_install")
class TestStandingOpportunities(ReminderCase):
    """A leader is told once of an opportunity that does not get on."""

    def setUp(self):
        super().setUp()
        self.company.lifecycle_standing = True
        self.env["crm.stage"].search([]).rotting_threshold_days = 10
        self.first, self.second = self.env["crm.stage"].search([("is_won", "=", False)], limit=2)
        with self.at("2026-03-02"):
            self.lead = self._create_opportunity(
                self.customer, user_id=self.senior.id, stage_id=self.first.id
            )
            self.env.flush_all()

    def _told(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", self.lead.id)]
        )

    def test_the_leader_is_told_once(self):
        self._remind("2026-03-12")
        self.assertFalse(self._told())
        messages = self.lead.message_ids
        self._remind("2026-03-13")
        activity = self._told()
        self.assertEqual((activity.user_id, activity.automated), (self.leader, True))
        self.assertIn(self.first.name, activity.summary)
        self.assertEqual(self.lead.message_ids, messages)
        activity.unlink()
        self._remind("2026-03-14")
        self.assertFalse(self._told())

    def test_another_stage_gives_it_time_again(self):
        self._remind("2026-03-13")
        self._told().unlink()
        with self.at("2026-03-14"):
            self.lead.stage_id = self.second
        self._remind("2026-03-24")
        self.assertFalse(self._told())
        self._remind("2026-03-25")
        self.assertIn(self.second.name, self._told().summary)

    def test_of_what_is_over_nobody_is_told(self):
        for change in (
            lambda: self.lead.write({"active": False}),
            lambda: self.lead.action_set_won(),
            lambda: self.lead.write({"type": "lead"}),
            lambda: self.first.write({"rotting_threshold_days": 0}),
            lambda: self.lead.write({"user_id": self.leader.id}),
            lambda: self.company.write({"lifecycle_standing": False}),
        ):
            with self.cr.savepoint() as savepoint, self.subTest(change=change):
                with self.at("2026-03-02"):
                    change()
                self._remind("2026-03-20")
                self.assertFalse(self._told())
                savepoint.rollback()
                self.env.invalidate_all()
        self._remind("2026-03-20")
        self.assertTrue(self._told())

    def test_another_companys_are_not_ours(self):
        other = self._create_company("Other", "base.EUR")
        self.lead.write({"company_id": other.id, "user_id": False})
        self._remind("2026-03-20")
        self.assertFalse(self._told())
