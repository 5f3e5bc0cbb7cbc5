from odoo import api, models
from odoo.tools import SQL
from odoo.tools.query import Query


class LifecycleKnowledgeMixin(models.AbstractModel):
    """A record that shows how well its customer is known, and how safe from competitors.

    Nothing of it is stored: one SQL expression each filters and sorts whole tables, and one
    query computes all for the records of a screen. What is shown is in files of its own:
    completeness, deciders, threat.

    Comes with what ``lifecycle.stage.mixin`` and ``lifecycle.fit.mixin`` know of the
    record's customer, or with something of its own in their place.
    """

    _name = "lifecycle.knowledge.mixin"
    _inherit = ["lifecycle.column.mixin"]
    _description = "Knowledge of a Customer"

    @api.model
    def _get_lifecycle_knowledge_names(self):
        """Return the names of the fields that follow from what is known."""
        return [
            name
            for name, field in self._fields.items()
            if field.compute == "_compute_lifecycle_knowledge"
        ]

    def _forget_lifecycle_knowledge(self):
        """Drop what is known from the cache."""
        self.env[self._name].invalidate_model(self._get_lifecycle_knowledge_names(), flush=False)

    # ------------------------------------------------------------
    # ON THE SCREEN
    # ------------------------------------------------------------

    @api.depends(
        lambda self: (
            []
            if self._abstract
            else [
                self._lifecycle_customer_field,
                f"{self._lifecycle_customer_field}.lifecycle_source_id",
                f"{self._lifecycle_customer_field}.lifecycle_preference_ids",
                f"{self._lifecycle_customer_field}.lifecycle_decision_role",
            ]
        )
    )
    @api.depends_context("company", "lang")
    def _compute_lifecycle_knowledge(self):
        rows = self._read_lifecycle_knowledge()
        for record in self:
            record._show_lifecycle_knowledge(rows.get(record._origin.id, {}))

    def _show_lifecycle_knowledge(self, row):
        """Set the record's fields by what is known of the customer.

        :param dict row: value by name of ``_get_lifecycle_knowledge_columns``; empty for a
            record that is not saved yet
        """

    def _read_lifecycle_knowledge(self):
        """Return what is known of the records' customers, by one query: ``{id: row}``."""
        ids = self._origin.ids
        if not ids:
            return {}
        query = Query(self.env, self._table, self._table_sql)
        record_id = SQL.identifier(self._table, "id")
        query.add_where(SQL("%s = ANY(%s)", record_id, ids))
        values = self._get_lifecycle_knowledge_values(self._table, query)
        columns = self._get_lifecycle_knowledge_columns(values, query)
        return {
            row_id: dict(zip(columns, row, strict=True))
            for row_id, *row in self.env.execute_query(query.select(record_id, *columns.values()))
        }

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_knowledge_columns(self, values, query):
        """Return all that is read for a screen, by name.

        :param dict values: see ``_get_lifecycle_knowledge_values``
        """
        return {}

    def _get_lifecycle_knowledge_values(self, alias, query):
        """Return what knowledge is looked up by, as SQL.

        ``alias`` is that of the customer's contact, ``customer`` its id, ``type`` and
        ``stage`` the customer's, ``owner`` the company whose people count; ``company`` is
        there only where facts of several may count.
        """
        customer_alias = self._join_lifecycle_customer(alias, query)
        profile_alias = self._join_lifecycle_profile(alias, query)
        profile_fields = self.env["crm.lifecycle.profile"]._fields
        values = {
            "alias": customer_alias,
            "customer": SQL.identifier(customer_alias, "id"),
            "type": SQL.identifier(
                profile_alias, "customer_type", to_flush=profile_fields["customer_type"]
            ),
            "stage": SQL.identifier(profile_alias, "stage_id", to_flush=profile_fields["stage_id"]),
            "owner": SQL("%s::int", self.env.company.id),
        }
        if self._lifecycle_company_field:
            column = SQL.identifier(
                alias,
                self._lifecycle_company_field,
                to_flush=self._fields[self._lifecycle_company_field],
            )
            values["owner"] = SQL("COALESCE(%s, %s)", column, self.env.company.id)
            values["company"] = values["owner"]
        return values

    def _field_to_sql(self, alias, field_expr, query=None):
        getter = getattr(self, f"_get_sql_{field_expr}", None)
        field = self._fields.get(field_expr)
        if (
            query is None
            or getter is None
            or not field
            or field.compute != "_compute_lifecycle_knowledge"
        ):
            return super()._field_to_sql(alias, field_expr, query)
        # Sorting and grouping get here without any other check of the groups.
        self._check_field_access(field, "read")
        return getter(self._get_lifecycle_knowledge_values(alias, query), query)
