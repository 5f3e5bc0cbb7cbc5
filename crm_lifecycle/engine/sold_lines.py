"""Product lines of confirmed orders, less what came back: what a customer buys at which price.

Customer types count the categories, price sensitivity compares the prices.
"""

from odoo.tools import SQL

from .documents import ORDER
from .sources import customer, day, lapse

# Prices that differ by rounding alone are the same.
SAME_PRICE = SQL("0.999")

# In the smallest unit of the kind.
_ORDERED_UNITS = SQL("line.product_uom_qty::numeric * COALESCE(NULLIF(uom.factor, 0), 1)::numeric")
_BILLED_UNITS = SQL("line.quantity::numeric * COALESCE(NULLIF(uom.factor, 0), 1)::numeric")

# How much of order lines came back: what was refunded at the price of the order. A lower
# refund is an allowance, which nobody knew of when they ordered. What was invoiced beyond
# the order makes up for a refund ("refund and invoice again").
_RETURNED = SQL(
    """payer AS (
        SELECT DISTINCT company_id, payer_id, today FROM ordered
    ),
    returned AS MATERIALIZED (
        SELECT refunded.line_id,
               refunded.units - GREATEST(0, invoiced.units - refunded.ordered) AS returned_units
          FROM (SELECT order_line.id AS line_id, MIN(payer.today) AS today,
                       MIN(order_line.ordered) AS ordered, SUM(%(billed)s) AS units
                  FROM payer
                  JOIN account_move move
                    ON move.partner_id = payer.payer_id AND move.company_id = payer.company_id
                  JOIN account_move_line line
                    ON line.move_id = move.id AND line.display_type = 'product'
             LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
                  JOIN sale_order_line_invoice_rel bill ON bill.invoice_line_id = line.id
            CROSS JOIN LATERAL (
                       SELECT line.id, line.currency_id, line.price_subtotal::numeric AS amount,
                              %(ordered)s AS ordered
                         FROM sale_order_line line
                    LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
                        WHERE line.id = bill.order_line_id AND line.product_uom_qty > 0
                       ) order_line
                 WHERE move.move_type = 'out_refund' AND move.state = 'posted'
                   AND move.invoice_date <= payer.today AND line.quantity > 0
                   AND (move.currency_id <> order_line.currency_id
                        OR line.price_subtotal / NULLIF(%(billed)s, 0)
                           >= %(same)s * order_line.amount / order_line.ordered)
              GROUP BY order_line.id) refunded
    CROSS JOIN LATERAL (
               SELECT COALESCE(SUM(%(billed)s), 0) AS units
                 FROM sale_order_line_invoice_rel bill
                 JOIN account_move_line line ON line.id = bill.invoice_line_id
                 JOIN account_move move ON move.id = line.move_id
            LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
                WHERE bill.order_line_id = refunded.line_id AND move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_receipt')
                  AND move.invoice_date <= refunded.today) invoiced
    )""",
    billed=_BILLED_UNITS,
    ordered=_ORDERED_UNITS,
    same=SAME_PRICE,
)


def sold_ctes(scope, host):
    """Return the CTEs up to ``sold``: product lines of confirmed orders, as far back as they
    count.

    ``price`` is that of a unit, net of discounts, in the currency that the customer was
    asked it in; ``quantity`` in the product's own unit, less what came back. Down payments,
    the company's discount product, deliveries and expenses passed on are none.

    :param Scope scope: the customers
    :param HostColumns host: columns that not every host has
    """
    return SQL(
        """ordered AS MATERIALIZED (
            SELECT line.id AS line_id, company.id AS company_id,
                   partner.commercial_partner_id AS partner_id, so.partner_invoice_id AS payer_id,
                   company.today, company.sensitivity_months, company.sensitivity_minimum,
                   company.sensitivity_variation, ordered.date, line.product_id,
                   template.categ_id, so.currency_id, line.price_subtotal::numeric AS amount,
                   %(units)s AS units,
                   COALESCE(NULLIF(product_uom.factor, 0), 1)::numeric AS factor
              FROM %(tables)s
              JOIN res_company host_company ON host_company.id = company.id
        CROSS JOIN LATERAL (SELECT %(day)s AS date) ordered
              JOIN sale_order_line line ON line.order_id = so.id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
         LEFT JOIN uom_uom product_uom ON product_uom.id = template.uom_id
             WHERE so.state = 'sale' AND ordered.date <= company.today
               AND %(lapse)s > company.today
               AND line.display_type IS NULL AND line.is_downpayment IS NOT TRUE
               AND line.is_expense IS NOT TRUE AND %(is_delivery)s IS NOT TRUE
               AND line.product_id IS DISTINCT FROM host_company.sale_discount_product_id
               AND line.product_uom_qty > 0 AND line.price_subtotal > 0 AND %(customer)s
        ),
        %(returned)s,
        sold AS MATERIALIZED (
            -- A FULL JOIN is a hash join, whatever number of rows the planner expects.
            SELECT company_id, partner_id, today, sensitivity_months, sensitivity_minimum,
                   sensitivity_variation, date, product_id, categ_id, currency_id,
                   (amount * factor / units)::float8 AS price,
                   ((units - COALESCE(returned_units, 0)) / factor)::float8 AS quantity
              FROM (SELECT *
                      FROM ordered
                 FULL JOIN returned USING (line_id)
                    OFFSET 0) joined
             WHERE units > COALESCE(returned_units, 0)
        )""",
        units=_ORDERED_UNITS,
        tables=ORDER,
        day=day(SQL("so.date_order")),
        lapse=lapse(
            SQL("ordered.date"), SQL("GREATEST(company.type_months, company.sensitivity_months)")
        ),
        is_delivery=host.is_delivery,
        customer=customer(scope),
        returned=_RETURNED,
    )
