from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_referral_rule = fields.Selection(
        related="company_id.lifecycle_referral_rule", readonly=False
    )
    lifecycle_referral_late = fields.Selection(
        related="company_id.lifecycle_referral_late", readonly=False
    )
    lifecycle_referral_minimum = fields.Integer(
        related="company_id.lifecycle_referral_minimum", readonly=False
    )
    lifecycle_candidate_minimum = fields.Integer(
        related="company_id.lifecycle_candidate_minimum", readonly=False
    )
    lifecycle_reward = fields.Boolean(related="company_id.lifecycle_reward", readonly=False)
    lifecycle_reward_since = fields.Date(related="company_id.lifecycle_reward_since")
    lifecycle_reward_kind = fields.Selection(
        related="company_id.lifecycle_reward_kind", readonly=False
    )
    lifecycle_reward_amount = fields.Monetary(
        related="company_id.lifecycle_reward_amount",
        readonly=False,
        currency_field="lifecycle_currency_id",
    )
    lifecycle_reward_percent = fields.Float(
        related="company_id.lifecycle_reward_percent", readonly=False
    )
    lifecycle_refer_page = fields.Boolean(related="company_id.lifecycle_refer_page", readonly=False)
    lifecycle_refer_hourly = fields.Integer(
        related="company_id.lifecycle_refer_hourly", readonly=False
    )
    lifecycle_referral_thanks = fields.Boolean(
        related="company_id.lifecycle_referral_thanks", readonly=False
    )
