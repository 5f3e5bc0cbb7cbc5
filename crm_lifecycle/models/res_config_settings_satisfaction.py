from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_satisfaction_top = fields.Integer(
        related="company_id.lifecycle_satisfaction_top", readonly=False
    )
    lifecycle_satisfaction_low = fields.Integer(
        related="company_id.lifecycle_satisfaction_low", readonly=False
    )
