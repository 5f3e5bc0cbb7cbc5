from odoo.tests import tagged

from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestPointsOrMoney(PointCase):
    """One referral is rewarded once, by points or by money."""

    def _lose(self, spend=0.0):
        """Have points of a referral taken back, some of them spent."""
        claim = self._refer()
        order = self._buy_and_give()
        self._spend(spend)
        order._action_cancel()
        self._follow_and_give()
        point = self.points.search([("res_id", "=", claim.id)])
        self.assertEqual((point.state, point.owed), ("taken_back", spend))
        return claim, point

    def _hold_again_for_money(self):
        self.company.lifecycle_reward_kind = "amount"
        self._buy_and_give()

    def test_points_that_were_spent_are_had(self):
        claim, point = self._lose(30.0)
        self._hold_again_for_money()
        self.assertFalse(claim.reward_ids)
        self.assertEqual((point.state, point.owed, self._card().points), ("given", 0.0, 20.0))

    def test_also_those_that_were_let_go(self):
        claim, point = self._lose(50.0)
        point.with_user(self.manager).action_let_go()
        self._hold_again_for_money()
        self.assertFalse(claim.reward_ids)
        self.assertEqual((point.state, self._card().points), ("given", 0.0))

    def test_points_that_are_all_back_are_not(self):
        claim, point = self._lose()
        self._hold_again_for_money()
        self.assertEqual(claim.reward_ids.amount, 70.0)
        self.assertEqual((point.state, self._card().points), ("taken_back", 0.0))
