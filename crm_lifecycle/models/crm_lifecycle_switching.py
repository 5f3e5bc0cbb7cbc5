from odoo import fields, models
from odoo.tools import SQL

from ..engine import indicators, sources, switching, value_entries

WAYS = [("lost", "Declared Lost"), ("category", "Stopped Buying Product Lines")]
# What the rows depend on besides the database.
_CONTEXT = ("lifecycle_date",)
# Sums that mean nothing where amounts of several currencies are among them.
_AMOUNTS = ("previous:sum", "current:sum", "moved:sum", "moved_share:avg")


class CrmLifecycleSwitching(models.Model):
    """Which part of last year's revenue moved to competitors, a row a customer.

    See ``engine.switching`` for what counts as moved. The switching rate of a group is moved
    revenue divided by the revenue of the year before, and empty where the customers are fewer
    than the company's minimum. The context tells the day that is asked about,
    ``lifecycle_date``, today without.
    """

    _name = "crm.lifecycle.switching"
    _description = "Switching to Competitors"
    _inherit = ["crm.lifecycle.ratio.mixin", "crm.lifecycle.dated.report.mixin"]
    _auto = False
    _log_access = False
    _order = "moved DESC, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    minimum = fields.Integer(
        readonly=True, aggregator=None, help="Customers below which the rate is empty."
    )
    customer_count = fields.Integer(string="n", readonly=True)
    previous = fields.Monetary(
        string="Year Before",
        readonly=True,
        depends_context=_CONTEXT,
        help="Revenue of the twelve months before the last twelve, without taxes and refunds.",
    )
    current = fields.Monetary(
        string="This Year",
        readonly=True,
        depends_context=_CONTEXT,
        help="Revenue of the last twelve months.",
    )
    moved = fields.Monetary(
        string="Moved to Competitors",
        readonly=True,
        depends_context=_CONTEXT,
        help="Of a customer who was declared lost while a competitor is noted there: what they"
        " bring less. Of others: what product lines brought of which they buy nothing any more,"
        " while a competitor is noted for them.",
    )
    moved_share = fields.Float(
        string="Switching Rate",
        readonly=True,
        aggregator="avg",
        depends_context=_CONTEXT,
        help="Revenue that moved to competitors, divided by the revenue of the year before."
        " Empty where n is below the company's minimum.",
    )
    switched_count = fields.Integer(
        string="Customers Who Switched", readonly=True, depends_context=_CONTEXT
    )
    how = fields.Selection(WAYS, readonly=True, depends_context=_CONTEXT)
    category_count = fields.Integer(
        string="Product Lines Lost", readonly=True, depends_context=_CONTEXT
    )
    competitor_id = fields.Many2one(
        "crm.lifecycle.competitor",
        readonly=True,
        depends_context=_CONTEXT,
        help="Who is noted there; of several, the one who endangers the business most.",
    )

    @property
    def _table_query(self):
        return switching.reading(
            sources.company_cte(fields.Datetime.now(), self._get_day(), indicators.SETTINGS),
            value_entries.sold_lines(sources.Scope()),
        )

    def _get_ratios(self):
        return {"moved_share": ("moved", "previous")}

    def _read_group_select(self, aggregate_spec, query):
        """Leave the rate empty where n is too small, and add no currencies up."""
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec not in _AMOUNTS:
            return select
        currency = self._field_to_sql(self._table, "currency_id", query)
        condition = SQL("MIN(%(currency)s) = MAX(%(currency)s)", currency=currency)
        if aggregate_spec == "moved_share:avg":
            enough = self._get_sql_enough("customer_count", query)
            condition = SQL("%s AND %s", condition, enough)
        return SQL("CASE WHEN %s THEN %s END", condition, select)
