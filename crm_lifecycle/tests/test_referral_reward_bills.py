import importlib.util
from datetime import date
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged

from .. import hooks
from .reward_common import RewardCase

MIGRATION = Path(hooks.__file__).parent / "migrations/19.0.1.9.0/post-reward-bills.py"


@tagged("post_install", "-at_install")
class TestReferralRewardBills(RewardCase):
    """A reward says what its bills do: pay it, pay it twice, or no more."""

    def setUp(self):
        super().setUp()
        self._create_bills()

    def _reverse(self, bill):
        """Have a credit note take the whole bill back."""
        refund = bill._reverse_moves([{"invoice_date": "2026-03-10"}], cancel=True)
        self.assertEqual(bill.payment_state, "reversed")
        self.env.cr.flush()
        return refund

    def assertReward(self, reward, state, to_recover=False):
        self.assertEqual((reward.state, reward.to_recover), (state, to_recover))

    # ------------------------------------------------------------
    # POSTED AGAIN
    # ------------------------------------------------------------

    def test_a_bill_posted_again_is_to_be_recovered(self):
        reward, order = self._earn()
        bill = self._make_bill(reward, post=True)
        self._cancel_and_follow(order)
        self.assertReward(reward, "taken_back", True)
        bill.button_draft()
        self.assertReward(reward, "taken_back")
        bill.action_post()
        self.assertReward(reward, "taken_back", True)

    def test_a_bill_that_was_cancelled_with_the_purchase_and_is_posted_is_to_be_recovered(self):
        reward, order = self._earn()
        bill = self._make_bill(reward)
        self._cancel_and_follow(order)
        self.assertEqual(bill.state, "cancel")
        bill.button_draft()
        bill.action_post()
        self.assertReward(reward, "taken_back", True)
        self.assertEqual(reward.given_on, date(2026, 3, 10))
        # They buy again: what they have pays it.
        self._buy_and_follow()
        self.assertReward(reward, "given")
        self.assertEqual(reward.move_id, bill)

    def test_a_former_bill_that_is_posted_as_well_is_to_be_recovered(self):
        reward, _order = self._earn()
        first = self._make_bill(reward)
        first.button_cancel()
        second = self._make_bill(reward, post=True)
        self.assertReward(reward, "given")
        first.button_draft()
        first.action_post()
        self.assertReward(reward, "given", True)
        self.assertEqual((reward.move_id, reward.bill_ids), (second, first | second))
        # Either of them taken back, one pays it.
        second.button_draft()
        self.assertReward(reward, "given")
        self.assertEqual(reward.move_id, first)

    def test_what_was_paid_too_much_is_recovered(self):
        reward, order = self._earn()
        first = self._make_bill(reward)
        first.button_cancel()
        second = self._make_bill(reward, post=True)
        first.button_draft()
        first.action_post()
        reward.with_user(self.accountant).action_recovered()
        self.assertReward(reward, "given")
        self.assertEqual(reward.settled_bill_ids, first)
        # The one that pays it is still out when the purchase is undone.
        self._cancel_and_follow(order)
        self.assertReward(reward, "taken_back", True)
        second.button_draft()
        self.assertReward(reward, "taken_back")

    def test_a_former_bill_besides_what_was_given_by_hand_is_to_be_recovered(self):
        reward, order = self._earn()
        bill = self._make_bill(reward)
        bill.button_cancel()
        reward.with_user(self.accountant).action_give()
        bill.button_draft()
        # It was given by something else, which a draft does not change.
        self.assertReward(reward, "given")
        bill.action_post()
        self.assertReward(reward, "given", True)
        self._cancel_and_follow(order)
        bill.button_draft()
        self.assertReward(reward, "taken_back", True)

    def test_the_drafted_one_is_opened(self):
        reward, _order = self._earn()
        bill = self._make_bill(reward)
        action = reward.with_user(self.accountant).action_make_bill()
        self.assertEqual((action["res_model"], action["res_id"]), ("account.move", bill.id))
        self.assertEqual(reward.bill_ids, bill)

    # ------------------------------------------------------------
    # RECOVERED, OR LET GO
    # ------------------------------------------------------------

    def test_what_was_recovered_is_given_anew(self):
        for name in ("action_give", "action_make_bill"):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                reward, order = self._earn()
                former = self._make_bill(reward, post=True)
                self._cancel_and_follow(order)
                reward.with_user(self.accountant).action_recovered()
                self.assertReward(reward, "taken_back")
                self._buy_and_follow()
                self.assertReward(reward, "due")
                self.assertFalse(reward.move_id)
                getattr(reward.with_user(self.accountant), name)()
                if reward.move_id:
                    self.assertNotEqual(reward.move_id, former)
                    reward.move_id.invoice_date = "2026-03-10"
                    reward.move_id.action_post()
                self.assertReward(reward, "given")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_recovered_bill_that_is_posted_once_more_pays_again(self):
        reward, order = self._earn()
        bill = self._make_bill(reward, post=True)
        self._cancel_and_follow(order)
        reward.with_user(self.accountant).action_recovered()
        bill.button_draft()
        bill.action_post()
        self.assertReward(reward, "taken_back", True)

    def test_what_was_let_go_is_given_once_more_as_long_as_it_is_out(self):
        reward, order = self._earn()
        bill = self._make_bill(reward, post=True)
        self._cancel_and_follow(order)
        reward.with_user(self.accountant).action_write_off()
        again = self._buy_and_follow()
        self.assertReward(reward, "given")
        self._cancel_and_follow(again)
        self.assertReward(reward, "taken_back", True)
        reward.with_user(self.accountant).action_write_off()
        bill.button_draft()
        self.assertFalse(reward.is_written_off)
        bill.button_cancel()
        self._buy_and_follow()
        self.assertReward(reward, "due")

    # ------------------------------------------------------------
    # REVERSED
    # ------------------------------------------------------------

    def test_a_reversed_bill_pays_nothing(self):
        reward, order = self._earn()
        bill = self._make_bill(reward, post=True)
        self._reverse(bill)
        self.assertReward(reward, "due")
        self._follow()
        self.assertReward(reward, "due")
        second = self._make_bill(reward, post=True)
        self.assertReward(reward, "given")
        self.assertEqual(reward.move_id, second)
        self._reverse(second)
        self._cancel_and_follow(order)
        self.assertReward(reward, "taken_back")

    def test_a_reversed_bill_recovers_it(self):
        reward, order = self._earn()
        bill = self._make_bill(reward, post=True)
        self._cancel_and_follow(order)
        self.assertReward(reward, "taken_back", True)
        refund = self._reverse(bill)
        self.assertReward(reward, "taken_back")
        # And the other way round.
        refund.line_ids.remove_move_reconcile()
        self.env.cr.flush()
        self.assertEqual(bill.payment_state, "not_paid")
        self.assertReward(reward, "taken_back", True)

    # ------------------------------------------------------------
    # CONTESTED
    # ------------------------------------------------------------

    def test_a_bill_of_a_contested_referral_is_recovered_if_another_one_wins(self):
        self.company.lifecycle_referral_rule = "decide"
        reward, _order = self._earn()
        bill = self._make_bill(reward)
        other = self._refer(self.other, earns_reward=True, date="2026-03-10")
        self.assertEqual(other.state, "claimed")
        with self.assertRaises(UserError):
            reward.with_user(self.accountant).action_give()
        bill.action_post()
        self.assertReward(reward, "given")
        other.with_user(self.manager).action_accept()
        self._follow()
        self.assertReward(reward, "taken_back", True)
        self.assertEqual(other.reward_ids.state, "due")

    # ------------------------------------------------------------
    # UPGRADE
    # ------------------------------------------------------------

    def _forget_and_migrate(self):
        """Have rewards know their last bill alone, as they did, and bring that up to date."""
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM crm_lifecycle_referral_reward_bill_rel")
        self.env.cr.execute("DELETE FROM crm_lifecycle_referral_reward_settled_bill_rel")
        spec = importlib.util.spec_from_file_location("migration", MIGRATION)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.8.0")
        self.env.invalidate_all()

    def test_an_upgrade_knows_what_came_of_bills(self):
        reward, order = self._earn()
        bill = self._make_bill(reward, post=True)
        self._forget_and_migrate()
        self.assertEqual((reward.bill_ids, reward.move_id), (bill, bill))
        self._cancel_and_follow(order)
        # Posted again, which it did not know.
        reward.to_recover = False
        self._forget_and_migrate()
        self.assertReward(reward, "taken_back", True)
        self.assertFalse(reward.settled_bill_ids)
        reward.with_user(self.accountant).action_recovered()
        self._forget_and_migrate()
        self.assertReward(reward, "taken_back")
        self.assertEqual(reward.settled_bill_ids, bill)

    def test_an_upgrade_tells_what_was_given_by_hand(self):
        reward, _order = self._earn()
        bill = self._make_bill(reward)
        bill.button_cancel()
        reward.with_user(self.accountant).action_give()
        reward.move_id = bill
        self._forget_and_migrate()
        self.assertEqual((reward.bill_ids, reward.move_id), (bill, bill.browse()))
        bill.button_draft()
        self.assertReward(reward, "given")
