from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_return_visit_days = fields.Integer(
        related="company_id.lifecycle_return_visit_days", readonly=False
    )
    lifecycle_standing = fields.Boolean(related="company_id.lifecycle_standing", readonly=False)
    lifecycle_benefit_summary = fields.Boolean(
        related="company_id.lifecycle_benefit_summary", readonly=False
    )
