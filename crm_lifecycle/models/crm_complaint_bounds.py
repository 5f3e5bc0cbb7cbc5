from odoo import api, models


class CrmComplaint(models.Model):
    """How many complaints come in: what one customer hands in by portal and mail."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_hourly_limit(self, company):
        return company.sudo().lifecycle_complaint_hourly

    @api.model
    def _get_filed_domain(self, customer, company):
        return [
            *super()._get_filed_domain(customer, company),
            ("channel", "in", ("portal", "mail")),
        ]
