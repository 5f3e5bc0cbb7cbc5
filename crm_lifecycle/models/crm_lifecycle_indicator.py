from odoo import api, fields, models
from odoo.tools import SQL, float_repr, format_amount, format_date

from ..engine import indicators
from .crm_lifecycle_indicator_entry import INDICATOR_NAMES

# What the rows depend on besides the database.
_CONTEXT = ("lifecycle_date",)
# What fits into the number of a company's row.
_MOST = 16


class CrmLifecycleIndicator(models.Model):
    """The seven indicators of a company over the last twelve months, and the twelve before.

    The context tells the day that is asked about, ``lifecycle_date``, today without.
    """

    _name = "crm.lifecycle.indicator"
    _description = "Indicator of Satisfaction"
    _auto = False
    _log_access = False
    _order = "company_id, id"
    _rec_name = "indicator"

    indicator = fields.Selection(INDICATOR_NAMES, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_start = fields.Date(string="From", readonly=True, depends_context=_CONTEXT)
    date_end = fields.Date(string="To", readonly=True, depends_context=_CONTEXT)
    value = fields.Float(
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        depends_context=_CONTEXT,
        help="In the unit of the indicator; empty where n is too small.",
    )
    n = fields.Integer(
        readonly=True,
        aggregator=None,
        depends_context=_CONTEXT,
        help="By how many opinions, orders or customers it was measured.",
    )
    previous_value = fields.Float(
        string="Year Before",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        depends_context=_CONTEXT,
        help="The same over the twelve months before; empty where n is too small.",
    )
    previous_n = fields.Integer(
        string="n of the Year Before", readonly=True, aggregator=None, depends_context=_CONTEXT
    )
    mean_score = fields.Float(
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        depends_context=_CONTEXT,
        help="Of the opinions behind the reputation, 0 to 100.",
    )
    has_value = fields.Boolean(string="Measured", readonly=True, depends_context=_CONTEXT)
    has_previous_value = fields.Boolean(
        string="Measured the Year Before", readonly=True, depends_context=_CONTEXT
    )
    minimum = fields.Integer(readonly=True, aggregator=None)
    value_text = fields.Char(string="Indicator Now", compute="_compute_texts")
    previous_text = fields.Char(string="A Year Before", compute="_compute_texts")
    mean_text = fields.Char(string="Mean", compute="_compute_texts")
    reason = fields.Char(
        string="Why Empty", compute="_compute_texts", help="Why there is no figure."
    )
    definition = fields.Char(compute="_compute_definition", help="What is divided by what.")
    counted = fields.Char(
        string="What n Counts", compute="_compute_definition", help="What its n counts."
    )

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        def measured(condition):
            whole = SQL("SUM(entry.whole) FILTER (WHERE %s)", condition)
            return SQL(
                """CASE WHEN %(whole)s >= MIN(asked.minimum)
                        THEN SUM(entry.points) FILTER (WHERE %(condition)s) / %(whole)s END""",
                whole=whole,
                condition=condition,
            )

        recent = SQL("entry.date >= asked.date_start")
        before = SQL("entry.date < asked.date_start")
        return SQL(
            """WITH %(entries)s
               SELECT asked.company_id::bigint * %(most)s + asked.number AS id, asked.indicator,
                      asked.company_id, asked.date_start, asked.date_end, asked.minimum,
                      COALESCE(told.value, 0) AS value, told.value IS NOT NULL AS has_value,
                      COALESCE(told.n, 0) AS n,
                      COALESCE(told.previous_value, 0) AS previous_value,
                      told.previous_value IS NOT NULL AS has_previous_value,
                      COALESCE(told.previous_n, 0) AS previous_n,
                      CASE WHEN told.value IS NOT NULL THEN told.mean_score END AS mean_score
                 FROM (%(asked)s) asked
            LEFT JOIN (
                      SELECT entry.company_id, entry.indicator,
                             %(value)s AS value, %(previous)s AS previous_value,
                             (SUM(entry.whole) FILTER (WHERE %(recent)s))::int AS n,
                             (SUM(entry.whole) FILTER (WHERE %(before)s))::int AS previous_n,
                             AVG(entry.score) FILTER (WHERE %(recent)s) AS mean_score
                        FROM entry
                        JOIN (%(asked)s) asked
                          ON asked.company_id = entry.company_id
                         AND asked.indicator = entry.indicator
                       WHERE entry.date >= asked.date_before AND entry.date <= asked.date_end
                    GROUP BY entry.company_id, entry.indicator) told
                   ON told.company_id = asked.company_id AND told.indicator = asked.indicator""",
            entries=self.env["crm.lifecycle.indicator.entry"]._get_entries(),
            most=_MOST,
            asked=self._query_asked(),
            value=measured(recent),
            previous=measured(before),
            recent=recent,
            before=before,
        )

    @api.model
    def _query_asked(self):
        """Return the query of the indicators of each company, and of the days that count."""
        return SQL(
            """SELECT company.id AS company_id, company.minimum, named.number, named.indicator,
                      (company.today - interval '12 months')::date + 1 AS date_start,
                      (company.today - interval '24 months')::date + 1 AS date_before,
                      company.today AS date_end
                 FROM company
           CROSS JOIN (VALUES %s) named(number, indicator)""",
            SQL(", ").join(
                SQL("(%s, %s)", number, key) for number, key in enumerate(indicators.INDICATORS)
            ),
        )

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    @api.depends(
        "indicator",
        "company_id",
        "value",
        "previous_value",
        "has_value",
        "has_previous_value",
        "n",
        "minimum",
        "mean_score",
    )
    @api.depends_context("lang", *_CONTEXT)
    def _compute_texts(self):
        for row in self:
            row.value_text = row._say(row.value) if row.has_value else "–"
            row.previous_text = row._say(row.previous_value) if row.has_previous_value else "–"
            if indicators.INDICATORS[row.indicator].is_of_today:
                row.previous_text = False
            row.mean_text = (
                float_repr(row.mean_score, 1)
                if row.has_value and row.indicator == "reputation"
                else False
            )
            row.reason = False
            if not row.has_value:
                row.reason = self.env._(
                    "Too few to tell: n is %(n)s, and %(minimum)s are needed.",
                    n=row.n,
                    minimum=row.minimum,
                )

    def _say(self, value):
        """Return a value with its unit."""
        unit = indicators.INDICATORS[self.indicator].unit
        if unit == "amount":
            return format_amount(self.env, value, self.currency_id)
        return f"{float_repr(value, 1)} %" if unit == "percent" else float_repr(value, 2)

    @api.depends("indicator")
    @api.depends_context("lang")
    def _compute_definition(self):
        for row in self:
            indicator = indicators.INDICATORS[row.indicator]
            row.definition = self.env._(indicator.definition)
            row.counted = self.env._(indicator.n)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_entries(self):
        """Open what the indicator counts, row by row.

        Figures by month come after that: many are blank, since n of one month is small.
        """
        self.ensure_one()
        self.browse().check_access("read")
        action = self.env["crm.lifecycle.indicator.entry"]._get_action(
            [
                ("company_id", "=", self.company_id.id),
                ("indicator", "=", self.indicator),
                ("date", ">=", self.date_start),
                ("date", "<=", self.date_end),
            ],
            self._say_period(),
            {"search_default_group_indicator": 0, "lifecycle_company_id": self.company_id.id},
        )
        modes = ("list", "pivot", "graph")
        return {
            **action,
            "view_mode": ",".join(modes),
            "views": sorted(action["views"], key=lambda view: modes.index(view[1])),
        }

    def _say_period(self):
        names = dict(self._fields["indicator"]._description_selection(self.env))
        return self.env._(
            "%(indicator)s, %(start)s to %(end)s",
            indicator=names[self.indicator],
            start=format_date(self.env, self.date_start),
            end=format_date(self.env, self.date_end),
        )

    @api.model
    def _get_action(self, day):
        """Return the action that shows the indicators as of a day."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_indicator_action"
        )
        return {**action, "context": {"lifecycle_date": fields.Date.to_string(day)}}
