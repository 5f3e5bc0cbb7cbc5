"""What each copied row has of its own: the columns that the plan decides.

Ids are numbers of the plan behind the highest id that a table had (``%(<table>)s``), so that
rows can point at each other without being looked up.
"""

from .bulk import Copy

_CUSTOMER = {
    "id": "s.id",
    "commercial_partner_id": "s.id",
    "email": "'customer' || i || '@example.com'",
    "email_normalized": "'customer' || i || '@example.com'",
    "ref": "'B' || i",
    "customer_rank": "orders",
    "create_date": "%(now)s::timestamp - MAKE_INTERVAL(days => since::int + 5)",
    "write_date": "%(now)s::timestamp - MAKE_INTERVAL(days => until::int)",
}


def _customers(kind, word, condition):
    name = f"'{word} ' || i"
    return Copy(
        "res_partner",
        kind,
        f"(SELECT 1 AS rank, * FROM bench.customer WHERE {condition}) s",
        {
            **_CUSTOMER,
            "name": name,
            "complete_name": name,
            **({"commercial_company_name": name} if kind == "firm" else {}),
        },
    )


PARTNERS = (
    _customers("firm", "Firm", "is_company"),
    _customers("person", "Person", "NOT is_company"),
    Copy(
        "res_partner",
        "child",
        "(SELECT 1 AS rank, * FROM bench.customer WHERE child_id IS NOT NULL) s",
        {
            **_CUSTOMER,
            "id": "s.child_id",
            "parent_id": "s.id",
            "ref": "NULL",
            "name": "'Contact ' || i",
            "complete_name": "'Firm ' || i || ', Contact ' || i",
            "commercial_company_name": "'Firm ' || i",
            "email": "'contact' || i || '@example.com'",
            "email_normalized": "'contact' || i || '@example.com'",
            "customer_rank": "0",
        },
    ),
)

_SELLER = "(SELECT seller.id FROM bench.seller WHERE seller.k = s.seller)"
_DRAFTED = "s.moment - MAKE_INTERVAL(days => s.wait)"
_STATUS = (
    "CASE WHEN s.is_invoiced THEN 'invoiced' WHEN s.state = 'sale' THEN 'to invoice' ELSE 'no' END"
)

ORDERS = (
    Copy(
        "sale_order",
        "order",
        "bench.orders s",
        {
            "id": "%(sale_order)s + s.n",
            "name": "'BO' || s.n",
            "state": "s.state",
            "partner_id": "s.partner_id",
            "partner_invoice_id": "s.partner_id",
            "partner_shipping_id": "s.partner_id",
            "user_id": _SELLER,
            "date_order": "s.moment",
            "create_date": _DRAFTED,
            "write_date": "LEAST(%(now)s, s.moment + CASE WHEN s.state = 'cancel'"
            " THEN INTERVAL '9 days' ELSE INTERVAL '1 minute' END)",
            "validity_date": f"({_DRAFTED})::date + 30",
            "currency_id": "s.currency_id",
            "currency_rate": "s.rate",
            "pricelist_id": "CASE WHEN s.rate = 1 THEN t.pricelist_id END",
            "amount_untaxed": "s.amount",
            "amount_total": "s.amount",
            "invoice_status": _STATUS,
            "delivery_status": "CASE WHEN s.is_delivered THEN 'full' END",
            "effective_date": "CASE WHEN s.is_delivered THEN s.delivered_at END",
            "access_token": "NULL",
        },
    ),
    Copy(
        "sale_order_line",
        "order_line",
        "(SELECT * FROM bench.orders) s JOIN bench.line line USING (n)"
        " JOIN bench.product product ON product.k = line.product",
        {
            "id": "%(sale_order_line)s + line.slot",
            "order_id": "%(sale_order)s + s.n",
            "order_partner_id": "s.partner_id",
            "salesman_id": _SELLER,
            "state": "s.state",
            "currency_id": "s.currency_id",
            "name": "'Bench product ' || (product.k - 1)",
            "product_id": "product.id",
            "product_uom_qty": "line.quantity",
            "price_unit": "line.price",
            "technical_price_unit": "line.price",
            "price_subtotal": "line.subtotal",
            "price_total": "line.subtotal",
            "price_reduce_taxexcl": "line.price",
            "price_reduce_taxinc": "line.price",
            "qty_delivered": "CASE WHEN s.is_delivered THEN line.quantity ELSE 0 END",
            "qty_invoiced": "CASE WHEN s.is_invoiced THEN line.quantity ELSE 0 END",
            "qty_to_invoice": "CASE WHEN s.state = 'sale' AND NOT s.is_invoiced"
            " THEN line.quantity ELSE 0 END",
            "untaxed_amount_invoiced": "CASE WHEN s.is_invoiced THEN line.subtotal ELSE 0 END",
            "untaxed_amount_to_invoice": "CASE WHEN s.state = 'sale' AND NOT s.is_invoiced"
            " THEN line.subtotal ELSE 0 END",
            "invoice_status": _STATUS,
            "create_date": _DRAFTED,
            "write_date": "s.moment",
        },
    ),
)

_DELIVERED = {
    "partner_id": "s.partner_id",
    "create_date": "s.moment",
    "write_date": "LEAST(%(now)s, s.delivered_at)",
}
_BACK = "s.delivered_at + INTERVAL '12 days'"
_RETURNED = (
    "(SELECT * FROM bench.orders WHERE is_delivered AND bench.rnd(key, 81) < 0.02"
    " AND delivered_at + INTERVAL '12 days' < %(now)s) s"
)


def _picking(kind, source, back):
    moment = _BACK if back else "s.delivered_at"
    name = "'BIN/' || s.n" if back else "'BOUT/' || s.n"
    return Copy(
        "stock_picking",
        kind,
        source,
        {
            **_DELIVERED,
            "id": "%(stock_picking)s + s.n" + (" + %(orders)s" if back else ""),
            "name": name,
            "origin": "'Return of BOUT/' || s.n" if back else "'BO' || s.n",
            "sale_id": "%(sale_order)s + s.n",
            "date_done": moment,
            "scheduled_date": moment,
            "date_deadline": moment,
            **({"return_id": "%(stock_picking)s + s.n"} if back else {}),
        },
    )


def _move(kind, source, back):
    moment = _BACK if back else "s.delivered_at"
    return Copy(
        "stock_move",
        kind,
        f"{source} JOIN bench.line line USING (n)"
        " JOIN bench.product product ON product.k = line.product",
        {
            **_DELIVERED,
            "id": "%(stock_move)s + line.slot" + (" + 3 * %(orders)s" if back else ""),
            "picking_id": "%(stock_picking)s + s.n" + (" + %(orders)s" if back else ""),
            "reference": "'BIN/' || s.n" if back else "'BOUT/' || s.n",
            "origin": "'BO' || s.n",
            "sale_line_id": "%(sale_order_line)s + line.slot",
            "product_id": "product.id",
            "product_qty": "line.quantity",
            "product_uom_qty": "line.quantity",
            "packaging_uom_qty": "line.quantity",
            "quantity": "line.quantity",
            "date": moment,
            "date_deadline": moment,
            **({"origin_returned_move_id": "%(stock_move)s + line.slot"} if back else {}),
        },
    )


_SENT_OUT = "(SELECT * FROM bench.orders WHERE is_delivered) s"

DELIVERIES = (
    _picking("picking", _SENT_OUT, back=False),
    _picking("return", _RETURNED, back=True),
    _move("move", _SENT_OUT, back=False),
    _move("return_move", _RETURNED, back=True),
)
