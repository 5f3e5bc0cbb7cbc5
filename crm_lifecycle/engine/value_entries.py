"""What customers bring and cost, as dated amounts in the company's currency.

An *entry* is a line of a posted invoice or refund with its cost, or a service rendered,
such as a call. Sales lines are the ledger's own: the revenue of all entries of a company
and a period is the balance of the product lines of its customer invoices.

Each source is a SELECT of ``COLUMNS``; a bridge adds its own, see ``crm.lifecycle.value``.
"""

from odoo.tools import SQL

from .sources import customer

COLUMNS = (
    "key",  # unique within the source
    "company_id",
    "partner_id",  # commercial partner
    "date",  # of the accounting entry, or of the service
    "product_id",
    "is_refund",
    "revenue",  # without taxes, negative on a refund
    "discount",  # what the list price was more, negative on a refund
    "returned",  # what goods that came back were sold for; NULL on all other entries
    "cost",  # of what was sold, NULL where nobody knows
    "cost_basis",  # where the cost is from
    "service",  # cost to serve
    "service_kind",
    "res_model",
    "res_id",
)

# A cost of nothing is none that somebody entered.
_UNIT_COST = "NULLIF((product.standard_price->>line.company_id::text)::numeric, 0)"

# Of a line: whether it takes off, and its quantity in the smallest unit of the kind.
SIGN = SQL("CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END")
QUANTITY = SQL("line.quantity::numeric * COALESCE(NULLIF(uom.factor, 0), 1)::numeric")

# A down payment earns nothing yet: the final invoice takes it off again, and its margin with
# it. A discount costs nothing beyond what it takes off the revenue.
_COSTLESS = {
    "deposit": SQL("SELECT CASE WHEN line.is_downpayment THEN -line.balance END"),
    "discount": SQL(
        "SELECT CASE WHEN line.product_id = host_company.sale_discount_product_id"
        " THEN 0::numeric END"
    ),
}
# Prices that differ by rounding alone are the same.
_SAME_PRICE = SQL("0.999")


def allowance_cost():
    """Nothing comes back where a refund lowers the price of what it refunds.

    Goods that come back are refunded at the price of the invoice.
    """
    return SQL(
        """SELECT CASE WHEN MIN(origin.price_subtotal / (origin.quantity::numeric
                                * COALESCE(NULLIF(origin_uom.factor, 0), 1)::numeric))
                            * %(same)s > line.price_subtotal / NULLIF(%(quantity)s, 0)
                       THEN 0::numeric END
             FROM account_move_line origin
        LEFT JOIN uom_uom origin_uom ON origin_uom.id = origin.product_uom_id
            WHERE move.move_type = 'out_refund' AND origin.move_id = move.reversed_entry_id
              AND origin.display_type = 'product' AND origin.product_id = line.product_id
              AND origin.quantity <> 0""",
        same=_SAME_PRICE,
        quantity=QUANTITY,
    )


# Product lines of posted customer invoices, receipts and refunds.
SALES = SQL(
    """account_move_line line
             JOIN account_move move ON move.id = line.move_id
             JOIN res_partner partner ON partner.id = move.partner_id
             JOIN company ON company.id = move.company_id"""
)
IS_SALE = SQL(
    """move.state = 'posted' AND line.display_type = 'product'
              AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')"""
)


def order_cost():
    """Cost by the order lines that the invoice line bills, as they say (Margins installed)."""
    return SQL(
        """SELECT COALESCE(SUM(unit.cost * unit.sold) / NULLIF(SUM(unit.sold), 0),
                           AVG(unit.cost)) * %(quantity)s * %(sign)s
             FROM sale_order_line_invoice_rel bill
             JOIN sale_order_line order_line ON order_line.id = bill.order_line_id
             JOIN sale_order so ON so.id = order_line.order_id
        LEFT JOIN uom_uom order_uom ON order_uom.id = order_line.product_uom_id
       CROSS JOIN LATERAL (
                  SELECT order_line.purchase_price::numeric
                         / COALESCE(NULLIF(so.currency_rate, 0), 1)::numeric
                         / COALESCE(NULLIF(order_uom.factor, 0), 1)::numeric AS cost,
                         order_line.product_uom_qty::numeric
                         * COALESCE(NULLIF(order_uom.factor, 0), 1)::numeric AS sold) unit
            WHERE bill.invoice_line_id = line.id AND order_line.purchase_price <> 0""",
        quantity=QUANTITY,
        sign=SIGN,
    )


def product_cost(unit_cost=SQL(_UNIT_COST)):  # noqa: B008 an SQL object never changes
    """Cost by the product's own.

    :param SQL unit_cost: of one of the product's unit of measure
    """
    return SQL(
        "SELECT %(unit)s / COALESCE(NULLIF(product_uom.factor, 0), 1)::numeric"
        " * %(quantity)s * %(sign)s",
        unit=unit_cost,
        quantity=QUANTITY,
        sign=SIGN,
    )


def _first_known(bases):
    """Return what joins ``cost``: the first basis that knows the cost of a line.

    :param dict bases: ``{name: scalar sub-query}`` in the order in which they are asked
    """
    # OFFSET keeps the planner from copying a sub-query to wherever its result is used.
    joins, known = [], []
    for number, (name, query) in enumerate(bases.items()):
        alias = SQL.identifier(f"cost_{number}")
        asked = SQL("CASE WHEN %s THEN (%s) END", SQL(" AND ").join(known), query)
        joins.append(
            SQL(
                "CROSS JOIN LATERAL (SELECT %s AS amount, %s AS basis OFFSET 0) %s",
                asked if known else SQL("(%s)", query),
                name,
                alias,
            )
        )
        known.append(SQL("%s.amount IS NULL", alias))
    aliases = [SQL.identifier(f"cost_{number}") for number in range(len(bases))]
    return SQL(
        """%s CROSS JOIN LATERAL (
               SELECT COALESCE(%s) AS amount, CASE %s END AS basis OFFSET 0) cost""",
        SQL(" ").join(joins),
        SQL(", ").join(SQL("%s.amount", alias) for alias in aliases),
        SQL(" ").join(
            SQL("WHEN %s.amount IS NOT NULL THEN %s.basis", alias, alias) for alias in aliases
        ),
    )


def sales_lines(scope, bases):
    """Product lines of posted customer invoices, receipts and refunds.

    A discount is what the line's percentage takes off, and what the lines of the
    company's discount product do.

    :param dict bases: see ``_first_known``
    """
    return SQL(
        """SELECT line.id::bigint AS key, company.id AS company_id,
                  partner.commercial_partner_id AS partner_id, line.date, line.product_id,
                  move.move_type = 'out_refund' AS is_refund,
                  -line.balance AS revenue,
                  CASE WHEN line.product_id = host_company.sale_discount_product_id
                       THEN line.balance
                       ELSE ROUND(%(sign)s * CASE
                            WHEN line.discount = 0 THEN 0
                            WHEN line.discount >= 100
                            THEN (line.price_unit * line.quantity)::numeric
                            ELSE line.price_subtotal * line.discount::numeric
                                 / (100 - line.discount::numeric) END
                            / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)::numeric,
                            company.digits) END AS discount, NULL::numeric AS returned,
                  ROUND(cost.amount, company.digits) AS cost, cost.basis::varchar AS cost_basis,
                  0::numeric AS service, NULL::varchar AS service_kind,
                  'account.move'::varchar AS res_model, move.id AS res_id
             FROM %(tables)s
             JOIN res_company host_company ON host_company.id = company.id
        LEFT JOIN product_product product ON product.id = line.product_id
        LEFT JOIN product_template template ON template.id = product.product_tmpl_id
        LEFT JOIN uom_uom product_uom ON product_uom.id = template.uom_id
        LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
                  %(cost)s
            WHERE %(condition)s AND %(customer)s""",
        tables=SALES,
        condition=IS_SALE,
        sign=SIGN,
        cost=_first_known({**_COSTLESS, **bases}),
        customer=customer(scope),
    )


def sold_lines(scope):
    """Return the SELECT of the same lines with product and quantity, without cost.

    The quantity is in the smallest unit of the product's kind, negative on a refund.
    """
    return SQL(
        """SELECT company.id AS company_id, partner.commercial_partner_id AS partner_id,
                  line.date, line.product_id, -line.balance AS revenue,
                  %(sign)s * %(quantity)s AS quantity
             FROM %(tables)s
        LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
            WHERE %(condition)s AND %(customer)s""",
        sign=SIGN,
        quantity=QUANTITY,
        tables=SALES,
        condition=IS_SALE,
        customer=customer(scope),
    )


def service_source(tables, *, key, date, kind, activity_type=None, document, where):
    """Return the SELECT of services rendered, each at the company's rate for it.

    The rate of an activity's own type comes before the one for all types.

    :param SQL tables: FROM clause with the aliases ``company`` and ``partner``
    :param str kind: of ``crm.lifecycle.service.rate``
    :param SQL activity_type: id of the activity's type, None where there are none
    :param tuple document: SQL of the document's model, and of its id
    """
    model, res_id = document
    return SQL(
        """SELECT %(key)s::bigint AS key, company.id AS company_id,
                  partner.commercial_partner_id AS partner_id, %(date)s AS date,
                  NULL::int AS product_id, FALSE AS is_refund, 0::numeric AS revenue,
                  0::numeric AS discount, NULL::numeric AS returned,
                  0::numeric AS cost, NULL::varchar AS cost_basis,
                  rate.amount AS service, %(kind)s::varchar AS service_kind,
                  %(model)s::varchar AS res_model, %(res_id)s AS res_id
             FROM %(tables)s
       CROSS JOIN LATERAL (
                  SELECT rate.amount
                    FROM crm_lifecycle_service_rate rate
                   WHERE rate.company_id = company.id AND rate.kind = %(kind)s AND rate.active
                     AND (rate.activity_type_id IS NULL
                          OR rate.activity_type_id = %(activity_type)s)
                ORDER BY rate.activity_type_id NULLS LAST
                   LIMIT 1) rate
            WHERE rate.amount <> 0 AND %(where)s""",
        key=key,
        date=date,
        kind=kind,
        activity_type=activity_type or SQL("NULL::int"),
        model=model,
        res_id=res_id,
        tables=tables,
        where=where,
    )


# Where an activity's customer and company are found, by the model that it is on.
ACTIVITY_TABLES = {
    "res.partner": SQL(
        """res_partner partner ON partner.id = activity.res_id
 LEFT JOIN res_users colleague ON colleague.id = activity.user_id
 LEFT JOIN res_users author ON author.id = activity.create_uid
      JOIN company ON company.id = COALESCE(
           activity.lifecycle_company_id, partner.company_id, colleague.company_id,
           author.company_id)"""
    ),
    "crm.lead": SQL(
        """crm_lead lead ON lead.id = activity.res_id
      JOIN res_partner partner ON partner.id = lead.partner_id
 LEFT JOIN crm_team team ON team.id = lead.team_id
 LEFT JOIN res_users salesperson ON salesperson.id = lead.user_id
 LEFT JOIN res_users colleague ON colleague.id = activity.user_id
 LEFT JOIN res_users author ON author.id = activity.create_uid
      JOIN company ON company.id = COALESCE(
           lead.company_id, team.company_id, salesperson.company_id, colleague.company_id,
           author.company_id)"""
    ),
    "sale.order": SQL(
        """sale_order so ON so.id = activity.res_id
      JOIN res_partner partner ON partner.id = so.partner_id
      JOIN company ON company.id = so.company_id"""
    ),
}


def activities(scope, model):
    """Activities that somebody has done for a customer, on the day they were done.

    :param str model: that they are on, one of ``ACTIVITY_MODELS``
    """
    return service_source(
        SQL("mail_activity activity JOIN %s", ACTIVITY_TABLES[model]),
        key=SQL("activity.id"),
        date=SQL("activity.date_done"),
        kind="activity",
        activity_type=SQL("activity.activity_type_id"),
        document=(SQL("activity.res_model"), SQL("activity.res_id")),
        where=SQL(
            "activity.res_model = %s AND activity.date_done IS NOT NULL AND NOT activity.active"
            " AND %s",
            model,
            customer(scope),
        ),
    )


ACTIVITY_MODELS = tuple(ACTIVITY_TABLES)


def remedies(scope):
    """What was done for customers who complained has cost, on the day it was done.

    What was credited or discounted is in the sales lines.
    """
    return SQL(
        """SELECT remedy.id::bigint AS key, company.id AS company_id,
                  partner.commercial_partner_id AS partner_id, remedy.done_on AS date,
                  NULL::int AS product_id, FALSE AS is_refund, 0::numeric AS revenue,
                  0::numeric AS discount, NULL::numeric AS returned,
                  0::numeric AS cost, NULL::varchar AS cost_basis,
                  remedy.cost::numeric AS service, 'remedy'::varchar AS service_kind,
                  'crm.complaint'::varchar AS res_model, remedy.complaint_id AS res_id
             FROM crm_complaint_remedy remedy
             JOIN res_partner partner ON partner.id = remedy.partner_id
             JOIN company ON company.id = remedy.company_id
            WHERE remedy.state = 'done' AND remedy.cost > 0 AND %s""",
        customer(scope),
    )
