from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_idea_portal = fields.Boolean(
        related="company_id.lifecycle_idea_portal", readonly=False
    )
    lifecycle_idea_thank = fields.Boolean(related="company_id.lifecycle_idea_thank", readonly=False)
    lifecycle_idea_hourly = fields.Integer(
        related="company_id.lifecycle_idea_hourly", readonly=False
    )
    lifecycle_idea_user_id = fields.Many2one(
        related="company_id.lifecycle_idea_user_id", readonly=False
    )
