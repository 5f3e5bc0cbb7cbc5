from odoo import api, fields, models
from odoo.fields import Domain


class CrmLifecyclePeriodMixin(models.AbstractModel):
    """Something of one kind that holds for a customer from one day to another."""

    _name = "crm.lifecycle.period.mixin"
    _description = "Customer Lifecycle Period"

    @api.model
    def _get_today(self):
        """Return today in the company's time zone, as the engine counts days.

        The user's own day may have begun already, or not yet.
        """
        return fields.Date.context_today(self.with_context(tz=self._get_zone()))

    @api.model
    def _get_zone(self):
        """Return the name of the company's time zone, in which the engine counts days."""
        company = self.env.company.sudo()
        return company.partner_id.tz or company.resource_calendar_id.tz or "UTC"

    def _find_overlapping(self):
        """Return another record of the same kind and customer that holds at the same time."""
        self.ensure_one()
        return self.search(self._get_overlap_domain(), limit=1)

    def _get_overlap_domain(self):
        """Return the domain of the records that must not hold at the same time as this one."""
        domain = self._get_same_customer_domain() & (
            Domain("date_end", "=", False) | Domain("date_end", ">=", self.date_start)
        )
        if "kind" in self._fields:
            domain &= Domain("kind", "=", self.kind)
        if self.date_end:
            domain &= Domain("date_start", "<=", self.date_end)
        return domain

    def _get_same_customer_domain(self):
        """Return the domain of the other records about the same customer of the company."""
        customer = self.partner_id.commercial_partner_id
        return (
            Domain("id", "!=", self.id)
            & Domain("partner_id.commercial_partner_id", "=", customer.id)
            & Domain("company_id", "=", self.company_id.id)
        )
