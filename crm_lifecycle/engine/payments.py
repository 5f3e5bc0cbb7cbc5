"""Payment habit: what customers owe, since when, and how long they take to pay.

Read from the ledger's receivable lines and their reconciliations. A line's *residual* on
a day is its balance less what was reconciled with it by that day, a reconciliation being
of the later day of its two lines. So the residuals of any day add up to the balance of
the receivable accounts on that day.

A *payment* is what a payment, a bank statement or a bank or cash journal brought and an
invoice was reconciled with. Credit notes, exchange differences and other entries settle
an invoice, too, but nobody pays by them.

What was read is joined with itself by FULL JOIN, even where one side holds the other: that
is a hash join, whatever number of rows the planner expects. It takes a sub-query for a row
or two, and loops would be quadratic in a customer's lines.
"""

from odoo.tools import SQL

from .sources import customer, day, lapse

MONTHS = 12
# What is overdue, by the days for which it is: from so many on, and up to so many.
AGES = {
    "overdue_30": (1, 30),
    "overdue_60": (31, 60),
    "overdue_90": (61, 90),
    "overdue_older": (91, None),
}
# Columns of ``crm.lifecycle.value`` that are derived here, apart from the next day on
# which one changes by itself.
PAYMENT_COLUMNS = (
    "receivable",
    "unallocated",
    "overdue",
    *AGES,
    "overdue_since",
    "paid_count",
    "days_to_pay",
    "days_late",
    "on_time_share",
    "ordered_count",
    "order_to_cash_days",
)
# Days as numbers, so that they can be averaged.
_EPOCH = SQL("DATE '2000-01-01'")


def payment_ctes(scope):
    """Return the CTEs up to ``payments``: a row a customer and company with a receivable line.

    They use the CTE ``company``.

    :param Scope scope: the customers
    """
    return SQL(
        "%s, %s, %s, %s, %s, %s, %s",
        _items(scope),
        _MATCHINGS,
        _debts(),
        _paid(),
        _ordered(),
        _HABITS,
        _PAYMENTS,
    )


def _items(scope):
    """Receivable lines, those dated ahead included."""
    return SQL(
        """item AS MATERIALIZED (
            SELECT line.id, line.move_id, line.date, line.balance,
                   COALESCE(line.date_maturity, line.date) AS due,
                   company.id AS company_id, partner.commercial_partner_id AS partner_id,
                   company.today
              FROM account_move_line line
              JOIN account_account account ON account.id = line.account_id
              JOIN res_partner partner ON partner.id = line.partner_id
              JOIN company ON company.id = line.company_id
             WHERE line.parent_state = 'posted'
               AND account.account_type = 'asset_receivable' AND %s
        )""",
        customer(scope),
    )


# What was reconciled with an item, and how that changes what is open of it. A draft is not
# in the ledger, so what it was reconciled with is open there.
_MATCHINGS = SQL(
    """matching AS MATERIALIZED (
        SELECT item.*, GREATEST(item.date, other.date) AS matched_date,
               -part.amount AS change, other.move_id AS paid_by,
               other.payment_id IS NOT NULL OR other.statement_line_id IS NOT NULL
                   OR journal.type IN ('bank', 'cash', 'credit') AS is_payment
          FROM item
          JOIN account_partial_reconcile part ON part.debit_move_id = item.id
          JOIN account_move_line other
            ON other.id = part.credit_move_id AND other.parent_state = 'posted'
          JOIN account_journal journal ON journal.id = other.journal_id
     UNION ALL
        SELECT item.*, GREATEST(item.date, other.date), part.amount, NULL, FALSE
          FROM item
          JOIN account_partial_reconcile part ON part.credit_move_id = item.id
          JOIN account_move_line other
            ON other.id = part.debit_move_id AND other.parent_state = 'posted'
    )"""
)


def _debts():
    """What is open, and the next day on which that changes by itself."""
    overdue = SQL(", ").join(
        SQL(
            "SUM(owed) FILTER (WHERE age BETWEEN %s AND %s) AS %s",
            low,
            high or SQL("age"),
            SQL.identifier(name),
        )
        for name, (low, high) in {"overdue": (1, None), **AGES}.items()
    )
    turn = SQL(" ").join(
        SQL("WHEN age < %(low)s THEN %(low)s", low=low) for low, _ in AGES.values()
    )
    return SQL(
        """debt AS (
            SELECT company_id, partner_id, SUM(residual) AS receivable,
                   SUM(owed - residual) AS unallocated, %(overdue)s,
                   MIN(due) FILTER (WHERE owed > 0 AND age >= 1) AS overdue_since,
                   LEAST(MIN(date) FILTER (WHERE date > today), MIN(next_date),
                         MIN(due + CASE %(turn)s END) FILTER (WHERE owed > 0)) AS lapse_date
              FROM (SELECT *, today - due AS age,
                           CASE WHEN residual IS NOT NULL THEN GREATEST(residual, 0) END AS owed
                      FROM (SELECT item.*, settled.next_date,
                                   CASE WHEN item.date <= item.today
                                        THEN item.balance + COALESCE(settled.change, 0)
                                        END AS residual
                              FROM item
                         FULL JOIN (SELECT id, SUM(change) FILTER (
                                               WHERE matched_date <= today) AS change,
                                           MIN(matched_date) FILTER (
                                               WHERE matched_date > today) AS next_date
                                      FROM matching
                                  GROUP BY id) settled USING (id)) item) item
          GROUP BY company_id, partner_id
        )""",
        overdue=overdue,
        turn=turn,
    )


def _paid():
    """Payments of invoices within the last twelve months."""
    return SQL(
        """paid AS MATERIALIZED (
            SELECT matching.company_id, matching.partner_id, matching.move_id,
                   matching.paid_by, -matching.change AS amount, matching.due,
                   matching.matched_date AS date,
                   COALESCE(invoice.invoice_date, matching.date) AS invoice_date,
                   %(lapse)s AS lapse
              FROM matching
              JOIN account_move invoice ON invoice.id = matching.move_id
             WHERE matching.is_payment AND matching.matched_date <= matching.today
               AND %(lapse)s > matching.today
               AND invoice.move_type IN ('out_invoice', 'out_receipt')
        )""",
        lapse=lapse(SQL("matching.matched_date"), MONTHS),
    )


def _ordered():
    """On which day was ordered what paid invoices bill: the mean, by amount."""
    return SQL(
        """ordered AS (
            SELECT line.move_id,
                   SUM(ABS(line.balance) * (%(day)s - %(epoch)s))
                       / NULLIF(SUM(ABS(line.balance)), 0) AS day
              FROM (SELECT DISTINCT move_id FROM paid) invoice
              JOIN account_move_line line ON line.move_id = invoice.move_id
              JOIN company ON company.id = line.company_id
              JOIN sale_order_line_invoice_rel bill ON bill.invoice_line_id = line.id
              JOIN sale_order_line order_line ON order_line.id = bill.order_line_id
              JOIN sale_order so ON so.id = order_line.order_id AND so.state = 'sale'
          GROUP BY line.move_id
        )""",
        day=day(SQL("so.date_order")),
        epoch=_EPOCH,
    )


_HABITS = SQL(
    """habit AS (
        SELECT company_id, partner_id, COUNT(DISTINCT paid_by)::int AS paid_count,
               ROUND(SUM(amount * (date - invoice_date)) / NULLIF(SUM(amount), 0), 1)
                   AS days_to_pay,
               ROUND(SUM(amount * (date - due)) / NULLIF(SUM(amount), 0), 1) AS days_late,
               ROUND(COALESCE(SUM(amount) FILTER (WHERE date <= due), 0)
                     / NULLIF(SUM(amount), 0), 4) AS on_time_share,
               COUNT(DISTINCT paid_by) FILTER (WHERE ordered.day IS NOT NULL)::int
                   AS ordered_count,
               ROUND(SUM(amount * (date - %s - ordered.day))
                     / NULLIF(SUM(amount) FILTER (WHERE ordered.day IS NOT NULL), 0), 1)
                   AS order_to_cash_days,
               MIN(lapse) AS lapse_date
          FROM paid
     FULL JOIN ordered USING (move_id)
      GROUP BY company_id, partner_id
    )""",
    _EPOCH,
)

# Amounts are none where there never was a receivable line, and 0 where all is settled.
_PAYMENTS = SQL(
    """payments AS (
        SELECT company_id, partner_id, receivable, unallocated, %s, overdue_since,
               days_to_pay, days_late, on_time_share, order_to_cash_days,
               LEAST(debt.lapse_date, habit.lapse_date) AS lapse_date
          FROM debt
     FULL JOIN habit USING (company_id, partner_id)
    )""",
    SQL(", ").join(
        SQL(
            "CASE WHEN receivable IS NOT NULL THEN COALESCE(%(name)s, 0) END AS %(name)s",
            name=SQL.identifier(name),
        )
        for name in ("overdue", *AGES, "paid_count", "ordered_count")
    ),
)
