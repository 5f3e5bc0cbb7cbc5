from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import indicators, sources, type_rules

INDICATOR_NAMES = [
    ("reputation", "Product reputation (%)"),
    ("awareness", "Brand awareness (%)"),
    ("return", "Return rate (%)"),
    ("complaint", "Complaint rate (%)"),
    ("spend", "Spend per purchase"),
    ("sensitivity", "Price sensitivity"),
    ("exit", "Exit rate (%)"),
]
# What the rows depend on besides the database.
_CONTEXT = ("lifecycle_date",)
# Sums that mean nothing where amounts of several currencies are among them.
_AMOUNTS = ("part:sum", "points:sum", "value:avg")


class CrmLifecycleIndicatorEntry(models.Model):
    """What each of the seven indicators counts, a row each: its part of the whole.

    Of a group, an indicator is the quotient of sums, and empty where the whole is below the
    company's minimum. What it counts says ``engine.indicators``. The context tells the day that
    is asked about, ``lifecycle_date``, today without; and of which customers and company alone,
    ``lifecycle_partner_ids`` and ``lifecycle_company_id``, where all others would be computed in
    vain.
    """

    _name = "crm.lifecycle.indicator.entry"
    _description = "Indicator over Time"
    _inherit = ["crm.lifecycle.ratio.mixin", "crm.lifecycle.dated.report.mixin"]
    _auto = False
    _log_access = False
    _order = "date DESC, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    indicator = fields.Selection(INDICATOR_NAMES, readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    product_tmpl_id = fields.Many2one(
        "product.template", string="Product", readonly=True, help="Of the reputation alone."
    )
    date = fields.Date(
        readonly=True,
        depends_context=_CONTEXT,
        help="Day of the opinion, purchase or complaint; of the exit rate the last of the month;"
        " of the price sensitivity today.",
    )
    part = fields.Float(
        readonly=True,
        depends_context=_CONTEXT,
        help="What is divided: very satisfied less dissatisfied opinions, those who knew the"
        " brand, who came back, complaints, net value, who left.",
    )
    whole = fields.Float(
        string="n",
        readonly=True,
        digits=(16, 0),
        depends_context=_CONTEXT,
        help="By what it is divided: opinions, new customers, buyers, orders, purchase days,"
        " order lines, customers.",
    )
    points = fields.Float(
        string="Part in Its Unit",
        readonly=True,
        depends_context=_CONTEXT,
        help="The part in the unit of the indicator, such as per cent.",
    )
    minimum = fields.Integer(
        readonly=True, aggregator="max", help="n below which an indicator is empty."
    )
    value = fields.Float(
        string="Figure",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        depends_context=_CONTEXT,
        help="The part divided by n, in the unit of the indicator. Empty where n is below the"
        " company's minimum, and of several indicators, or amounts of several currencies,"
        " together.",
    )

    value_class = fields.Selection(help="The customer's class today.")
    customer_type = fields.Selection(help="The customer's type today.")
    segment_id = fields.Many2one(help="The customer's segment today.")
    stage_id = fields.Many2one(related="profile_id.stage_id", help="The customer's stage today.")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """WITH %s
               SELECT HASHTEXTEXTENDED(CONCAT_WS('-', entry.indicator, entry.key), 0) & %s AS id,
                      entry.indicator, entry.company_id, entry.partner_id, entry.product_tmpl_id,
                      entry.date, entry.part, entry.whole, entry.points, company.minimum,
                      NULL::float8 AS value, profile.id AS profile_id, host.currency_id
                 FROM entry
                 JOIN company ON company.id = entry.company_id
                 JOIN res_company host ON host.id = entry.company_id
            LEFT JOIN crm_lifecycle_profile profile
                   ON profile.partner_id = entry.partner_id
                  AND profile.company_id = entry.company_id""",
            self._get_entries(),
            # As large as a number may be in a browser.
            2**52 - 1,
        )

    @api.model
    def _get_entries(self):
        """Return the CTEs up to ``entry``."""
        now, day, scope = fields.Datetime.now(), self._get_day(), self._get_scope()
        company = self.env.context.get("lifecycle_company_id")
        events = self.env["crm.lifecycle.event"]
        return SQL(
            "%s, %s",
            sources.company_cte(
                now,
                day,
                indicators.SETTINGS,
                SQL("WHERE c.id = %s", int(company)) if company else None,
            ),
            indicators.entries(
                indicators.Context(
                    scope=scope,
                    said=events._get_satisfaction_sources(scope),
                    is_past=bool(day),
                    type_company=type_rules.settings_cte(now, day),
                    host=self.env["crm.lifecycle.profile"]._get_host_columns(),
                )
            ),
        )

    @api.model
    def _get_scope(self):
        """Return the customers that are asked about."""
        partners = self.env.context.get("lifecycle_partner_ids")
        return sources.Scope([int(partner) for partner in partners] if partners else None)

    @api.model
    def _get_ratios(self):
        return {"value": ("points", "whole")}

    def _read_group_select(self, aggregate_spec, query):
        """Leave an indicator empty where n is too small, and where several are mixed.

        Amounts of several currencies are added up nowhere.
        """
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec not in _AMOUNTS:
            return select
        indicator, currency = (
            self._field_to_sql(self._table, name, query) for name in ("indicator", "currency_id")
        )
        amounts = [key for key, told in indicators.INDICATORS.items() if told.unit == "amount"]
        condition = SQL(
            "(MIN(%(currency)s) = MAX(%(currency)s)"
            " OR NOT BOOL_OR(%(indicator)s = ANY(%(amounts)s)))",
            currency=currency,
            indicator=indicator,
            amounts=amounts,
        )
        if aggregate_spec == "value:avg":
            condition = SQL(
                "%(condition)s AND MIN(%(indicator)s) = MAX(%(indicator)s) AND %(enough)s",
                condition=condition,
                indicator=indicator,
                enough=self._get_sql_enough("whole", query),
            )
        return SQL("CASE WHEN %s THEN %s END", condition, select)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _get_action(self, domain, name, context=None):
        """Return the action that shows what indicators count."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_indicator_entry_action"
        )
        context = {
            **self._get_day_context(),
            "search_default_group_indicator": 1,
            **(context or {}),
        }
        return {**action, "name": name, "domain": domain, "context": context}

    @api.model
    def _get_day_context(self):
        day = self._get_day()
        return {"lifecycle_date": fields.Date.to_string(day)} if day else {}
