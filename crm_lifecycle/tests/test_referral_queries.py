from odoo.tests import tagged

from .reward_common import RewardCase

FEW, MANY = 3, 30


@tagged("post_install", "-at_install")
class TestReferralQueries(RewardCase):
    """Costs of the job that do not grow with the number of claims."""

    def _refer_buyers(self, count, name):
        """Note claims to customers who buy, which the job has not followed."""
        customers = self.env["res.partner"].create(
            [{"name": f"{name} {number}", "is_company": True} for number in range(count)]
        )
        claims = self.referrals.union(*(self._refer(customer=customer) for customer in customers))
        for customer in customers:
            self._confirm_order(customer)
        self._process_queue()
        return claims

    def _count(self, claims):
        """Return the number of queries that it takes to follow claims."""
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        # The host writes a line into the chatter of each claim that moves.
        self.job.with_context(mail_notrack=True)._work_off(self.company, "stale")
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        self.assertFalse(claims.filtered("is_stale"))
        return count

    def test_a_step_costs_a_fixed_number(self):
        for percent in (0, 10):
            if percent:
                self._reward_by_percent(percent)
            self._count(self._refer_buyers(1, f"Warm {percent}"))
            few = self._refer_buyers(FEW, f"Few {percent}")
            count = self._count(few)
            many = self._refer_buyers(MANY, f"Many {percent}")
            with self.subTest("won and earned", percent=percent):
                self.assertEqual(self._count(many), count)
                self.assertEqual(set(many.reward_ids.mapped("state")), {"due"})
            with self.subTest("nothing changed", percent=percent):
                few._mark_stale()
                count = self._count(few)
                many._mark_stale()
                self.assertEqual(self._count(many), count)
            with self.subTest("taken back", percent=percent):
                counts = []
                for claims in (few, many):
                    self.env["sale.order"].search(
                        [("partner_id", "in", claims.partner_id.ids)]
                    )._action_cancel()
                    self._process_queue()
                    counts.append(self._count(claims))
                    self.assertEqual(set(claims.reward_ids.mapped("state")), {"taken_back"})
                self.assertEqual(*counts)
