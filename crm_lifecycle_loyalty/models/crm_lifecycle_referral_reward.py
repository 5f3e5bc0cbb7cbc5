from odoo import api, models


class CrmLifecycleReferralReward(models.Model):
    """A referral earns money or points, never both."""

    _inherit = "crm.lifecycle.referral.reward"

    @api.model
    def _earn(self, referral):
        if referral.company_id.sudo().lifecycle_reward_kind == "points":
            return self.browse()
        given = self.env["crm.lifecycle.point"].search_count(
            [("key", "=", f"{referral._name},{referral.id}"), ("state", "=", "given")], limit=1
        )
        return self.browse() if given else super()._earn(referral)
