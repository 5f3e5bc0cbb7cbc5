from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import curves

#: By what customers are grouped, and the field of each.
CUSTOMER_AXES = {
    "customer": "partner_id",
    "industry": "industry_id",
    "country": "country_id",
    "state": "state_id",
    "salesperson": "user_id",
    "class": "value_class",
}
#: By what revenue is grouped: fields of ``crm.lifecycle.value.entry``.
PRODUCT_AXES = {"product": "product_id", "category": "categ_id"}
#: How many groups are shown one by one.
TOP = 12


class CrmLifecycleValue(models.Model):
    """Pareto: which few customers, countries or products bring most, along any axis."""

    _inherit = "crm.lifecycle.value"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    @api.readonly
    def get_pareto(self, axis="customer", basis="contribution", span="12m"):
        """Return what the largest groups bring, and the rest together.

        Products and their categories are ranked by revenue of the last twelve months.

        :param str axis: see ``CUSTOMER_AXES`` and ``PRODUCT_AXES``
        :param str basis: contribution, margin or revenue
        :param str span: ``12m`` or ``total``
        :return: dict: ``rows``, a list of ``{key, name, groups, customers, amount,
            cumulative}``; of the rest the name is False
        """
        model, field, query, amount = self._get_pareto_parts(axis, basis, span)
        rows = query.select(
            SQL("%s AS key", model._field_to_sql(model._table, field, query)),
            SQL("%s AS partner_id", model._field_to_sql(model._table, "partner_id", query)),
            SQL("%s AS amount", model._field_to_sql(model._table, amount, query)),
        )
        found = self.env.execute_query(curves.pareto(rows, TOP))
        names = self._get_pareto_names(model, field, [key for key, *_rest in found if key])
        cumulative, shown = 0.0, []
        for key, value, customers, groups in found:
            cumulative += float(value)
            shown.append(
                {
                    "key": key or False,
                    "name": names.get(key) or self.env._("Not set") if groups == 1 else False,
                    "groups": groups,
                    # A customer of several products would count for each.
                    "customers": customers if groups == 1 or axis in CUSTOMER_AXES else False,
                    "amount": float(value),
                    "cumulative": cumulative,
                }
            )
        return {**self._get_curve_scope(), "rows": shown, "total": cumulative}

    @api.model
    @api.readonly
    def action_open_pareto(self, axis, span, keys, others=False):
        """Open what is behind a row.

        :param str axis: see ``get_pareto``
        :param str span: ``12m`` or ``total``
        :param list keys: what is not set is False
        :param bool others: everything but the keys
        """
        model, field, _query, _amount = self._get_pareto_parts(axis, "revenue", span)
        domain = self._get_pareto_domain(axis, span)
        domain &= Domain(field, "not in" if others else "in", keys)
        views = [(False, "list"), (False, "form")]
        if axis in PRODUCT_AXES:
            views = [(False, "list"), (False, "pivot")]
        names = self._get_pareto_names(model, field, self._keep_named(model, field, keys))
        name = names.get(keys[0]) or self.env._("Not set") if len(keys) == 1 else False
        return {
            "type": "ir.actions.act_window",
            "name": name if name and not others else self.env._("The others"),
            "res_model": model._name,
            "views": views,
            "domain": list(domain),
            "context": self._get_shown_context(),
        }

    @api.model
    def _get_pareto_parts(self, axis, basis, span):
        """Return the model and the field of an axis, the query, and the field of the amount."""
        if axis in PRODUCT_AXES:
            amount = "amount"
            model, field = self.env["crm.lifecycle.value.entry"], PRODUCT_AXES[axis]
        elif axis in CUSTOMER_AXES:
            amount = self._get_curve_column(basis, span)
            model, field = self, CUSTOMER_AXES[axis]
        else:
            raise UserError(self.env._("There is no such axis: %s", axis))
        query = model._search(self._get_pareto_domain(axis, span), active_test=False)
        return model, field, query, amount

    @api.model
    def _get_pareto_domain(self, axis, span):
        if axis in CUSTOMER_AXES:
            return self._get_curve_domain(span)
        today = self._get_day() or self.env["crm.lifecycle.period.mixin"]._get_today()
        return (
            Domain("company_id", "=", self.env.company.id)
            & Domain("kind", "in", ("revenue", "refund"))
            & Domain("date", ">", today - relativedelta(months=12))
            & Domain("date", "<=", today)
        )

    @api.model
    def _keep_named(self, model, field, keys):
        """Return those of the keys whose names the user may read on their own."""
        field = model._fields[field]
        keys = [key for key in keys if key]
        if field.type == "selection":
            return keys
        records = self.env[field.comodel_name].with_context(active_test=False)
        return records.search([("id", "in", keys)]).ids

    @api.model
    def _get_pareto_names(self, model, field, keys):
        """Return the names of groups, ``{key: name}``."""
        field = model._fields[field]
        if field.type == "selection":
            return dict(field._description_selection(self.env))
        # What the user may see the amounts of they may see the name of.
        records = self.env[field.comodel_name].sudo().with_context(active_test=False)
        return {record.id: record.display_name for record in records.browse(keys)}
