"""What is bought together: pairs of products, or of their categories.

Two things go together where they are in one order, or invoice that comes from no order, or
where one customer bought both within the last twelve months. Of a pair from A to B:

- *support*: share of all baskets that have both;
- *confidence*: share of the baskets with A that have B as well;
- *lift*: how many times as often that is as B is in any basket; above 1 they attract.
"""

from odoo.tools import SQL

from .documents import ORDER
from .sources import day, lapse

#: A basket of more different things, such as a yearly contract, says nothing of any two of
#: them, and makes thousands of pairs.
LARGEST_BASKET = 50
#: Pairs that are together in fewer baskets are chance.
MINIMUM_BASKETS = 3

BASKETS = ("document", "customer")
THINGS = {"category": SQL("categ_id"), "product": SQL("product_id")}


def line_cte():
    """Return the CTE ``line``: what was ordered, or invoiced without an order."""
    recent = SQL(
        "moment.date <= company.today AND %s > company.today", lapse(SQL("moment.date"), 12)
    )
    return SQL(
        """line AS (
            SELECT company.id AS company_id, so.id::bigint * 2 AS document,
                   partner.commercial_partner_id AS customer, sold.product_id
              FROM %(orders)s
        CROSS JOIN LATERAL (SELECT %(ordered)s AS date) moment
              JOIN sale_order_line sold ON sold.order_id = so.id
             WHERE so.state = 'sale' AND sold.display_type IS NULL
               AND NOT COALESCE(sold.is_downpayment, FALSE)
               AND sold.product_uom_qty > 0 AND %(recent)s
         UNION ALL
            SELECT company.id, move.id::bigint * 2 + 1, partner.commercial_partner_id,
                   sold.product_id
              FROM account_move move
              JOIN res_partner partner ON partner.id = move.partner_id
              JOIN company ON company.id = move.company_id
        CROSS JOIN LATERAL (SELECT move.invoice_date AS date) moment
              JOIN account_move_line sold ON sold.move_id = move.id
             WHERE move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_receipt')
               AND sold.display_type = 'product' AND sold.quantity > 0 AND %(recent)s
               AND NOT EXISTS (SELECT FROM sale_order_line_invoice_rel bill
                                WHERE bill.invoice_line_id = sold.id)
        ),
        thing AS MATERIALIZED (
            SELECT line.*, template.categ_id
              FROM line
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN res_company host_company ON host_company.id = line.company_id
             WHERE line.product_id IS DISTINCT FROM host_company.sale_discount_product_id
        )""",
        orders=ORDER,
        ordered=day(SQL("so.date_order")),
        recent=recent,
    )


def _pairs(basket, thing):
    """Return the SELECT of the pairs of one kind of thing in one kind of basket."""
    return SQL(
        """SELECT %(basket)s::varchar AS basket, %(thing)s::varchar AS level, found.*
             FROM (
                WITH item AS MATERIALIZED (
                    SELECT company_id, %(basket_id)s AS basket_id, %(thing_id)s AS thing_id
                      FROM thing
                  GROUP BY company_id, %(basket_id)s, %(thing_id)s
                ),
                counted AS MATERIALIZED (
                    SELECT item.*
                      FROM item
                      JOIN (SELECT company_id, basket_id
                              FROM item
                          GROUP BY company_id, basket_id
                            HAVING COUNT(*) <= %(largest)s) small USING (company_id, basket_id)
                ),
                single AS (
                    SELECT company_id, thing_id, COUNT(*) AS baskets
                      FROM counted GROUP BY company_id, thing_id
                ),
                whole AS (
                    SELECT company_id, COUNT(DISTINCT basket_id) AS baskets
                      FROM counted GROUP BY company_id
                ),
                pair AS (
                    SELECT company_id, one.thing_id AS thing_id, other.thing_id AS other_id,
                           COUNT(*) AS baskets
                      FROM counted one
                      JOIN counted other USING (company_id, basket_id)
                     WHERE one.thing_id <> other.thing_id
                  GROUP BY company_id, one.thing_id, other.thing_id
                    HAVING COUNT(*) >= %(minimum)s
                )
                SELECT pair.company_id, pair.thing_id, pair.other_id,
                       pair.baskets::int AS pair_count, one.baskets::int AS thing_count,
                       other.baskets::int AS other_count, whole.baskets::int AS basket_count,
                       pair.baskets::float8 / whole.baskets AS support,
                       pair.baskets::float8 / one.baskets AS confidence,
                       pair.baskets::float8 * whole.baskets / one.baskets / other.baskets
                           AS lift
                  FROM pair
                  JOIN whole USING (company_id)
                  JOIN single one
                    ON one.company_id = pair.company_id AND one.thing_id = pair.thing_id
                  JOIN single other
                    ON other.company_id = pair.company_id AND other.thing_id = pair.other_id
             ) found""",
        basket=basket,
        thing=thing,
        basket_id=SQL.identifier(basket),
        thing_id=THINGS[thing],
        largest=LARGEST_BASKET,
        minimum=MINIMUM_BASKETS,
    )


def reading(company):
    """Return the query of all pairs; of what is not asked for nothing is computed.

    The id is a hash of what makes the row, since two products and a company are more than
    a number holds.

    :param SQL company: ``sources.company_cte``
    """
    return SQL(
        """WITH %(company)s, %(line)s
           SELECT HASHTEXTEXTENDED(CONCAT_WS('-', pair.company_id, pair.basket, pair.level,
                                             pair.thing_id, pair.other_id), 0)
                  & 9007199254740991 AS id,
                  pair.company_id, pair.basket, pair.level,
                  CASE WHEN pair.level = 'product' THEN pair.thing_id END AS product_id,
                  CASE WHEN pair.level = 'product' THEN pair.other_id END AS other_product_id,
                  CASE WHEN pair.level = 'category' THEN pair.thing_id END AS categ_id,
                  CASE WHEN pair.level = 'category' THEN pair.other_id END AS other_categ_id,
                  pair.pair_count, pair.thing_count, pair.other_count, pair.basket_count,
                  pair.support, pair.confidence, pair.lift
             FROM (%(pairs)s) pair""",
        company=company,
        line=line_cte(),
        pairs=SQL(" UNION ALL ").join(
            _pairs(basket, thing) for basket in BASKETS for thing in THINGS
        ),
    )
