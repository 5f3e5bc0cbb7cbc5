from odoo import api, fields, models

from .crm_lifecycle_customer_type import CUSTOMER_TYPES, TYPE_CAUSES


class CrmLifecycleTypeMove(models.Model):
    """A customer became of another type.

    A log of what became known when: written as the type changes, and never rewritten. What
    a customer's type was on any day by all that is known today is derived instead, see
    ``crm.lifecycle.profile._derive_types``; it may differ where documents were dated back.
    """

    _name = "crm.lifecycle.type.move"
    _description = "Customer Type Move"
    _log_access = False
    _order = "known_at DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

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
    from_type = fields.Selection(CUSTOMER_TYPES, string="From", readonly=True)
    to_type = fields.Selection(
        CUSTOMER_TYPES, string="To", readonly=True, help="Empty where too little is known again."
    )
    effective_date = fields.Date(
        string="Date", readonly=True, help="Day in the company's time zone from which it holds."
    )
    known_at = fields.Datetime(
        readonly=True, help="When the system learned of it: the moment of the look."
    )
    cause = fields.Selection(TYPE_CAUSES, string="Decided By", readonly=True)
    figures = fields.Json(readonly=True, groups="base.group_system")
    reason = fields.Char(
        compute="_compute_reason", string="Why", help="The points of each type at that time."
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    @api.depends("figures", "cause")
    @api.depends_context("lang")
    def _compute_reason(self):
        for move in self:
            move.reason = move.profile_id._say_points(move.sudo().figures or {})

    @api.readonly
    def action_open_profile(self):
        """Open the customer's stage, status and type."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self.profile_id.id,
            "views": [(False, "form")],
        }
