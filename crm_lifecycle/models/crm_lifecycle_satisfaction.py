from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import satisfaction, sources

SOURCES = [
    ("rating", "Rating"),
    ("complaint", "Rating of a Complaint"),
    ("visit", "Visit or Call"),
    ("survey", "Survey"),
    ("third_party", "Third Party"),
    ("told", "Told"),
]


class CrmLifecycleSatisfaction(models.Model):
    """What customers said of how satisfied they are, a row each, whoever asked.

    A read-only view: ratings, visits, and what people entered are the data. See
    ``engine.satisfaction`` for what a score is, and what counts as top and low.
    """

    _name = "crm.lifecycle.satisfaction"
    _description = "Statement of Satisfaction"
    _inherit = [
        "crm.lifecycle.document.mixin",
        "crm.lifecycle.ratio.mixin",
        "crm.lifecycle.customer.report.mixin",
    ]
    _auto = False
    _log_access = False
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _depends = {
        "crm.lifecycle.satisfaction.statement": [
            "active",
            "company_id",
            "date",
            "partner_id",
            "product_id",
            "sample_size",
            "scale",
            "source",
            "value",
        ],
        "rating.rating": ["consumed", "partner_id", "rated_on", "rating"],
        "crm.lifecycle.return.visit": ["done_on", "partner_id", "satisfaction", "state"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        readonly=True,
        help="Empty where a result is of no single customer.",
    )
    person_id = fields.Many2one("res.partner", string="Who Said So", readonly=True)
    date = fields.Date(readonly=True, help="Day in the company's time zone.")
    source = fields.Selection(SOURCES, readonly=True)
    value = fields.Float(
        readonly=True, digits=(16, 2), aggregator=None, help="As it was said, on its own scale."
    )
    scale_min = fields.Float(
        string="From", readonly=True, digits=(16, 2), aggregator=None, help="Lowest end."
    )
    scale_max = fields.Float(
        string="To", readonly=True, digits=(16, 2), aggregator=None, help="Highest end."
    )
    score = fields.Float(
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Where the value lies between the ends of its scale, 0 to 100: 4 of 1 to 5 is 75."
        " The mean of several counts each as often as people said so.",
    )
    score_sum = fields.Float(string="Scores Added Up", readonly=True)
    sample_size = fields.Integer(
        string="Opinions",
        readonly=True,
        help="How many people said so: 1, or more where a third party asked many.",
    )
    single_count = fields.Integer(
        string="Single Opinions",
        readonly=True,
        help="Opinions of one person each. The mean of many says nothing about how many of"
        " them were very satisfied.",
    )
    top_count = fields.Integer(
        string="Very Satisfied Opinions",
        readonly=True,
        help="Single opinions of at least the company's limit of very satisfied customers.",
    )
    low_count = fields.Integer(
        string="Dissatisfied Opinions",
        readonly=True,
        help="Single opinions of at most the company's limit of dissatisfied customers.",
    )
    is_top_box = fields.Boolean(string="Very Satisfied", readonly=True)
    top_share = fields.Float(
        string="Share of Very Satisfied",
        readonly=True,
        aggregator="avg",
        help="Very satisfied ones among the single opinions.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Product Variant",
        readonly=True,
        help="Where it is about one product alone.",
    )
    product_tmpl_id = fields.Many2one("product.template", string="Product", readonly=True)

    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    stage_id = fields.Many2one(related="profile_id.stage_id")

    @property
    def _table_query(self):
        # Who knows the customers says so: their rows would be looked for among all.
        partners = self.env.context.get("lifecycle_partner_ids")
        scope = sources.Scope([int(partner) for partner in partners] if partners else None)
        return SQL(
            """WITH %s
               SELECT said.*, said.score * said.sample_size AS score_sum,
                      said.top_count = 1 AS is_top_box,
                      CASE WHEN said.single_count = 1 THEN said.top_count::float8 END AS top_share,
                      profile.id AS profile_id
                 FROM (SELECT statement.id, statement.company_id, statement.person_id,
                              statement.partner_id, statement.date, statement.source,
                              statement.value, statement.scale_min, statement.scale_max,
                              statement.score, statement.sample_size, statement.single_count,
                              statement.top_count, statement.low_count, statement.product_id,
                              COALESCE(statement.product_tmpl_id, product.product_tmpl_id)
                                  AS product_tmpl_id,
                              statement.res_model, statement.res_id
                         FROM (%s) statement
                    LEFT JOIN product_product product ON product.id = statement.product_id) said
            LEFT JOIN crm_lifecycle_profile profile
                   ON profile.partner_id = said.partner_id
                  AND profile.company_id = said.company_id""",
            sources.company_cte(fields.Datetime.now(), rule_columns=satisfaction.LIMITS),
            satisfaction.statements(
                self.env["crm.lifecycle.event"]._get_satisfaction_sources(scope)
            ),
        )

    @api.model
    def _get_ratios(self):
        return {"score": ("score_sum", "sample_size"), "top_share": ("top_count", "single_count")}
