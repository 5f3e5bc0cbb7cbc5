from odoo import fields, models


class CrmLifecycleReferralReject(models.TransientModel):
    """Why referrals are rejected."""

    _name = "crm.lifecycle.referral.reject"
    _description = "Reject Referrals"

    referral_ids = fields.Many2many("crm.lifecycle.referral", required=True)
    reason = fields.Char(required=True, help="Told to whoever asks; it stays in the chatter.")

    def action_apply(self):
        referrals = self.referral_ids
        referrals._ensure_manager()
        referrals.check_access("write")
        referrals.sudo()._reject(self.reason, by_person=True, in_words=True)
        return {"type": "ir.actions.act_window_close"}
