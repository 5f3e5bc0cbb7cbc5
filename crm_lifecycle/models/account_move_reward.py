from odoo import models

from .crm_lifecycle_trigger_mixin import behind_savepoint


class AccountMove(models.Model):
    """A bill that pays for a referral gives the reward once it is posted."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._follow_lifecycle_rewards()
        return result

    def _follow_lifecycle_rewards(self):
        bills = self.filtered(lambda move: move.move_type == "in_invoice")
        if bills:
            with behind_savepoint(bills, "rewards"):
                self.env["crm.lifecycle.referral.reward"].sudo()._follow_bills(bills)
