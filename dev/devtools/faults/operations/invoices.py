"""Invoices, refunds and payments."""

from .desk import NothingToDo, operation

_SALES = ("move_type", "in", ("out_invoice", "out_receipt"))
_ANY = ("move_type", "in", ("out_invoice", "out_receipt", "out_refund"))


@operation("seller", 9)
def invoice(desk):
    order = desk.pick_document(
        "sale.order", ("state", "=", "sale"), ("invoice_status", "=", "to invoice")
    )
    wizard = desk.env["sale.advance.payment.inv"].create(
        {"sale_order_ids": [(6, 0, order.ids)], "advance_payment_method": "delivered"}
    )
    wizard.create_invoices()


@operation("seller", 1.5)
def invoice_down_payment(desk):
    order = desk.pick_document("sale.order", ("state", "=", "sale"))
    wizard = desk.env["sale.advance.payment.inv"].create(
        {
            "sale_order_ids": [(6, 0, order.ids)],
            "advance_payment_method": "percentage",
            "amount": 30,
        }
    )
    wizard.create_invoices()


@operation("accountant", 6)
def invoice_without_order(desk):
    move = desk.env["account.move"].create(
        {
            "move_type": "out_receipt" if desk.chance(0.1) else "out_invoice",
            "partner_id": desk.pick_contact().id,
            "invoice_date": desk.past_day(),
            "invoice_line_ids": [
                (
                    0,
                    0,
                    {"product_id": desk.product().id, "quantity": 1, "price_unit": desk.price()},
                )
            ],
        }
    )
    if desk.chance(0.7):
        move.action_post()


def _date(desk, move):
    # A number that it had belongs to the former year.
    move.write({"name": False, "invoice_date": desk.past_day()})


@operation("accountant", 10)
def post_invoice(desk):
    move = desk.pick_document("account.move", ("state", "=", "draft"), _ANY)
    if desk.chance(0.7):
        _date(desk, move)
    move.action_post()


@operation("accountant", 5)
def refund(desk):
    move = desk.pick_document("account.move", ("state", "=", "posted"), _SALES)
    wizard = (
        desk.env["account.move.reversal"]
        .with_context(active_model="account.move", active_ids=move.ids)
        .create(
            {
                "date": max(move.invoice_date, desk.past_day()),
                "journal_id": move.journal_id.id,
                "reason": "Faults",
            }
        )
    )
    if desk.chance(0.2):
        wizard.modify_moves()
        return
    wizard.refund_moves()
    reversal = wizard.new_move_ids
    if desk.chance(0.4):
        for line in reversal.invoice_line_ids:
            line.price_unit /= 2
    if desk.chance(0.8):
        reversal.action_post()


@operation("accountant", 9)
def pay(desk):
    move = desk.pick_document(
        "account.move",
        ("state", "=", "posted"),
        ("payment_state", "in", ("not_paid", "partial")),
        _ANY,
    )
    wizard = (
        desk.env["account.payment.register"]
        .with_context(active_model="account.move", active_ids=move.ids)
        .create({"payment_date": max(move.invoice_date, desk.past_day())})
    )
    if desk.chance(0.2):
        wizard.amount /= 2
    wizard.action_create_payments()


@operation("accountant", 3)
def unpay(desk):
    move = desk.pick_document(
        "account.move",
        ("state", "=", "posted"),
        ("payment_state", "in", ("paid", "in_payment", "partial", "reversed")),
        _SALES,
    )
    lines = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
    partials = lines.matched_debit_ids | lines.matched_credit_ids
    if not partials:
        raise NothingToDo("account.partial.reconcile")
    move.js_remove_outstanding_partial(desk.rng.choice(partials).id)


@operation("accountant", 1.5)
def cancel_payment(desk):
    payment = desk.pick_document("account.payment", ("state", "in", ("in_process", "paid")))
    if desk.chance(0.5):
        payment.action_draft()
    else:
        payment.action_cancel()


@operation("accountant", 3)
def set_invoice_to_draft(desk):
    move = desk.pick_document("account.move", ("state", "in", ("posted", "cancel")), _ANY)
    move.button_draft()
    if desk.chance(0.3):
        _date(desk, move)
        move.action_post()


@operation("accountant", 1)
def cancel_invoice(desk):
    desk.pick_document("account.move", ("state", "=", "draft"), _ANY).button_cancel()


@operation("accountant", 1)
def delete_invoice(desk):
    desk.pick_document("account.move", ("state", "=", "draft"), _ANY).unlink()


@operation("accountant", 1)
def hand_invoice_over(desk):
    move = desk.pick_document("account.move", ("state", "=", "draft"), _ANY)
    move.partner_id = desk.pick_contact()
