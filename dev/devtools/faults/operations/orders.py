"""Quotations and orders."""

from .desk import operation


def _lines(desk):
    return [
        (
            0,
            0,
            {
                "product_id": desk.product().id,
                "product_uom_qty": desk.rng.randint(1, 3),
                "price_unit": desk.price(),
            },
        )
        for _number in range(desk.rng.randint(1, 2))
    ]


def _quote(desk, **values):
    customer = desk.pick_contact()
    return desk.env["sale.order"].create(
        {
            "partner_id": customer.id,
            "company_id": desk.company.id,
            "order_line": _lines(desk),
            **values,
        }
    )


@operation("seller", 12)
def quote(desk):
    validity = {"validity_date": desk.past_day()} if desk.chance(0.2) else {}
    order = _quote(desk, date_order=desk.past_moment(), **validity)
    if desk.chance(0.3):
        order.action_quotation_sent()


@operation("seller", 3)
def send_quotation(desk):
    desk.pick_document("sale.order", ("state", "=", "draft")).action_quotation_sent()


@operation("seller", 12, "confirm")
def confirm(desk):
    order = desk.pick_document("sale.order", ("state", "in", ("draft", "sent")))
    order.action_confirm()
    if desk.chance(0.5):
        # As an order is that was entered late.
        order.date_order = desk.past_moment()


@operation("manager", 5)
def import_order(desk):
    _quote(desk, state="sale", date_order=desk.past_moment())


@operation("manager", 4, "cancel")
def cancel(desk):
    desk.pick_document("sale.order", ("state", "=", "sale")).action_cancel()


@operation("seller", 1)
def cancel_quotation(desk):
    desk.pick_document("sale.order", ("state", "in", ("draft", "sent"))).action_cancel()


@operation("seller", 3)
def set_order_to_draft(desk):
    order = desk.pick_document("sale.order", ("state", "=", "cancel"))
    order.action_draft()
    if desk.chance(0.5):
        order.action_confirm()


@operation("seller", 3)
def change_order_line(desk):
    line = desk.pick(
        "sale.order.line",
        [
            ("order_id.partner_id.ref", "=", desk.scene["mark"]),
            ("company_id", "=", desk.company.id),
            ("display_type", "=", False),
            ("state", "!=", "cancel"),
        ],
    )
    if desk.chance(0.5):
        line.product_uom_qty = desk.rng.randint(1, 4)
    else:
        line.price_unit = desk.price()


@operation("manager", 2)
def date_order_back(desk):
    desk.pick_document("sale.order").date_order = desk.past_moment()


@operation("seller", 2)
def hand_order_over(desk):
    order = desk.pick_document("sale.order", ("state", "!=", "cancel"))
    order.partner_id = desk.pick_contact()


@operation("manager", 1)
def delete_order(desk):
    order = desk.pick_document("sale.order", ("state", "in", ("draft", "cancel")))
    order.unlink()


@operation("manager", 1)
def change_company_of_order(desk):
    """The host refuses it, mostly; then people write the quotation anew over there."""
    order = desk.pick_document("sale.order", ("state", "=", "draft"))
    other = desk.other_company()
    order = order.with_context(allowed_company_ids=[other.id, desk.company.id])
    warehouse = desk.env["stock.warehouse"].sudo().search([("company_id", "=", other.id)], limit=1)
    values = {"company_id": other.id, "warehouse_id": warehouse.id}
    values.update(pricelist_id=False, team_id=False)
    if desk.chance(0.3):
        order.write(values)
    else:
        order.copy(values)
        order.action_cancel()
