import operator as comparison

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

COMPARISONS = {
    "<": comparison.lt,
    "<=": comparison.le,
    ">": comparison.gt,
    ">=": comparison.ge,
}


class LifecycleColumnMixin(models.AbstractModel):
    """A record with fields that nothing stores, but that ``_field_to_sql`` tells in SQL.

    Such fields are searched here as columns are: a value that is not known is none, and for a
    number none and 0 are asked for alike.
    """

    _name = "lifecycle.column.mixin"
    _description = "Fields Told in SQL"

    def _is_lifecycle_known(self, name):
        """Return whether a field of the record has a value; ``False`` and 0 are values."""
        self.ensure_one()
        return self._fields[name].type in ("boolean", "integer") or bool(self[name])

    @api.model
    def _search_lifecycle_column(self, name, operator, value):
        """Return the domain of a condition on such a field.

        :param value: collection of ids or values; for ``any`` a domain on the field's model;
            for a comparison of numbers or dates a value
        """
        field = self._fields[name]
        if operator in ("any", "any!"):
            comodel = self.env[field.comodel_name].with_context(active_test=False)
            value = comodel._search(value, bypass_access=operator == "any!")
            operator = "in"
        if operator == "in":
            return self._search_lifecycle_values(name, value)
        if operator in COMPARISONS and field.type in ("integer", "date"):
            return self._search_lifecycle_comparison(name, operator, value)
        return NotImplemented

    @api.model
    def _search_lifecycle_values(self, name, value):
        field = self._fields[name]
        is_query = isinstance(value, Query)
        if is_query:
            wanted, with_none = value, False
        elif field.type == "boolean":
            wanted, with_none = [bool(item) for item in value], False
        else:
            with_none = any(not item for item in value)
            wanted = [item for item in value if item]
            if with_none and field.type == "integer":
                wanted.append(0)

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, name, query)
            if is_query:
                condition = SQL("%s IN %s", column, wanted.subselect())
            else:
                condition = SQL("%s = ANY(%s)", column, wanted)
            if with_none:
                condition = SQL("(%s OR %s IS NULL)", condition, column)
            # Never NULL, so that the condition can be negated.
            return SQL("COALESCE(%s, FALSE)", condition)

        def predicate(record):
            if not record._is_lifecycle_known(name):
                return with_none
            held = record[name]
            return (held.id if field.relational else held) in set(wanted)

        return Domain.custom(to_sql=to_sql, predicate=predicate)

    @api.model
    def _search_lifecycle_comparison(self, name, operator, value):
        compare = COMPARISONS[operator]

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, name, query)
            # pylint: disable-next=sql-injection
            return SQL("COALESCE(%s %s %s, FALSE)", column, SQL(operator), value)

        def predicate(record):
            return record._is_lifecycle_known(name) and compare(record[name], value)

        return Domain.custom(to_sql=to_sql, predicate=predicate)
