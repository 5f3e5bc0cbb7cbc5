from datetime import datetime, time, timedelta

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

#: What reports read of complaints and remedies whatever they tell, for their ``_depends``.
COUNTED_FIELDS = (
    "active",
    "commercial_partner_id",
    "company_id",
    "date",
    "duplicate_of_id",
    "is_open",
    "kind",
)
COST_FIELDS = ("amount_company", "complaint_id", "cost", "state")


class CrmComplaint(models.Model):
    """Which complaints reports count, and the list of them that a figure opens."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_counted_domain(self, company, recent=True):
        """Return the domain of what is counted, as ``engine.complaints.counts`` does.

        :param company: whose complaints
        :param bool recent: those of the last twelve months alone
        """
        domain = (
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", "complaint")
            & (Domain("is_open", "=", True) | Domain("duplicate_of_id", "=", False))
        )
        if not recent:
            return domain
        days = self.env["crm.lifecycle.period.mixin"].with_company(company)
        first = days._get_today() - relativedelta(months=12) + timedelta(days=1)
        midnight = pytz.timezone(days._get_zone()).localize(datetime.combine(first, time.min))
        return domain & Domain("date", ">=", midnight.astimezone(pytz.utc).replace(tzinfo=None))

    @api.model
    def _open_counted(self, name, domain):
        """Return the action that lists the complaints behind a figure.

        :param str name: what they have in common
        """
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints: %s", name),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form"), (False, "pivot"), (False, "graph")],
            "domain": list(domain),
            "context": {"create": False},
        }
