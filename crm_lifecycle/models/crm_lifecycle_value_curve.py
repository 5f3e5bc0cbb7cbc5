from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import curves

BASES = ("contribution", "margin", "revenue")
SPANS = ("12m", "total")


class CrmLifecycleValue(models.Model):
    """The whale curve: what customers bring together, the best first.

    It goes beyond 100 % where some cost more than they bring, and comes down again with
    them. All of it is about the current company, in its currency.
    """

    _inherit = "crm.lifecycle.value"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_whale_curve(self, basis="contribution", span="12m"):
        """Return the curve of cumulative amounts.

        :param str basis: contribution, margin or revenue
        :param str span: ``12m`` or ``total``
        :return: dict: ``points``, a list of ``{place, cumulative}``, of which ``peak`` is the
            place of the highest; how many ``losers`` cost more than they bring; ``tenths`` of
            the customers, the best first
        """
        customers = self._get_curve_customers(basis, span)
        rows = self.env.execute_query(curves.whale(customers))
        points = [(place, float(cumulative)) for place, cumulative, *_rest in rows]
        _place, total = points[-1] if points else (0, 0.0)
        return {
            **self._get_curve_scope(),
            "customers": rows[0][2] if rows else 0,
            "peak": rows[0][3] if rows else 0,
            "losers": rows[0][4] if rows else 0,
            "total": total,
            "points": [
                {"place": place, "cumulative": cumulative}
                for place, cumulative in ((0, 0.0), *points)
            ],
            "tenths": [
                {"first": first, "last": last, "amount": amount, "cumulative": cumulative}
                for first, last, amount, cumulative in curves.tenths(points)
            ],
        }

    @api.model
    @api.readonly
    def action_open_places(self, basis, span, first, last):
        """Open the customers from one place of the curve to another.

        :param str basis: contribution, margin or revenue
        :param str span: ``12m`` or ``total``
        :param int first: place, 1 is the best
        :param int last: place
        """
        customers = self._get_curve_customers(basis, span)
        found = self.env.execute_query(curves.places(customers, first, last))
        column = self._get_curve_column(basis, span)
        domain = self._get_curve_domain(span)
        if found:
            (most, first_id), (least, last_id) = found[0], found[-1]
            # Those of the same amount follow each other by their ids.
            domain &= Domain(column, "<", float(most)) | (
                Domain(column, "=", float(most)) & Domain("id", ">=", first_id)
            )
            domain &= Domain(column, ">", float(least)) | (
                Domain(column, "=", float(least)) & Domain("id", "<=", last_id)
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers %(first)s to %(last)s", first=first, last=last),
            "res_model": self._name,
            "views": [(False, "list"), (False, "form")],
            "domain": list(domain),
            "context": self._get_shown_context(),
        }

    @api.model
    def _get_curve_scope(self):
        """Return whose curve it is."""
        company = self.env.company
        return {"company": company.display_name, "currency_id": company.currency_id.id}

    @api.model
    def _get_shown_context(self):
        """Return the context in which what is behind a figure is shown: as of its day."""
        day = self._get_day()
        shown = {"lifecycle_date": fields.Date.to_string(day)} if day else {}
        return {"active_test": False, **shown}

    @api.model
    def _get_curve_column(self, basis, span):
        """Return the name of an amount's field; what is none is refused."""
        if basis not in BASES:
            raise UserError(self.env._("There is no such amount: %s", basis))
        if span not in SPANS:
            raise UserError(self.env._("There is no such time: %s", span))
        return f"{basis}_{span}"

    @api.model
    def _get_curve_domain(self, span):
        """Return the domain of the customers who brought or cost anything."""
        return Domain("company_id", "=", self.env.company.id) & Domain.OR(
            Domain(f"{basis}_{span}", "!=", 0) for basis in BASES
        )

    @api.model
    def _get_curve_customers(self, basis, span):
        """Return the SELECT of ``id`` and ``amount`` of customers whom the user may see."""
        column = self._get_curve_column(basis, span)
        # Archived or not, they brought what they did.
        query = self._search(self._get_curve_domain(span), active_test=False)
        amount = self._field_to_sql(self._table, column, query)
        return query.select(SQL.identifier(self._table, "id"), SQL("%s AS amount", amount))
