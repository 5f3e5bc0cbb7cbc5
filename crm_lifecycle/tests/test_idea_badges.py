from odoo.exceptions import UserError
from odoo.tests import tagged

from .idea_common import IdeaCase


@tagged("post_install", "-at_install")
class TestIdeaBadges(IdeaCase):
    """Colleagues whose suggestion is adopted get the host's badge, where its module is installed.

    The app template lacks it: ``dev/tests/test_badges.py`` installs it and runs these.
    """

    def setUp(self):
        super().setUp()
        if "gamification.badge" not in self.env:
            self.skipTest("Gamification is not installed.")
        self.badge = self.env.ref("gamification.badge_idea")
        self.idea = self._suggest(suggester_id=self.salesperson.id)

    def _given(self):
        return self.env["gamification.badge.user"].search([("comment", "=", self.idea.name)])

    def test_a_colleague_gets_a_badge(self):
        self.idea.with_user(self.leader).action_adopt()
        given = self._given()
        self.assertRecordValues(
            given,
            [
                {
                    "user_id": self.salesperson.id,
                    "sender_id": self.leader.id,
                    "badge_id": self.badge.id,
                }
            ],
        )
        self.assertEqual(self.idea.thanks_note, f"Given the badge {self.badge.name}.")
        told = self.env["mail.message"].search(
            [("model", "=", given._name), ("res_id", "=", given.id)]
        )
        self.assertEqual(told.partner_ids, self.salesperson.partner_id)
        self.assertFalse(
            self.env["mail.mail"].search(
                [("model", "=", self.idea._name), ("res_id", "=", self.idea.id)]
            )
        )

    def test_once(self):
        self.idea.with_user(self.leader).action_adopt()
        given = self._given()
        self.idea.action_done()
        self.assertEqual(self._given(), given)

    def test_it_is_taken_back_with_the_adoption(self):
        self.idea.with_user(self.leader).action_adopt()
        self.idea.with_user(self.leader).action_review()
        self.assertFalse(self._given())
        self.assertFalse(self.idea.thanks_note)
        self.idea.with_user(self.leader).action_adopt()
        self.assertEqual(len(self._given()), 1)

    def test_it_stays_with_whom_it_was_given_to(self):
        self.idea.with_user(self.leader).action_adopt()
        given = self._given()
        with self.assertRaisesRegex(UserError, "was thanked"):
            self.idea.with_user(self.leader).suggester_id = self.leader
        self.idea.with_user(self.leader).active = False
        self.idea.with_user(self.leader).active = True
        self.assertEqual((self._given(), given.user_id), (given, self.salesperson))

    def test_how_many_one_may_give_by_hand_is_no_limit(self):
        self.assertEqual((self.badge.rule_max, self.badge.rule_max_number), (True, 2))
        ideas = self.idea
        for _number in range(2):
            ideas |= self._suggest(suggester_id=self.salesperson.id)
        ideas.with_user(self.leader).action_adopt()
        self.assertEqual(ideas.mapped("thanks_note"), [f"Given the badge {self.badge.name}."] * 3)
