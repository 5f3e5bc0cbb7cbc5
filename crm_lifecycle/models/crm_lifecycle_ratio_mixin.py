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
