from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.query import Query

from ..access import LIFECYCLE_GROUPS
from ..engine import segments
from .crm_lifecycle_customer_type import ACQUISITION_POLICIES, SECTORS

# Which part of a segment's rules stands behind which field.
SEGMENT_FIELDS = {
    "lifecycle_segment_id": "segment_id",
    "lifecycle_acquisition_policy": "acquisition_policy",
}
SQL_TYPES = {"boolean": "bool", "integer": "int", "many2one": "int"}


class LifecycleSegmentMixin(models.AbstractModel):
    """A contact or lead that shows the customer's segment, also where nobody has dealings yet.

    Nothing of it is stored: one SQL expression, the one that writes the profiles' segments,
    filters, sorts and groups whole tables, and tells the records of a screen, saved or not.
    Comes with ``lifecycle.stage.mixin`` and ``lifecycle.fit.mixin``, and before them.
    """

    _name = "lifecycle.segment.mixin"
    _inherit = ["lifecycle.column.mixin"]
    _description = "Customer's Segment"

    lifecycle_sector = fields.Selection(
        SECTORS,
        string="Sector",
        groups=LIFECYCLE_GROUPS,
        help="In what kind of organisation the customer is. Left empty, an organisation counts"
        " as a company, and a person as an individual.",
    )
    lifecycle_acquisition_policy = fields.Selection(
        ACQUISITION_POLICIES,
        string="Acquisition",
        compute="_compute_lifecycle_segment_id",
        search="_search_lifecycle_acquisition_policy",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="How hard new customers of the segment are pursued.",
    )
    lifecycle_acquisition_meaning = fields.Char(
        string="What That Means",
        compute="_compute_lifecycle_acquisition_meaning",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )

    def _forget_lifecycle_segments(self):
        """Drop the segments from the cache."""
        names = [*SEGMENT_FIELDS, "lifecycle_acquisition_meaning"]
        self.env[self._name].invalidate_model(names, flush=False)

    # ------------------------------------------------------------
    # ON THE SCREEN
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_segment_depends(self):
        """Return the names of the fields that a segment depends on."""
        customer = self._lifecycle_customer_field
        return [
            customer,
            f"{customer}.is_company",
            f"{customer}.lifecycle_employee_count",
            f"{customer}.lifecycle_sector",
            f"{customer}.country_id",
            f"{customer}.industry_id",
            f"{customer}.category_id",
        ]

    @api.depends(lambda self: [] if self._abstract else self._get_lifecycle_segment_depends())
    @api.depends_context("company")
    def _compute_lifecycle_segment_id(self):
        rules = self._get_lifecycle_segment_rules()
        policies = {rule.segment_id: rule.acquisition_policy for rule in rules}
        saved = self.filtered("id")
        found = saved._read_lifecycle_segments(rules)
        for record in self:
            segment_id = (
                found.get(record.id) if record.id else record._find_lifecycle_segment(rules)
            )
            record.lifecycle_segment_id = segment_id
            record.lifecycle_acquisition_policy = policies.get(segment_id)

    @api.depends(
        lambda self: [] if self._abstract else ["lifecycle_segment_id.acquisition_meaning"]
    )
    @api.depends_context("company", "lang")
    def _compute_lifecycle_acquisition_meaning(self):
        for record in self:
            record.lifecycle_acquisition_meaning = record.lifecycle_segment_id.acquisition_meaning

    @api.model
    def _get_lifecycle_segment_rules(self):
        """Return the rules that may concern a record, see ``engine.segments``."""
        company = None if self._lifecycle_company_field else self.env.company
        return self.env["crm.lifecycle.segment"].sudo()._read_rules(company)

    def _read_lifecycle_segments(self, rules):
        """Return the segments of saved records, ``{id: id of segment}``."""
        if not self or not rules:
            return {}
        query = Query(self.env, self._table, self._table_sql)
        record_id = SQL.identifier(self._table, "id")
        query.add_where(SQL("%s = ANY(%s)", record_id, self.ids))
        values = self._get_lifecycle_segment_columns(self._table, query)
        return dict(
            self.env.execute_query(query.select(record_id, segments.first_match(rules, values)))
        )

    def _find_lifecycle_segment(self, rules):
        """Return the id of the segment of a record as a form has it, before it is saved."""
        self.ensure_one()
        customer = self.mapped(self._lifecycle_customer_field)
        if customer == self._origin:
            # A contact's own form, which may differ from what is saved.
            customer = self
        tags = customer.category_id._origin.mapped("parent_path")
        ancestors = {int(part) for path in tags for part in (path or "").split("/") if part}
        values = self._get_lifecycle_segment_values(
            lambda name: _literal(customer, name),
            SQL("%s::int[]", sorted(ancestors)),
            lambda name: _literal(self, name),
        )
        [[segment_id]] = self.env.execute_query(
            SQL("SELECT %s", segments.first_match(rules, values))
        )
        return segment_id

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_segment_values(self, column, tags, own_column):
        """Return what the segments look at, as SQL, see ``engine.segments.customer_values``.

        :param column: function that returns the SQL of a field of the customer
        :param SQL tags: the customer's tags, those above them included
        :param own_column: the same of the record itself
        """
        return segments.customer_values(column, tags)

    def _get_lifecycle_segment_columns(self, alias, query):
        """Return the same from a query on the records, which it joins the customers to."""
        customer = self._join_lifecycle_customer(alias, query)
        contacts = self.env["res.partner"]
        # Tags are in a table of their own, and written at once.
        return self._get_lifecycle_segment_values(
            lambda name: SQL.identifier(customer, name, to_flush=contacts._fields[name]),
            segments.tags_of(SQL.identifier(customer, "id")),
            lambda name: SQL.identifier(alias, name, to_flush=self._fields[name]),
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if query is None or field_expr not in SEGMENT_FIELDS:
            return super()._field_to_sql(alias, field_expr, query)
        # Sorting and grouping get here without any other check of the groups.
        self._check_field_access(self._fields[field_expr], "read")
        return segments.first_match(
            self._get_lifecycle_segment_rules(),
            self._get_lifecycle_segment_columns(alias, query),
            SEGMENT_FIELDS[field_expr],
        )

    @api.model
    def _search_lifecycle_acquisition_policy(self, operator, value):
        return self._search_lifecycle_column("lifecycle_acquisition_policy", operator, value)


def _literal(record, name):
    """Return a value of a record as SQL; null without a record."""
    field = record._fields[name]
    if name == "id":
        # All that is asked is whether there is one; a new record is one, too.
        return SQL("%s::int", (record._origin.id or 0) if record else None)
    value = record[name]
    if field.type == "many2one":
        value = value._origin.id
    elif field.type not in ("boolean", "integer"):
        value = value or None
    return SQL("%s::%s", value if record else None, SQL(SQL_TYPES.get(field.type, "varchar")))
