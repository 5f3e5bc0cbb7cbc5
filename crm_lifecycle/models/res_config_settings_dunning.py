from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_dunning = fields.Boolean(related="company_id.lifecycle_dunning", readonly=False)
    lifecycle_hold_days = fields.Integer(related="company_id.lifecycle_hold_days", readonly=False)
