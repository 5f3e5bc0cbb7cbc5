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
    _inherit = ["lifecycle.move.mixin"]
    _log_access = False
    _order = "known_at DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    from_type = fields.Selection(CUSTOMER_TYPES, string="From", readonly=True)
    to_type = fields.Selection(
        CUSTOMER_TYPES, string="To", readonly=True, help="Empty where too little is known again."
    )
    cause = fields.Selection(TYPE_CAUSES, string="Decided By", readonly=True)
    figures = fields.Json(readonly=True, groups="base.group_system")
    reason = fields.Char(
        compute="_compute_reason", string="Why", help="The points of each type at that time."
    )

    @api.depends("figures", "cause")
    @api.depends_context("lang")
    def _compute_reason(self):
        for move in self:
            move.reason = move.profile_id._say_points(move.sudo().figures or {})
