from odoo import api, fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_source_required = fields.Boolean(
        string="Source Required",
        groups="base.group_user",
        help="Salespeople say where each new customer and lead comes from.",
    )
    lifecycle_stale_months = fields.Integer(
        string="Data Stale After",
        default=12,
        groups="base.group_user",
        help="Months without anybody changing or confirming a customer's data, after which"
        " they are up for review.",
    )
    lifecycle_idle_months = fields.Integer(
        string="Suspect Idle After",
        default=24,
        groups="base.group_user",
        help="Months without anything happening, after which archiving a suspect is proposed.",
    )

    _lifecycle_months_positive = models.Constraint(
        "CHECK(lifecycle_stale_months > 0 AND lifecycle_idle_months > 0)",
        "Data are reviewed after a number of months: enter 1 or more.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Start new companies on the default rules, segments and facts."""
        companies = super().create(vals_list)
        self.env["crm.lifecycle.policy"]._try_create_default(companies)
        self.env["crm.lifecycle.segment"]._try_create_default(companies)
        self.env["crm.lifecycle.fact"]._try_create_default(companies)
        self.env["crm.lifecycle.service.level"]._try_create_default(companies)
        return companies
