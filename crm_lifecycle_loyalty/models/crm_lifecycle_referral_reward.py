from odoo import api, models
from odoo.fields import Domain


class CrmLifecycleReferralReward(models.Model):
    """A referral earns money or points, never both.

    Points that were spent before they were taken back are no less had: they are owed, or were let
    go.
    """

    _inherit = "crm.lifecycle.referral.reward"

    @api.model
    def _earn(self, referrals):
        for_money = referrals.filtered(
            lambda referral: referral.company_id.sudo().lifecycle_reward_kind != "points"
        )
        keys = {referral: f"{referral._name},{referral.id}" for referral in for_money}
        had = (
            Domain("state", "=", "given")
            | Domain("owed", ">", 0)
            | Domain("let_go_by_id", "!=", False)
        )
        had &= Domain("key", "in", list(keys.values()))
        had_keys = set(self.env["crm.lifecycle.point"].search(had).mapped("key"))
        return super()._earn(for_money.filtered(lambda referral: keys[referral] not in had_keys))
