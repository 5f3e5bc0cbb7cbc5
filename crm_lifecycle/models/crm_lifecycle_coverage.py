from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import mismatches, sources
from .crm_lifecycle_customer_type import CUSTOMER_TYPES
from .crm_lifecycle_value_class import VALUE_CLASSES

# Numerator of each share, by how many customers or by the universe.
SHARES = {
    "owned_share": ("owned_count", "customer_count"),
    "right_share": ("right_count", "customer_count"),
    "penetration": ("buyer_count", "universe_size"),
    "reach": ("customer_count", "universe_size"),
}


class CrmLifecycleCoverage(models.Model):
    """How well the customers of a segment, type and class are looked after, and how many of
    all there are in the segment the company has won.

    Customers are those beyond a suspect who are not lost. Read when somebody looks, see
    ``engine.mismatches``.
    """

    _name = "crm.lifecycle.coverage"
    _description = "Coverage"
    _inherit = ["crm.lifecycle.ratio.mixin"]
    _auto = False
    _log_access = False
    _rec_name = "segment_id"
    _rec_names_search = ["segment_id"]
    _order = "segment_id, customer_type, value_class, id"
    _depends = {
        "crm.lifecycle.mismatch": ["kind"],
        "crm.lifecycle.segment": ["active", "company_id", "universe_size"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    segment_id = fields.Many2one("crm.lifecycle.segment", readonly=True)
    customer_type = fields.Selection(CUSTOMER_TYPES, readonly=True)
    value_class = fields.Selection(VALUE_CLASSES, string="Class", readonly=True)
    customer_count = fields.Integer(
        string="Customers",
        readonly=True,
        help="Customers beyond a suspect who are not lost.",
    )
    buyer_count = fields.Integer(
        string="Buyers", readonly=True, help="Those of them who have bought at least once."
    )
    owned_count = fields.Integer(
        string="With Salesperson", readonly=True, help="Customers with a salesperson."
    )
    right_count = fields.Integer(
        string="Rightly Assigned",
        readonly=True,
        help="Customers whose salesperson works here, is in the wanted team and experienced"
        " enough. What was dismissed as a mismatch counts as it is.",
    )
    unknown_count = fields.Integer(
        string="Seniority Unknown",
        readonly=True,
        help="Customers of whose salesperson the company does not know how experienced they"
        " are, though the service level asks for it.",
    )
    universe_size = fields.Integer(
        string="Universe",
        readonly=True,
        help="How many such organisations or people there are, as the segment says. Counted"
        " once for each segment.",
    )
    owned_share = fields.Float(
        string="Share with Salesperson",
        readonly=True,
        aggregator="avg",
        help="Customers with a salesperson, of all.",
    )
    right_share = fields.Float(
        string="Share Rightly Assigned",
        readonly=True,
        aggregator="avg",
        help="Customers with the right salesperson, of all.",
    )
    penetration = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Buyers divided by the universe of their segments: how much of the market buys from"
        " you. Those of segments without a universe are left out.",
    )
    reach = fields.Float(
        readonly=True,
        aggregator="avg",
        help="The same of all customers, those included who have not bought yet.",
    )

    @property
    def _table_query(self):
        return mismatches.covering(sources.company_cte(fields.Datetime.now()))

    # ------------------------------------------------------------
    # GROUP
    # ------------------------------------------------------------

    @api.model
    def _get_ratios(self):
        return SHARES

    def _read_group_select(self, aggregate_spec, query):
        """Count each universe once."""
        name, _colon, function = aggregate_spec.partition(":")
        if name == "universe_size" and function == "sum":
            self._check_field_access(self._fields[name], "read")
            return self._sum_universe(query)
        part, whole = SHARES.get(name, (None, None))
        if whole != "universe_size" or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[name], "read")
        counted = self._field_to_sql(self._table, part, query)
        return SQL(
            "SUM(%s) FILTER (WHERE %s > 0)::float / NULLIF(%s, 0)",
            counted,
            self._field_to_sql(self._table, "universe_size", query),
            self._sum_universe(query),
        )

    def _sum_universe(self, query):
        return SQL(
            """(SELECT SUM(size::bigint)
                  FROM JSONB_EACH_TEXT(JSONB_OBJECT_AGG(COALESCE(%(segment)s, 0), %(size)s))
                       AS universe(segment, size))""",
            segment=self._field_to_sql(self._table, "segment_id", query),
            size=self._field_to_sql(self._table, "universe_size", query),
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_customers(self):
        """Open the customers that are counted."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_profile_action"
        )
        return {
            **action,
            "view_mode": "list,kanban,form,pivot,graph",
            "views": [(False, mode) for mode in ("list", "kanban", "form", "pivot", "graph")],
            "domain": list(
                Domain("company_id", "=", self.company_id.id)
                & Domain("segment_id", "=", self.segment_id.id)
                & Domain("customer_type", "=", self.customer_type)
                & Domain("value_class", "=", self.value_class)
                & self.env["crm.lifecycle.profile"]._get_cared_domain()
            ),
        }
