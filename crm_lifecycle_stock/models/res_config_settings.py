from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_registration = fields.Boolean(
        related="company_id.lifecycle_registration", readonly=False
    )
    lifecycle_registration_hourly = fields.Integer(
        related="company_id.lifecycle_registration_hourly", readonly=False
    )
