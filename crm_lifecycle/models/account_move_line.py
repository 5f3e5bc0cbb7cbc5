from odoo import models

from .crm_lifecycle_trigger_mixin import host_first


class AccountMoveLine(models.Model):
    """When a receivable line is due, and whose it is, changes what a customer owes."""

    _inherit = "account.move.line"

    def write(self, vals):
        changes = not {"date_maturity", "partner_id"}.isdisjoint(vals)
        if changes:
            # The former customer owes less.
            self.sudo().move_id._mark_lifecycle_customers()
        flagged = "no_followup" in vals and (
            self.filtered(lambda line: line.no_followup != vals["no_followup"]).move_id
        )
        result = super().write(vals)
        if changes:
            self.sudo().move_id._mark_lifecycle_customers()
        if flagged:
            self._note_lifecycle_followup(flagged)
        return result

    def _note_lifecycle_followup(self, moves):
        """Note that somebody has changed whether invoices are followed up."""
        moves_sudo = moves.sudo()
        moves_sudo._look_at_lifecycle_reminders()
        if not self.env.context.get("lifecycle_hold"):
            # Whoever does that by hand decides on what complaints keep from being followed up.
            with host_first(moves_sudo, "holds"):
                self.env["crm.complaint.hold"]._note_host_edit(moves_sudo)
