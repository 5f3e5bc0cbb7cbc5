from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    def create(self, vals_list):
        """Start new companies on the default rules."""
        companies = super().create(vals_list)
        self.env["crm.lifecycle.policy"]._try_create_default(companies)
        self.env["crm.lifecycle.service.level"]._try_create_default(companies)
        return companies
