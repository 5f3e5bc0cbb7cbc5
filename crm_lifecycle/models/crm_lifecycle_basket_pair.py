from odoo import api, fields, models

from ..engine import basket, sources


class CrmLifecycleBasketPair(models.Model):
    """Two products, or categories, that are bought together, from the first to the second.

    Read from the orders and invoices of the last twelve months when somebody looks; see
    ``engine.basket``. It tells of no customer and no amount.
    """

    _name = "crm.lifecycle.basket.pair"
    _description = "Bought Together"
    _auto = False
    _log_access = False
    _rec_names_search = ["product_id", "categ_id"]
    _order = "lift DESC, pair_count DESC, id"

    company_id = fields.Many2one("res.company", readonly=True)
    basket = fields.Selection(
        [("document", "Order or invoice"), ("customer", "Customer, 12 months")],
        string="Together In",
        readonly=True,
    )
    level = fields.Selection(
        [("category", "Categories"), ("product", "Products")], string="Of", readonly=True
    )
    product_id = fields.Many2one("product.product", readonly=True)
    other_product_id = fields.Many2one(
        "product.product", string="Bought with Product", readonly=True
    )
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    other_categ_id = fields.Many2one(
        "product.category", string="Bought with Category", readonly=True
    )
    pair_count = fields.Integer(
        string="Together",
        readonly=True,
        aggregator=None,
        help="Orders and invoices, or customers, of the last twelve months that have both.",
    )
    thing_count = fields.Integer(
        string="With the First",
        readonly=True,
        aggregator=None,
        help="Those that have the first one.",
    )
    other_count = fields.Integer(
        string="With the Second",
        readonly=True,
        aggregator=None,
        help="Those that have the second one.",
    )
    basket_count = fields.Integer(
        string="All", readonly=True, aggregator=None, help="All orders and invoices, or customers."
    )
    support = fields.Float(readonly=True, aggregator="avg", help="Share of all that have both.")
    confidence = fields.Float(
        readonly=True,
        aggregator="avg",
        help="Share of those with the first one that have the second one as well.",
    )
    lift = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="How many times as often the second one is with the first one as it is at all:"
        " above 1 they attract each other, at 1 they have nothing to do with each other.",
    )

    @property
    def _table_query(self):
        return basket.reading(sources.company_cte(fields.Datetime.now()))

    @api.depends("product_id", "other_product_id", "categ_id", "other_categ_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for pair in self:
            first = pair.product_id or pair.categ_id
            second = pair.other_product_id or pair.other_categ_id
            pair.display_name = f"{first.display_name} + {second.display_name}"
