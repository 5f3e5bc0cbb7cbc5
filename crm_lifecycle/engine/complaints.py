"""Complaints as others see them: which are open, pausing follow-ups and warning people, and
their history as a source of events beside what was invoiced.

What is open is the same as ``crm.complaint._get_open_domain``.
"""

from odoo.tools import SQL

from .documents import INVOICE, ORDER
from .purchases import bills_order
from .sources import customer, day, event_source, span_source


def is_open(complaint="complaint"):
    """Return the condition that a row of complaints is open, and a complaint indeed."""
    alias = SQL.identifier(complaint)
    return SQL(
        "%(alias)s.is_open AND %(alias)s.active AND %(alias)s.kind = 'complaint'", alias=alias
    )


def complains(partner, company):
    """Return the condition that a customer has an open complaint in a company.

    :param SQL partner: id of the customer
    :param SQL company: id of the company
    """
    return SQL(
        """EXISTS (SELECT FROM crm_complaint complaint
                    WHERE complaint.commercial_partner_id = %s
                      AND complaint.company_id = %s AND %s)""",
        partner,
        company,
        is_open(),
    )


def worst(partner, company):
    """Return the query of a customer's open complaints: ``number``, and of the worst of them
    ``id`` and ``first``, what it is about. One row, also where there is none.
    """
    order = SQL("complaint.severity DESC, complaint.date DESC, complaint.id DESC")
    return SQL(
        """SELECT COUNT(*)::int AS number,
                  (ARRAY_AGG(complaint.id ORDER BY %(order)s))[1] AS id,
                  (ARRAY_AGG(complaint.name || ' ' || complaint.subject ORDER BY %(order)s))[1]
                      AS first
             FROM crm_complaint complaint
            WHERE complaint.commercial_partner_id = %(partner)s
              AND complaint.company_id = %(company)s AND %(is_open)s""",
        order=order,
        partner=partner,
        company=company,
        is_open=is_open(),
    )


def counts(complaint="complaint"):
    """Return the condition that a row is a complaint to be counted: not one told twice."""
    alias = SQL.identifier(complaint)
    return SQL(
        "%(alias)s.active AND %(alias)s.kind = 'complaint' AND (%(alias)s.is_open"
        " OR %(alias)s.duplicate_of_id IS NULL)",
        alias=alias,
    )


def complaints(scope):
    """Complaints from the day they were reported until they are solved, closed or rejected.

    One that was reopened was not solved after all: it has been open all along.
    """
    return span_source(
        SQL(
            """crm_complaint complaint
               JOIN res_partner partner ON partner.id = complaint.partner_id
               JOIN company ON company.id = complaint.company_id"""
        ),
        key=SQL("complaint.id"),
        start=day(SQL("complaint.date")),
        end=SQL(
            "CASE WHEN NOT complaint.is_open THEN %s END",
            day(SQL("COALESCE(complaint.solved_at, complaint.closed_at, complaint.write_date)")),
        ),
        kinds=(SQL("'complaint'"), SQL("'complaint_ended'")),
        fact=SQL("'complaint'"),
        document=("crm.complaint", SQL("complaint.id")),
        where=SQL("%s AND %s", counts(), customer(scope)),
    )


# The day of each order's first invoice: of single customers order by order, of all at once.
_FIRST_BILL = SQL(
    """SELECT MIN(move.invoice_date) AS date
         FROM sale_order_line order_line
         JOIN sale_order_line_invoice_rel bill ON bill.order_line_id = order_line.id
         JOIN account_move_line line ON line.id = bill.invoice_line_id
         JOIN account_move move ON move.id = line.move_id
        WHERE order_line.order_id = so.id AND move.state = 'posted'
          AND move.move_type IN ('out_invoice', 'out_receipt')"""
)
_FIRST_BILLS = SQL(
    """SELECT order_line.order_id, MIN(move.invoice_date) AS date
         FROM account_move move
         JOIN account_move_line line ON line.move_id = move.id
         JOIN sale_order_line_invoice_rel bill ON bill.invoice_line_id = line.id
         JOIN sale_order_line order_line ON order_line.id = bill.order_line_id
        WHERE move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_receipt')
     GROUP BY order_line.order_id"""
)


def billed_orders(scope):
    """Orders of which something was invoiced, on the day of the first invoice."""
    everybody = scope.partners is None and scope.array is None
    return event_source(
        SQL("%s JOIN (%s) billed ON billed.order_id = so.id", ORDER, _FIRST_BILLS)
        if everybody
        else SQL("%s CROSS JOIN LATERAL (%s) billed", ORDER, _FIRST_BILL),
        key=SQL("so.id"),
        date=SQL("billed.date"),
        kind=SQL("'invoice'"),
        fact="billed",
        document=("sale.order", SQL("so.id")),
        where=SQL("billed.date IS NOT NULL AND %s", customer(scope)),
    )


def billed_without_order(scope):
    """Posted invoices that come from no order; each counts as an order of its own."""
    return event_source(
        INVOICE,
        key=SQL("move.id"),
        date=SQL("move.invoice_date"),
        kind=SQL("'invoice'"),
        fact="billed",
        document=("account.move", SQL("move.id")),
        where=SQL(
            "move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_receipt')"
            " AND NOT %s AND %s",
            bills_order(SQL("move.id")),
            customer(scope),
        ),
    )
