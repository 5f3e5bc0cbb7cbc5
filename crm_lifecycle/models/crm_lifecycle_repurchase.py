from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import indicators, loyalty_evidence, purchase_days, sources

OPINIONS = [
    ("top", "Very satisfied"),
    ("satisfied", "Satisfied"),
    ("low", "Dissatisfied"),
]
# What the rows depend on besides the database.
_CONTEXT = ("lifecycle_date",)


class CrmLifecycleRepurchase(models.Model):
    """Who bought again after they said how satisfied they are, a row a customer.

    See ``engine.loyalty_evidence``. The context tells the day that is asked about,
    ``lifecycle_date``, today without.
    """

    _name = "crm.lifecycle.repurchase"
    _description = "Repurchase after an Opinion"
    _inherit = ["crm.lifecycle.ratio.mixin", "crm.lifecycle.dated.report.mixin"]
    _auto = False
    _log_access = False
    _order = "date DESC, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(
        readonly=True,
        depends_context=_CONTEXT,
        help="Day of the last single opinion after which the company's days have passed.",
    )
    score = fields.Float(
        readonly=True,
        digits=(16, 1),
        aggregator=None,
        depends_context=_CONTEXT,
        help="What they said, 0 to 100.",
    )
    opinion = fields.Selection(OPINIONS, readonly=True, depends_context=_CONTEXT)
    minimum = fields.Integer(
        readonly=True, aggregator=None, help="Customers below which their share is empty."
    )
    customer_count = fields.Integer(string="Customers", readonly=True)
    bought_count = fields.Integer(
        string="Bought Again",
        readonly=True,
        depends_context=_CONTEXT,
        help="1 where the customer bought within the company's days after they said so.",
    )
    bought_share = fields.Float(
        string="Share That Bought Again",
        readonly=True,
        aggregator="avg",
        depends_context=_CONTEXT,
        help="Customers who bought again, divided by all of them. Empty where fewer than your"
        " company's minimum were asked.",
    )

    @property
    def _table_query(self):
        scope = sources.Scope()
        return SQL(
            """WITH %s, %s
               SELECT heard.*, profile.id AS profile_id
                 FROM (%s) heard
            LEFT JOIN crm_lifecycle_profile profile
                   ON profile.partner_id = heard.partner_id
                  AND profile.company_id = heard.company_id""",
            sources.company_cte(fields.Datetime.now(), self._get_day(), indicators.SETTINGS),
            purchase_days.purchase_days(scope),
            loyalty_evidence.repurchase(
                self.env["crm.lifecycle.event"]._get_satisfaction_sources(scope)
            ),
        )

    @api.model
    def _get_ratios(self):
        return {"bought_share": ("bought_count", "customer_count")}

    def _read_group_select(self, aggregate_spec, query):
        """Leave the share empty where the customers are too few to tell."""
        select = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "bought_share:avg":
            return select
        enough = self._get_sql_enough("customer_count", query)
        return SQL("CASE WHEN %s THEN %s END", enough, select)
