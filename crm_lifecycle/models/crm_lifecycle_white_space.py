from odoo import fields, models

from ..access import AMOUNT_GROUPS
from ..engine import sources, value_entries, white_space


class CrmLifecycleWhiteSpace(models.Model):
    """A product category that comparable customers buy and this one does not.

    Read from the invoices of the last twelve months when somebody looks; see
    ``engine.white_space`` for who is comparable. It tells how many others buy, never who.
    """

    _name = "crm.lifecycle.white.space"
    _description = "White Space"
    _auto = False
    _log_access = False
    _rec_name = "categ_id"
    _rec_names_search = ["partner_id", "categ_id"]
    _order = "buyer_share DESC, buyer_count DESC, id"

    profile_id = fields.Many2one("crm.lifecycle.profile", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    categ_id = fields.Many2one(
        "product.category",
        string="Product Category",
        readonly=True,
        help="The customer bought nothing of it in the last twelve months.",
    )
    compared_by = fields.Selection(
        [("industry", "Industry and class"), ("class", "Class")],
        readonly=True,
        help="With whom the customer is compared: those of the same industry and value class,"
        " or, where these are too few, all of the same class.",
    )
    peer_count = fields.Integer(string="Comparable Customers", readonly=True, aggregator=None)
    buyer_count = fields.Integer(
        string="Buy It",
        readonly=True,
        aggregator="avg",
        help="How many of the comparable customers bought of it in the last twelve months.",
    )
    buyer_share = fields.Float(string="Share Who Buy It", readonly=True, aggregator="avg")
    median_amount = fields.Monetary(
        string="Usual Revenue",
        readonly=True,
        aggregator="sum",
        groups=AMOUNT_GROUPS,
        help="Median of what those who buy it brought with it in the last twelve months.",
    )

    value_class = fields.Selection(related="profile_id.value_class")
    stage_id = fields.Many2one(related="profile_id.stage_id")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")

    @property
    def _table_query(self):
        return white_space.reading(
            sources.company_cte(fields.Datetime.now()),
            value_entries.sold_lines(sources.Scope()),
        )
