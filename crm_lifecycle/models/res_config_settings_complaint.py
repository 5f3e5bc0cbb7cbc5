from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_complaint_portal = fields.Boolean(
        related="company_id.lifecycle_complaint_portal", readonly=False
    )
    lifecycle_complaint_user_id = fields.Many2one(
        related="company_id.lifecycle_complaint_user_id", readonly=False
    )
    lifecycle_complaint_hourly = fields.Integer(
        related="company_id.lifecycle_complaint_hourly", readonly=False
    )
    lifecycle_complaint_files = fields.Integer(
        related="company_id.lifecycle_complaint_files", readonly=False
    )
    lifecycle_complaint_file_size = fields.Integer(
        related="company_id.lifecycle_complaint_file_size", readonly=False
    )
    lifecycle_complaint_reopen_days = fields.Integer(
        related="company_id.lifecycle_complaint_reopen_days", readonly=False
    )
    lifecycle_complaint_alias_name = fields.Char(
        related="company_id.lifecycle_complaint_alias_name", readonly=False
    )
    lifecycle_complaint_alias_domain = fields.Char(
        related="company_id.alias_domain_id.name", string="Mail Domain"
    )
    lifecycle_complaint_ask_rating = fields.Boolean(
        related="company_id.lifecycle_complaint_ask_rating", readonly=False
    )
    lifecycle_complaint_from_rating = fields.Boolean(
        related="company_id.lifecycle_complaint_from_rating", readonly=False
    )
    lifecycle_complaint_bad_rating = fields.Integer(
        related="company_id.lifecycle_complaint_bad_rating", readonly=False
    )
