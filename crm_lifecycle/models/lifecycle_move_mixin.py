from odoo import api, fields, models


class LifecycleMoveMixin(models.AbstractModel):
    """A customer became something else, as it became known: written once, never rewritten."""

    _name = "lifecycle.move.mixin"
    _description = "Customer Lifecycle Log of Moves"

    profile_id = fields.Many2one(
        "crm.lifecycle.profile", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    effective_date = fields.Date(
        string="Date", readonly=True, help="Day in the company's time zone from which it holds."
    )
    known_at = fields.Datetime(
        readonly=True, help="When the system learned of it: the moment of the look."
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    @api.readonly
    def action_open_profile(self):
        """Open what the customer is today."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self.profile_id.id,
            "views": [(False, "form")],
        }
