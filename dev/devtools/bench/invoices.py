"""Invoices, refunds and what was paid, with their journal items; see ``documents``."""

from .bulk import Copy

# Ids of the moves: invoices, then refunds, then the bank's entries.
_REFUND = "(%(move)s + %(invoices)s + s.seq)"
_DEPOSIT = "(%(move)s + %(invoices)s + %(refunds)s + s.seq)"
# Ids of the items: a product line has its order line's number.
_ITEM = "%(account_move_line)s + 3 * %(orders)s"
_DUE = f"({_ITEM} + s.seq)"
_SINGLE = f"({_ITEM} + %(invoices)s + s.seq)"
_REFUND_DUE = f"({_ITEM} + 2 * %(invoices)s + s.seq)"
_REFUND_SINGLE = f"({_ITEM} + 2 * %(invoices)s + %(refunds)s + s.seq)"
_PAID = f"({_ITEM} + 2 * %(invoices)s + 2 * %(refunds)s + s.seq)"
_BANK = f"({_ITEM} + 3 * %(invoices)s + 2 * %(refunds)s + s.seq)"

_PREFIX = "'{}/' || EXTRACT(YEAR FROM s.date) || '/'"
_INVOICE_NAME = f"{_PREFIX.format('INV')} || (1000000 + s.seq)"
_REFUND_NAME = f"{_PREFIX.format('RINV')} || (1000000 + s.seq)"
_DEPOSIT_NAME = f"{_PREFIX.format('BNK1')} || (1000000 + s.seq)"
_SELLER = "(SELECT seller.id FROM bench.seller WHERE seller.k = s.seller)"

#: An invoice is settled by a payment or by its refund.
_INVOICES = (
    "(SELECT invoice.*, refund.seq AS refund_seq, refund.date AS refund_date,"
    " paid_on IS NULL AND refund.seq IS NULL AS is_open"
    " FROM bench.invoice LEFT JOIN bench.refund"
    " ON refund.invoice_seq = invoice.seq AND refund.settles) s"
)
_REFUNDS = "bench.refund s"

_STAMPS = {"create_date": "s.date", "write_date": "s.date"}


def _move(kind, source, name, prefix, sign, is_open):
    """The columns of an invoice or a refund; ``sign`` is what it has in the books."""
    residual = f"CASE WHEN {is_open} THEN {{}} ELSE 0 END"
    return {
        **_STAMPS,
        "name": name,
        "sequence_prefix": _PREFIX.format(prefix),
        "sequence_number": "1000000 + s.seq",
        "payment_reference": name,
        "ref": "NULL",
        "partner_id": "s.partner_id",
        "commercial_partner_id": "s.customer_id",
        "partner_shipping_id": "s.partner_id",
        "invoice_user_id": _SELLER,
        "date": "s.date",
        "invoice_date": "s.date",
        "delivery_date": "s.date",
        "invoice_date_due": "s.date + 30",
        "currency_id": "s.currency_id",
        "invoice_currency_rate": "ROUND(s.amount / NULLIF(s.balance, 0), 6)",
        "amount_untaxed": "s.amount",
        "amount_total": "s.amount",
        "amount_residual": residual.format("s.amount"),
        "amount_untaxed_signed": f"{sign}s.balance",
        "amount_untaxed_in_currency_signed": f"{sign}s.amount",
        "amount_total_signed": f"{sign}s.balance",
        "amount_total_in_currency_signed": f"{sign}s.amount",
        "amount_residual_signed": residual.format(f"{sign}s.balance"),
        "access_token": "NULL",
    }


MOVES = (
    Copy(
        "account_move",
        "invoice",
        _INVOICES,
        {
            **_move("invoice", _INVOICES, _INVOICE_NAME, "INV", "", "s.is_open"),
            "id": "s.id",
            "invoice_origin": "'BO' || s.order_n",
            "payment_state": "CASE WHEN s.paid_on IS NOT NULL THEN 'paid'"
            " WHEN s.refund_seq IS NOT NULL THEN 'reversed' ELSE 'not_paid' END",
        },
    ),
    Copy(
        "account_move",
        "refund",
        _REFUNDS,
        {
            **_move("refund", _REFUNDS, _REFUND_NAME, "RINV", "-", "NOT s.settles"),
            "id": _REFUND,
            "invoice_origin": "NULL",
            "reversed_entry_id": "s.invoice_id",
            "payment_state": "CASE WHEN s.settles THEN 'paid' ELSE 'not_paid' END",
        },
    ),
    Copy(
        "account_move",
        "deposit",
        "bench.deposit s",
        {
            **_STAMPS,
            "id": _DEPOSIT,
            "name": _DEPOSIT_NAME,
            "sequence_prefix": _PREFIX.format("BNK1"),
            "sequence_number": "1000000 + s.seq",
            "date": "s.date",
            "invoice_date_due": "s.date",
            "amount_total": "s.balance",
            "amount_total_signed": "s.balance",
            "amount_total_in_currency_signed": "s.balance",
        },
    ),
)


def _item(move_id, name, amount, balance, /, **values):
    """The columns of a journal item; a positive balance is a debit."""
    return {
        **_STAMPS,
        "move_id": move_id,
        "move_name": name,
        "date": "s.date",
        "balance": balance,
        "debit": f"GREATEST({balance}, 0)",
        "credit": f"GREATEST(-({balance}), 0)",
        "amount_currency": amount,
        **values,
    }


def _product(move_id, name, sign, /, **values):
    return _item(
        move_id,
        name,
        f"{sign}s.amount",
        f"{sign}s.balance",
        **{
            "partner_id": "s.partner_id",
            "currency_id": "s.currency_id",
            "invoice_date": "s.date",
            "ref": "NULL",
            "price_unit": "s.amount",
            "price_subtotal": "s.amount",
            "price_total": "s.amount",
            **values,
        },
    )


def _receivable(move_id, name, sign, is_open, full_id, /, **values):
    return _item(
        move_id,
        name,
        f"{sign}s.amount",
        f"{sign}s.balance",
        **{
            "name": name,
            "partner_id": "s.partner_id",
            "currency_id": "s.currency_id",
            "invoice_date": "s.date",
            "ref": "NULL",
            "date_maturity": "s.date + 30",
            "amount_residual": f"CASE WHEN {is_open} THEN {sign}s.balance ELSE 0 END",
            "amount_residual_currency": f"CASE WHEN {is_open} THEN {sign}s.amount ELSE 0 END",
            "reconciled": f"NOT ({is_open})",
            "full_reconcile_id": f"CASE WHEN NOT ({is_open}) THEN {full_id} END",
            "matching_number": f"CASE WHEN NOT ({is_open}) THEN ({full_id})::varchar END",
            **values,
        },
    )


_FULL = "%(account_full_reconcile)s + s.seq"
_FULL_OF_INVOICE = "%(account_full_reconcile)s + s.invoice_seq"
_PAYMENTS = (
    "(SELECT invoice.seq, invoice.partner_id, invoice.rank, invoice.currency_id, amount,"
    " invoice.balance, deposit.date, deposit.seq AS deposit_seq"
    " FROM bench.invoice JOIN bench.deposit"
    " ON deposit.date = invoice.paid_on AND deposit.rank = invoice.rank) s"
)

ITEMS = (
    Copy(
        "account_move_line",
        "invoice_line",
        "(SELECT invoice.id, invoice.seq, invoice.rank, invoice.partner_id, invoice.currency_id,"
        " invoice.date, line.slot, line.quantity, line.price, line.subtotal AS amount,"
        " line.balance, product.k AS product, product.id AS product_id"
        " FROM bench.invoice JOIN bench.line ON line.n = invoice.order_n"
        " JOIN bench.product ON product.k = line.product) s",
        _product(
            "s.id",
            _INVOICE_NAME,
            "-",
            id="%(account_move_line)s + s.slot",
            name="'Bench product ' || (s.product - 1)",
            product_id="s.product_id",
            quantity="s.quantity",
            price_unit="s.price",
        ),
    ),
    Copy(
        "account_move_line",
        "invoice_line",
        "(SELECT * FROM bench.invoice WHERE order_n IS NULL) s",
        _product("s.id", _INVOICE_NAME, "-", id=_SINGLE),
    ),
    Copy(
        "account_move_line",
        "due",
        _INVOICES,
        _receivable("s.id", _INVOICE_NAME, "", "s.is_open", _FULL, id=_DUE),
    ),
    Copy(
        "account_move_line",
        "refund_line",
        _REFUNDS,
        _product(_REFUND, _REFUND_NAME, "", id=_REFUND_SINGLE),
    ),
    Copy(
        "account_move_line",
        "refund_due",
        _REFUNDS,
        _receivable(_REFUND, _REFUND_NAME, "-", "NOT s.settles", _FULL_OF_INVOICE, id=_REFUND_DUE),
    ),
    Copy(
        "account_move_line",
        "deposit_credit",
        _PAYMENTS,
        {
            **_item(
                "%(move)s + %(invoices)s + %(refunds)s + s.deposit_seq",
                "'BNK1/' || EXTRACT(YEAR FROM s.date) || '/' || (1000000 + s.deposit_seq)",
                "-s.amount",
                "-s.balance",
            ),
            "id": _PAID,
            "partner_id": "s.partner_id",
            "currency_id": "s.currency_id",
            "price_subtotal": "-s.amount",
            "price_total": "-s.amount",
            "full_reconcile_id": _FULL,
            "matching_number": f"({_FULL})::varchar",
        },
    ),
    Copy(
        "account_move_line",
        "deposit_debit",
        "bench.deposit s",
        {
            **_item(_DEPOSIT, _DEPOSIT_NAME, "s.balance", "s.balance"),
            "id": _BANK,
            "price_subtotal": "s.balance",
            "price_total": "s.balance",
        },
    ),
)

BILLS = (
    Copy(
        "sale_order_line_invoice_rel",
        None,
        "bench.invoice s JOIN bench.line line ON line.n = s.order_n",
        {
            "invoice_line_id": "%(account_move_line)s + line.slot",
            "order_line_id": "%(sale_order_line)s + line.slot",
        },
    ),
    Copy(
        "sale_order_line_invoice_rel",
        None,
        "(SELECT * FROM bench.refund WHERE is_linked) s",
        {
            "invoice_line_id": _REFUND_SINGLE,
            "order_line_id": "%(sale_order_line)s + 3 * (s.order_n - 1) + 1",
        },
    ),
)

_SETTLED = (
    "(SELECT invoice.seq, invoice.rank, invoice.currency_id, invoice.amount, invoice.balance,"
    " COALESCE(paid_on, GREATEST(invoice.date, refund.date)) AS date,"
    " CASE WHEN paid_on IS NULL THEN refund.seq END AS refund_seq"
    " FROM bench.invoice LEFT JOIN bench.refund"
    " ON refund.invoice_seq = invoice.seq AND refund.settles"
    " WHERE paid_on IS NOT NULL OR refund.seq IS NOT NULL) s"
)
_CREDIT = (
    f"CASE WHEN s.refund_seq IS NULL THEN {_PAID}"
    f" ELSE {_ITEM} + 2 * %(invoices)s + s.refund_seq END"
)

RECONCILIATIONS = (
    Copy("account_full_reconcile", "full", _SETTLED, {**_STAMPS, "id": _FULL}),
    Copy(
        "account_partial_reconcile",
        "partial",
        _SETTLED,
        {
            **_STAMPS,
            "id": "%(account_partial_reconcile)s + s.seq",
            "debit_move_id": _DUE,
            "credit_move_id": _CREDIT,
            "full_reconcile_id": _FULL,
            "debit_currency_id": "s.currency_id",
            "credit_currency_id": "s.currency_id",
            "amount": "s.balance",
            "debit_amount_currency": "s.amount",
            "credit_amount_currency": "s.amount",
            "max_date": "s.date",
        },
    ),
)

COPIES = (*ITEMS, *MOVES, *BILLS, *RECONCILIATIONS)
