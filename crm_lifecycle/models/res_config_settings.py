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
    lifecycle_decider_days = fields.Integer(
        related="company_id.lifecycle_decider_days", readonly=False
    )
    lifecycle_talk_minimum = fields.Integer(
        related="company_id.lifecycle_talk_minimum", readonly=False
    )
    lifecycle_dismissal_months = fields.Integer(
        related="company_id.lifecycle_dismissal_months", readonly=False
    )
    lifecycle_override_months = fields.Integer(
        related="company_id.lifecycle_override_months", readonly=False
    )
    lifecycle_weight_a = fields.Integer(related="company_id.lifecycle_weight_a", readonly=False)
    lifecycle_weight_b = fields.Integer(related="company_id.lifecycle_weight_b", readonly=False)
    lifecycle_weight_other = fields.Integer(
        related="company_id.lifecycle_weight_other", readonly=False
    )
    lifecycle_follow_ups = fields.Boolean(related="company_id.lifecycle_follow_ups", readonly=False)
    lifecycle_renewed_inquiry = fields.Boolean(
        related="company_id.lifecycle_renewed_inquiry", readonly=False
    )
    lifecycle_digest = fields.Boolean(related="company_id.lifecycle_digest", readonly=False)
