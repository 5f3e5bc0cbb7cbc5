from odoo import api, models
from odoo.fields import Domain


class CrmLifecycleReferralReward(models.Model):
    """A referral earns money or points, never both.

    Points that were spent before they were taken back are no less had: they are owed, or were let
    go.
    """

    _inherit = "crm.lifecycle.referral.reward"

    @api.model
    def _earn(self, referral):
        if referral.company_id.sudo().lifecycle_reward_kind == "points":
            return self.browse()
        had = (
            Domain("state", "=", "given")
            | Domain("owed", ">", 0)
            | Domain("let_go_by_id", "!=", False)
        )
        had &= Domain("key", "=", f"{referral._name},{referral.id}")
        if self.env["crm.lifecycle.point"].search_count(had, limit=1):
            return self.browse()
        return super()._earn(referral)
