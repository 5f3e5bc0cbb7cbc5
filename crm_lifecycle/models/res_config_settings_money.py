from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_dunning = fields.Boolean(related="company_id.lifecycle_dunning", readonly=False)
    lifecycle_hold_days = fields.Integer(related="company_id.lifecycle_hold_days", readonly=False)
    lifecycle_remedy_limit = fields.Monetary(
        related="company_id.lifecycle_remedy_limit",
        readonly=False,
        currency_field="lifecycle_currency_id",
    )
    lifecycle_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of Remedies"
    )
