from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_satisfaction_top = fields.Integer(
        related="company_id.lifecycle_satisfaction_top", readonly=False
    )
    lifecycle_satisfaction_low = fields.Integer(
        related="company_id.lifecycle_satisfaction_low", readonly=False
    )
    lifecycle_indicator_minimum = fields.Integer(
        related="company_id.lifecycle_indicator_minimum", readonly=False
    )
    lifecycle_return_days = fields.Integer(
        related="company_id.lifecycle_return_days", readonly=False
    )
    lifecycle_exit_basis = fields.Selection(
        related="company_id.lifecycle_exit_basis", readonly=False
    )
