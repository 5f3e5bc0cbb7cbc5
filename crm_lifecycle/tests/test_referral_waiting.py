from datetime import datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .reward_common import RewardCase


@tagged("post_install", "-at_install")
class TestReferralWaiting(RewardCase):
    """What became of a claim is noted once its customer was looked at, and not before."""

    def _follow_before_the_queue(self):
        """Follow referrals while customers wait to be looked at."""
        self.env.cr.flush()
        self.job._work_off(self.company, "stale")

    def test_nothing_is_given_while_the_customer_waits(self):
        self._create_bills()
        reward, order = self._earn()
        order._action_cancel()
        self.env.cr.flush()
        self.assertFalse(reward.referral_id.is_stale)
        for name in ("action_give", "action_make_bill"):
            with self.subTest(name), self.assertRaisesRegex(UserError, "just changed"):
                getattr(reward.with_user(self.accountant), name)()
        self._follow()
        self.assertEqual(reward.state, "taken_back")

    def test_who_was_set_aside_or_waits_for_a_pass_is_given_theirs(self):
        reward, _order = self._earn()
        self._gather()
        self._set_aside(self.customer)
        self.assertTrue(self.queue.search([("partner_ref", "=", self.customer.id)]))
        reward.with_user(self.accountant).action_give()
        self.assertEqual(reward.state, "given")

    def test_who_joins_another_customer_keeps_what_is_due_and_given(self):
        self._create_bills()
        person, other = (
            self._create_customer(name, is_company=False) for name in ("Grace", "Heidi")
        )
        reward, _order = self._earn(customer=person)
        bill = self._make_bill(reward)
        given, _order = self._earn(referrer=self.other, customer=other)
        given.with_user(self.accountant).action_give()
        for contact, name in ((person, "One"), (other, "Two")):
            contact.parent_id = self._create_customer(name)
        self._follow_before_the_queue()
        self.assertTrue(reward.referral_id.is_stale)
        self.assertEqual((reward.state, bill.state), ("due", "draft"))
        self.assertEqual((given.state, given.to_recover), ("given", False))
        self._follow()
        self.assertFalse((reward | given).referral_id.filtered("is_stale"))
        self.assertEqual((reward.state, bill.state), ("due", "draft"))
        self.assertEqual((given.state, given.to_recover), ("given", False))

    def test_the_job_comes_again_for_who_waits(self):
        claim = self._refer()
        self._follow()
        self._buy(self.customer, "2026-03-10")
        claim._mark_stale()
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("crm_lifecycle.ir_cron_referral").id)]
        )
        triggers.unlink()
        self._follow_before_the_queue()
        self.assertEqual((claim.state, claim.is_stale), ("accepted", True))
        [trigger] = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.env.ref("crm_lifecycle.ir_cron_referral").id)]
        )
        self.assertEqual(trigger.call_at, datetime(2026, 3, 10, 12) + timedelta(minutes=1))
        self._follow()
        self.assertEqual((claim.state, claim.is_stale), ("won", False))
