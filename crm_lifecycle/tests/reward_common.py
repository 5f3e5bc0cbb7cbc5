"""What tests of rewards share: a company that rewards referrals, and bills that pay."""

from freezegun import freeze_time as freeze

from .common import INVOICING
from .referral_common import ReferralCase


class RewardCase(ReferralCase):
    """The company rewards each referral with 50."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("referral_accountant", INVOICING)
        with freeze("2026-01-01"):
            cls.company.write({"lifecycle_reward": True, "lifecycle_reward_amount": 50.0})

    def _reward_by_percent(self, percent=10):
        self.company.write(
            {"lifecycle_reward_kind": "percent", "lifecycle_reward_percent": percent}
        )

    def _reward_of(self, claim):
        claim.invalidate_recordset(["reward_ids"])
        return claim.reward_ids

    def _earn(self, amount=200.0, **vals):
        claim = self._refer(**vals)
        order = self._buy_and_follow(claim.partner_id, amount=amount)
        return self._reward_of(claim), order

    def _cancel_and_follow(self, order):
        order._action_cancel()
        self._follow()

    def _create_bills(self):
        """Create a journal for bills of referrers."""
        self.env["account.journal"].create(
            {
                "name": "Bills",
                "type": "purchase",
                "code": "LPUR",
                "company_id": self.company.id,
                "default_account_id": self.env["account.account"]
                .search(
                    [
                        ("company_ids", "in", self.company.ids),
                        ("account_type", "=", "expense"),
                    ],
                    limit=1,
                )
                .id,
            }
        )

    def _make_bill(self, reward, post=False):
        """Draft the bill of a reward as an accountant does."""
        action = reward.with_user(self.accountant).action_make_bill()
        bill = self.env["account.move"].browse(action["res_id"])
        bill.invoice_date = "2026-03-10"
        if post:
            bill.action_post()
        return bill
