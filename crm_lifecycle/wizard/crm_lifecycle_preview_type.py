from odoo import api, fields, models

from ..models.crm_lifecycle_customer_type import CUSTOMER_TYPES, PRICE_SENSITIVITIES


class CrmLifecyclePreviewType(models.TransientModel):
    """A customer's type and price sensitivity before and under a version of the rules, see
    the preview.
    """

    _name = "crm.lifecycle.preview.type"
    _description = "Customer Type in a Lifecycle Preview"
    _order = "from_type, to_type, id"
    _rec_name = "partner_id"

    preview_id = fields.Many2one(
        "crm.lifecycle.preview", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="preview_id.company_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    from_type = fields.Selection(CUSTOMER_TYPES, string="Before", readonly=True)
    to_type = fields.Selection(CUSTOMER_TYPES, string="After", readonly=True)
    is_moved = fields.Boolean(string="Another Type", readonly=True)
    from_sensitivity = fields.Selection(
        PRICE_SENSITIVITIES, string="Sensitivity Before", readonly=True
    )
    to_sensitivity = fields.Selection(
        PRICE_SENSITIVITIES, string="Sensitivity After", readonly=True
    )
    price_elasticity = fields.Float(
        digits=(16, 4), readonly=True, help="Under the previewed rules; 0 where too few lines tell."
    )
    price_sample = fields.Integer(
        string="Order Lines Compared", readonly=True, help="Under the previewed rules."
    )
    # As a profile keeps them.
    figures = fields.Json(readonly=True, groups="base.group_system")
    reason = fields.Char(
        compute="_compute_reason", string="Why", help="The points under the previewed rules."
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_reason(self):
        profiles = self.env["crm.lifecycle.profile"]
        for line in self:
            line.reason = profiles._say_points(line.sudo().figures or {})

    @api.readonly
    def action_open_customer(self):
        """Open the customer's profile, or the contact of who has none."""
        self.ensure_one()
        return self.env["crm.lifecycle.preview"]._open_customer(self.partner_id, self.company_id)
