from odoo import models


class AccountMoveLine(models.Model):
    """When a receivable line is due, and whose it is, changes what a customer owes."""

    _inherit = "account.move.line"

    def write(self, vals):
        changes = not {"date_maturity", "partner_id"}.isdisjoint(vals)
        if changes:
            # The former customer owes less.
            self.sudo().move_id._mark_lifecycle_customers()
        result = super().write(vals)
        if changes:
            self.sudo().move_id._mark_lifecycle_customers()
        if vals.get("no_followup"):
            self.sudo().move_id._look_at_lifecycle_reminders()
        return result
