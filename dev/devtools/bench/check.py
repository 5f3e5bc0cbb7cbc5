"""Whether generated books agree with themselves, and how many rows there are."""

#: What no row may be, by what is wrong.
WRONG = {
    "journal entries whose debits are not their credits": """
        SELECT move_id FROM account_move_line GROUP BY move_id HAVING SUM(balance) <> 0""",
    "orders whose amount is not that of their lines": """
        SELECT so.id FROM sale_order so JOIN sale_order_line line ON line.order_id = so.id
         WHERE so.name LIKE 'BO%' GROUP BY so.id
        HAVING SUM(line.price_subtotal) <> so.amount_untaxed""",
    "invoices whose amount is not that of their lines": """
        SELECT move.id FROM account_move move JOIN account_move_line line ON line.move_id = move.id
         WHERE move.move_type IN ('out_invoice', 'out_refund') AND line.display_type = 'product'
           AND move.sequence_number > 1000000 GROUP BY move.id
        HAVING SUM(line.price_subtotal) <> move.amount_untaxed
            OR -SUM(line.balance) <> move.amount_untaxed_signed""",
    "invoices whose open amount is not that of their receivable": """
        SELECT move.id FROM account_move move JOIN account_move_line line ON line.move_id = move.id
         WHERE line.display_type = 'payment_term' AND move.sequence_number > 1000000
           AND line.amount_residual <> move.amount_residual_signed""",
    "settled items that are not matched in full": """
        SELECT due.id FROM account_move_line due
        LEFT JOIN account_partial_reconcile partial ON partial.debit_move_id = due.id
         WHERE due.display_type = 'payment_term' AND due.reconciled AND due.balance > 0
         GROUP BY due.id HAVING COALESCE(SUM(partial.amount), 0) <> due.balance""",
    "contacts of another customer than their documents say": """
        SELECT move.id FROM account_move move JOIN res_partner partner ON partner.id = move.partner_id
         WHERE partner.commercial_partner_id <> move.commercial_partner_id""",
    "documents of the future": """
        SELECT id FROM sale_order WHERE date_order > NOW() AT TIME ZONE 'UTC' AND name LIKE 'BO%'
        UNION ALL SELECT id FROM account_move WHERE date > CURRENT_DATE AND sequence_number > 1000000
        UNION ALL SELECT id FROM stock_picking WHERE date_done > NOW() AT TIME ZONE 'UTC'""",
}


def check(cr, tables):
    """Count the rows of tables; fails where the books do not agree.

    :return: number of rows by table
    """
    for what, query in WRONG.items():
        cr.execute(f"SELECT COUNT(*), MIN(id) FROM ({query}) wrong(id)")
        count, example = cr.fetchone()
        assert not count, f"{count} {what}, such as {example}"
    counts = {}
    for table in tables:
        cr.execute(f"SELECT COUNT(*) FROM {table}")
        counts[table] = cr.fetchone()[0]
    return counts
