from odoo import api, models

from .crm_lifecycle_trigger_mixin import behind_savepoint, host_first

_SETTLED = "crm_lifecycle.settled_bills"


class AccountMove(models.Model):
    """A bill that pays for a referral gives the reward while it is posted and not reversed."""

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

    def _compute_payment_state(self):
        result = super()._compute_payment_state()
        self._look_at_lifecycle_rewards()
        return result

    def _look_at_lifecycle_rewards(self):
        """Have the bills' rewards looked at when the transaction ends: bills may be reversed."""
        with host_first(self, "rewards"):
            move_ids = {
                move.id
                for move in self
                if move.id and move.move_type == "in_invoice" and move.state == "posted"
            }
            precommit = self.env.cr.precommit
            if move_ids and _SETTLED not in precommit.data:
                precommit.data[_SETTLED] = set()
                precommit.add(self._follow_lifecycle_settled_bills)
            if move_ids:
                precommit.data[_SETTLED] |= move_ids

    @api.model
    def _follow_lifecycle_settled_bills(self):
        """Have rewards follow from the bills that were paid, or reversed, in the transaction."""
        move_ids = self.env.cr.precommit.data.pop(_SETTLED, ())
        self.browse(move_ids).exists()._follow_lifecycle_rewards()
