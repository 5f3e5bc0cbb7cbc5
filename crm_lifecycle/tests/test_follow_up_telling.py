from odoo.tests import tagged

from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestFollowUpTelling(FollowUpCase):
    """One message a day tells people what is new and what is late."""

    def setUp(self):
        super().setUp()
        self.company.lifecycle_digest = True
        self.cadence.escalate_days = 3

    def _told(self, user):
        return self.env["mail.message"].search([("partner_ids", "in", user.partner_id.ids)])

    def test_one_message_for_all_that_is_new(self):
        for number in range(12):
            self._create_due(f"Buyer {number}")
        before = self._told(self.senior)
        self._schedule()
        message = self._told(self.senior) - before
        self.assertEqual(message.subject, "New follow-ups: 12")
        self.assertIn("and 2 more", message.body)
        self._schedule()
        self.assertEqual(self._told(self.senior) - before, message)

    def test_what_comes_later_is_told_the_next_day(self):
        self._create_due("First")
        self._schedule("2026-03-10 08:00:00")
        self._create_due("Second")
        before = self._told(self.senior)
        self._schedule("2026-03-10 15:00:00")
        self.assertEqual(self._told(self.senior), before)
        self._schedule("2026-03-11 08:00:00")
        self.assertEqual((self._told(self.senior) - before).subject, "New follow-ups: 1")

    def test_nobody_is_told_at_night(self):
        self._create_due()
        before = self._told(self.senior)
        self._schedule("2026-03-10 03:00:00")
        self.assertEqual(self._told(self.senior), before)

    def test_without_the_digest_nobody_is_told_what_is_new(self):
        self.company.lifecycle_digest = False
        self._create_due()
        before = self._told(self.senior)
        self._schedule()
        self.assertEqual(self._told(self.senior), before)

    def test_what_is_late_is_told_to_the_leader_once(self):
        customer = self._create_due()
        self._schedule("2026-03-10")
        self._schedule("2026-03-13")
        self.assertFalse(self._open(customer).escalated_on)
        before = self._told(self.leader)
        self._schedule("2026-03-14")
        follow_up = self._open(customer)
        self.assertEqual(follow_up.escalated_to_id, self.leader)
        self.assertEqual(follow_up.escalated_on, self._day("2026-03-14"))
        message = self._told(self.leader) - before
        self.assertEqual(message.subject, "Late follow-ups of your team: 1")
        self._schedule("2026-03-15")
        self.assertEqual(self._told(self.leader) - before, message)

    def test_a_certain_colleague_may_be_told_instead(self):
        self.cadence.write({"escalate_to": "user", "escalate_user_id": self.manager.id})
        customer = self._create_due()
        self._schedule("2026-03-10")
        self._schedule("2026-03-14")
        self.assertEqual(self._open(customer).escalated_to_id, self.manager)

    def test_leaders_are_not_told_of_what_they_are_late_with_themselves(self):
        customer = self._create_due(owner=self.leader)
        self.team.member_ids |= self.leader
        self._schedule("2026-03-10")
        self._schedule("2026-03-20")
        self.assertFalse(self._open(customer).escalated_on)

    def test_they_are_told_in_their_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.senior.lang = "zh_CN"
        self._create_due()
        before = self._told(self.senior)
        self._schedule()
        [message] = self._told(self.senior) - before
        self.assertRegex(message.subject, "[\u4e00-\u9fff]{2}")
