from odoo import fields, models
from odoo.tools import SQL

from ..engine import indicators, loyalty_evidence, sources, value

# Named so that charts have them in this order.
BANDS = [
    ("1_far_down", "Down by 5 points or more"),
    ("2_down", "Down by less than 5"),
    ("3_same", "As before"),
    ("4_up", "Up by less than 5"),
    ("5_far_up", "Up by 5 points or more"),
]
# What the rows depend on besides the database.
_CONTEXT = ("lifecycle_date",)


class CrmLifecycleSatisfactionChange(models.Model):
    """How customers' satisfaction and margin changed from one year to the next, a row each.

    See ``engine.loyalty_evidence``. The context tells the day that is asked about,
    ``lifecycle_date``, today without.
    """

    _name = "crm.lifecycle.satisfaction.change"
    _description = "Change of Satisfaction and Margin"
    _inherit = ["crm.lifecycle.dated.report.mixin"]
    _auto = False
    _log_access = False
    _order = "score_change DESC, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    score_before = fields.Float(
        string="Satisfaction before",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        depends_context=_CONTEXT,
        help="Mean score of the twelve months before the last twelve.",
    )
    score_now = fields.Float(
        string="Satisfaction Now",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        depends_context=_CONTEXT,
        help="Mean score of the last twelve months.",
    )
    score_change = fields.Float(
        string="Change of Satisfaction",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        depends_context=_CONTEXT,
        help="In points of the score.",
    )
    score_band = fields.Selection(
        BANDS, string="Satisfaction Went", readonly=True, depends_context=_CONTEXT
    )
    margin_before = fields.Monetary(
        string="Margin before",
        readonly=True,
        depends_context=_CONTEXT,
        help="What was invoiced in the twelve months before the last twelve, less what it cost.",
    )
    margin_now = fields.Monetary(
        readonly=True,
        depends_context=_CONTEXT,
        help="What was invoiced in the last twelve months, less what it cost.",
    )
    margin_change = fields.Monetary(
        string="Change of Margin",
        readonly=True,
        depends_context=_CONTEXT,
        help="Margin of the last twelve months, less that of the twelve before.",
    )
    margin_change_mean = fields.Monetary(
        string="Mean Change of Margin",
        readonly=True,
        aggregator="avg",
        depends_context=_CONTEXT,
        help="Of several customers, by how much the margin of each changed on average.",
    )

    @property
    def _table_query(self):
        scope = sources.Scope()
        return SQL(
            """WITH %s, %s
               SELECT changed.*, changed.margin_change AS margin_change_mean,
                      profile.id AS profile_id
                 FROM (%s) changed
            LEFT JOIN crm_lifecycle_profile profile
                   ON profile.partner_id = changed.partner_id
                  AND profile.company_id = changed.company_id""",
            sources.company_cte(
                fields.Datetime.now(),
                self._get_day(),
                indicators.SETTINGS,
            ),
            value.entry_cte(self.env["crm.lifecycle.value"]._get_sources(scope).values()),
            loyalty_evidence.changes(
                self.env["crm.lifecycle.event"]._get_satisfaction_sources(scope)
            ),
        )
