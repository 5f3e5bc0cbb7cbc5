from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

CLASSES = ("a", "b")
STATUSES = ("active", "due")


class CrmLifecycleProfile(models.Model):
    """Core customers: large, long with the company, and alive."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    is_core = fields.Boolean(
        string="Core Customer",
        compute="_compute_is_core",
        search="_search_is_core",
        help="Of class A or B, active or due, and a customer for at least as long as the"
        " rules say: two years unless they say otherwise.",
    )

    @api.depends("value_class", "status", "first_purchase_date", "company_id")
    def _compute_is_core(self):
        starts = self._get_core_starts(self.company_id)
        for profile in self:
            first = profile.first_purchase_date
            profile.is_core = bool(
                profile.value_class in CLASSES
                and profile.status in STATUSES
                and first
                and first <= starts[profile.company_id]
            )

    @api.model
    def _search_is_core(self, operator, value):
        if operator != "in":
            return NotImplemented
        long = Domain.OR(
            Domain("company_id", "=", company.id) & Domain("first_purchase_date", "<=", start)
            for company, start in self._get_core_starts(
                self.env["res.company"].sudo().search([])
            ).items()
        )
        return Domain("value_class", "in", CLASSES) & Domain("status", "in", STATUSES) & long

    @api.model
    def _get_core_starts(self, companies):
        """Return the day by which a core customer has bought first, ``{company: day}``."""
        months = self.env["crm.lifecycle.policy"]._get_core_months(companies)
        # Whoever searches, companies of others are among those that are compared.
        period = self.env["crm.lifecycle.period.mixin"].sudo()
        return {
            company: period.with_company(company)._get_today()
            - relativedelta(months=months[company.id])
            for company in companies
        }
