from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The settings of My Day."""

    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_day_share = fields.Integer(related="company_id.lifecycle_day_share", readonly=False)
    lifecycle_minutes_mail = fields.Integer(
        related="company_id.lifecycle_minutes_mail", readonly=False
    )
    lifecycle_minutes_call = fields.Integer(
        related="company_id.lifecycle_minutes_call", readonly=False
    )
    lifecycle_minutes_meeting = fields.Integer(
        related="company_id.lifecycle_minutes_meeting", readonly=False
    )
    lifecycle_minutes_visit = fields.Integer(
        related="company_id.lifecycle_minutes_visit", readonly=False
    )
    lifecycle_minutes_other = fields.Integer(
        related="company_id.lifecycle_minutes_other", readonly=False
    )
