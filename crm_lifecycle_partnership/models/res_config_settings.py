from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    lifecycle_grade_mode = fields.Selection(
        related="company_id.lifecycle_grade_mode", readonly=False
    )
