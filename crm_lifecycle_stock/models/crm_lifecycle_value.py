from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine import sources, value_entries

from .crm_lifecycle_event import OF_ORDER, WITHOUT_ORDER, transfer_tables


class CrmLifecycleValue(models.Model):
    """What was sold has cost, as the stock's valuation knows it; what deliveries cost, and
    what came back.
    """

    _inherit = "crm.lifecycle.value"

    return_12m = fields.Monetary(
        string="Returned Goods",
        readonly=True,
        help="What goods that came back in the last twelve months were sold for: quantity by"
        " the price of the original order line. Goods without an order count nothing.",
    )
    return_total = fields.Monetary(string="Returned Goods Ever", readonly=True)
    return_rate = fields.Float(
        string="Return Share",
        compute="_compute_return_rate",
        help="Returned goods by what was invoiced, of the last twelve months; empty where"
        " nothing was.",
    )

    @api.depends("revenue_12m", "refund_12m", "return_12m")
    def _compute_return_rate(self):
        for record in self:
            record.return_rate = record._get_returned_share(record.return_12m)

    @api.model
    def _get_cost_bases(self):
        bases = super()._get_cost_bases()
        # The product's cost of today is asked last.
        today = {"product": bases.pop("product")}
        return {
            "ledger": _LEDGER_COST,
            **bases,
            "delivery": _DELIVERY_COST,
            "product_then": _THEN_COST,
            **today,
        }

    @api.model
    def _get_sources(self, scope):
        return {
            **super()._get_sources(scope),
            "transfer_of_order": _transfers(OF_ORDER, scope),
            "transfer": _transfers(WITHOUT_ORDER, scope),
            "return_of_order": _returns(OF_ORDER, scope),
            "return": _returns(WITHOUT_ORDER, scope),
        }

    @api.model
    def _get_figures(self):
        return {**super()._get_figures(), "return": SQL("returned")}

    @api.model
    def _get_returned_columns(self):
        return [*super()._get_returned_columns(), "return_12m"]


# What the invoice booked for the line beside the stock itself, where stock is valued in the
# ledger. A refund that cancels an invoice copies what that booked, without saying for which
# line: each line of the product gets its part by quantity.
_LEDGER_COST = SQL(
    """SELECT COALESCE(
           (SELECT SUM(cogs.balance)
              FROM account_move_line cogs
              JOIN account_account account ON account.id = cogs.account_id
             WHERE cogs.cogs_origin_id = line.id AND account.account_type NOT LIKE 'asset%%'),
           CASE WHEN move.move_type = 'out_refund' AND line.quantity <> 0 THEN
               (SELECT SUM(cogs.balance) * line.quantity::numeric
                       * COALESCE(NULLIF(uom.factor, 0), 1)::numeric
                       / NULLIF((SELECT SUM(sold.quantity::numeric
                                            * COALESCE(NULLIF(sold_uom.factor, 0), 1)::numeric)
                                   FROM account_move_line sold
                              LEFT JOIN uom_uom sold_uom ON sold_uom.id = sold.product_uom_id
                                  WHERE sold.move_id = line.move_id
                                    AND sold.display_type = 'product'
                                    AND sold.product_id = line.product_id), 0)
                  FROM account_move_line cogs
                  JOIN account_account account ON account.id = cogs.account_id
                 WHERE cogs.move_id = line.move_id AND cogs.display_type = 'cogs'
                   AND cogs.cogs_origin_id IS NULL AND cogs.product_id = line.product_id
                   AND account.account_type NOT LIKE 'asset%%')
           END)"""
)
# What the goods were worth when they left, of those that the order line delivered: the host
# keeps it for every cost method, be it valued in the ledger or not.
_DELIVERY_COST = SQL(
    """SELECT SUM(delivered.value)
              / NULLIF(SUM(delivered.quantity::numeric
                           * COALESCE(NULLIF(delivered_uom.factor, 0), 1)::numeric), 0)
              * %(quantity)s * %(sign)s
         FROM sale_order_line_invoice_rel bill
         JOIN stock_move delivered ON delivered.sale_line_id = bill.order_line_id
    LEFT JOIN uom_uom delivered_uom ON delivered_uom.id = delivered.product_uom
        WHERE bill.invoice_line_id = line.id AND delivered.state = 'done' AND delivered.is_out
          AND delivered.product_id = line.product_id AND delivered.value <> 0""",
    quantity=value_entries.QUANTITY,
    sign=value_entries.SIGN,
)
# The host notes each change of a standard cost with its moment, and a cost of nothing when
# a product is made. Like the host, what is dated before the first cost goes by that one.
_NOTED = SQL(
    """FROM product_value noted
       LEFT JOIN product_category category ON category.id = template.categ_id
           WHERE noted.product_id = line.product_id AND noted.company_id = line.company_id
             AND noted.move_id IS NULL AND noted.lot_id IS NULL AND noted.value <> 0
             AND COALESCE(category.property_cost_method->>line.company_id::text,
                          host_company.cost_method) = 'standard'"""
)
_THEN_COST = value_entries.product_cost(
    SQL(
        """COALESCE(
               (SELECT noted.value::numeric %(noted)s
                   AND noted.date < ((line.date + 1)::timestamp AT TIME ZONE company.tz)
                                    AT TIME ZONE 'UTC'
              ORDER BY noted.date DESC, noted.id DESC LIMIT 1),
               (SELECT noted.value::numeric %(noted)s
              ORDER BY noted.date, noted.id LIMIT 1))""",
        noted=_NOTED,
    )
)


def _transfers(with_partner, scope):
    """Done transfers to customers, and back from them, at the company's rate for each."""
    return value_entries.service_source(
        transfer_tables(with_partner),
        key=SQL("picking.id"),
        date=sources.day(SQL("picking.date_done")),
        kind="delivery",
        document=(SQL("'stock.picking'"), SQL("picking.id")),
        where=SQL(
            "picking.state = 'done' AND (origin.usage = 'customer')"
            " <> (destination.usage = 'customer') AND %s",
            sources.customer(scope),
        ),
    )


def _returns(with_partner, scope):
    """Goods that came back, at the price of the order line that they were sold by.

    Of a kit each part that came back is worth its share of the parts that were sold.
    """
    return SQL(
        """SELECT move.id::bigint AS key, company.id AS company_id,
                  partner.commercial_partner_id AS partner_id, %(date)s AS date,
                  move.product_id, FALSE AS is_refund, 0::numeric AS revenue,
                  0::numeric AS discount, COALESCE(ROUND(
                      sold.price_subtotal::numeric
                      / COALESCE(NULLIF(sold_order.currency_rate, 0), 1)::numeric
                      / NULLIF(CASE
                        WHEN move.product_id = sold.product_id
                        THEN sold.product_uom_qty::numeric
                             * COALESCE(NULLIF(sold_uom.factor, 0), 1)::numeric
                        ELSE (SELECT SUM(part.product_uom_qty::numeric
                                         * COALESCE(NULLIF(part_uom.factor, 0), 1)::numeric)
                                FROM stock_move part
                           LEFT JOIN uom_uom part_uom ON part_uom.id = part.product_uom
                               WHERE part.sale_line_id = sold.id AND part.state <> 'cancel'
                                 AND part.origin_returned_move_id IS NULL) END, 0)
                      * move.quantity::numeric
                      * COALESCE(NULLIF(uom.factor, 0), 1)::numeric,
                      company.digits), 0) AS returned,
                  0::numeric AS cost, NULL::varchar AS cost_basis, 0::numeric AS service,
                  NULL::varchar AS service_kind, 'stock.picking'::varchar AS res_model,
                  picking.id AS res_id
             FROM %(tables)s
             JOIN stock_move move ON move.picking_id = picking.id AND move.state = 'done'
        LEFT JOIN uom_uom uom ON uom.id = move.product_uom
        LEFT JOIN stock_move delivered ON delivered.id = move.origin_returned_move_id
        LEFT JOIN sale_order_line sold
               ON sold.id = COALESCE(move.sale_line_id, delivered.sale_line_id)
        LEFT JOIN sale_order sold_order ON sold_order.id = sold.order_id
        LEFT JOIN uom_uom sold_uom ON sold_uom.id = sold.product_uom_id
            WHERE picking.state = 'done' AND origin.usage = 'customer'
              AND destination.usage <> 'customer' AND %(customer)s""",
        date=sources.day(SQL("picking.date_done")),
        tables=transfer_tables(with_partner),
        customer=sources.customer(scope),
    )
