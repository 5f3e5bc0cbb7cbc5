from odoo import api, models
from odoo.tools import SQL


class CrmLifecycleRatioMixin(models.AbstractModel):
    """Reports with quotients: of a group it is the quotient of sums, not the mean of quotients."""

    _name = "crm.lifecycle.ratio.mixin"
    _description = "Report with Ratios"

    @api.model
    def _get_ratios(self):
        """Return the fields that are quotients: ``{field: (part, whole)}``."""
        return {}

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        ratio = self._get_ratios().get(name)
        if not ratio or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[name], "read")
        part, whole = (self._field_to_sql(self._table, column, query) for column in ratio)
        return SQL("SUM(%s)::float8 / NULLIF(SUM(%s), 0)", part, whole)

    @api.model
    def _get_sql_enough(self, whole, query):
        """Return the SQL of whether a group has as many as its companies ask for.

        Of several companies, they are enough where their shares of what each needs, the column
        ``minimum``, make up a whole.

        :param str whole: the field that says how many there are
        """
        whole, minimum = (
            self._field_to_sql(self._table, name, query) for name in (whole, "minimum")
        )
        # Thirds do not quite add up to one.
        return SQL("SUM(%s::float8 / %s) > 0.999999", whole, minimum)
