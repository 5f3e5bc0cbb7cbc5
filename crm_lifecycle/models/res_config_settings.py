from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_source_required = fields.Boolean(
        related="company_id.lifecycle_source_required", readonly=False
    )
    lifecycle_stale_months = fields.Integer(
        related="company_id.lifecycle_stale_months", readonly=False
    )
    lifecycle_idle_months = fields.Integer(
        related="company_id.lifecycle_idle_months", readonly=False
    )
