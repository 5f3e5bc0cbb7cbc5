"""After which orders a customer is called on again, and which of these calls are pointless now.

For ``reminders.find``, like the other queries of what people are reminded of.
"""

from odoo.tools import SQL

from .reminders import somebody


def invoiced_lately(since):
    """Return the query of orders with an invoice posted for a day since then: ``order_id``."""
    return SQL(
        """SELECT order_line.order_id
             FROM setting
             JOIN account_move move ON move.company_id = setting.company_id
             JOIN account_move_line line ON line.move_id = move.id
             JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = line.id
             JOIN sale_order_line order_line ON order_line.id = link.order_line_id
            WHERE move.state = 'posted' AND move.move_type = 'out_invoice'
              AND move.invoice_date >= %s""",
        since,
    )


# What was invoiced for ``sale``, less what was credited, and when last.
INVOICED = SQL(
    """(SELECT MAX(move.invoice_date) FILTER (WHERE move.move_type = 'out_invoice') AS day,
               SUM(CASE move.move_type WHEN 'out_refund' THEN -line.price_subtotal
                                       ELSE line.price_subtotal END) AS net
          FROM sale_order_line order_line
          JOIN sale_order_line_invoice_rel link ON link.order_line_id = order_line.id
          JOIN account_move_line line ON line.id = link.invoice_line_id
          JOIN account_move move ON move.id = line.move_id
         WHERE order_line.order_id = sale.id AND move.state = 'posted'
           AND move.move_type IN ('out_invoice', 'out_refund'))"""
)
CUSTOMER = SQL(
    """JOIN res_partner partner ON partner.id = sale.partner_id
       JOIN res_partner customer ON customer.id = partner.commercial_partner_id"""
)
SOMEBODY = somebody(SQL("sale.user_id"), SQL("COALESCE(customer.user_id, partner.user_id)"))


def completed(lately):
    """Return the query of orders that are invoiced in full and have no return visit yet.

    Columns: ``id`` of the order, ``invoiced_on``, ``user_id`` (null for nobody). What was
    credited again, or cost nothing, is left out.

    :param lately: queries of orders to which something happened lately: ``order_id``
    """
    return SQL(
        """SELECT sale.id, invoiced.day AS invoiced_on, %(user)s AS user_id
             FROM setting
             JOIN (SELECT DISTINCT order_id FROM (%(lately)s) happened) lately ON TRUE
             JOIN sale_order sale ON sale.id = lately.order_id
             %(customer)s
    CROSS JOIN LATERAL %(invoiced)s invoiced
            WHERE sale.company_id = setting.company_id AND sale.state = 'sale'
              AND sale.invoice_status = 'invoiced' AND customer.active AND invoiced.net > 0
              AND NOT EXISTS (SELECT FROM crm_lifecycle_return_visit visit
                               WHERE visit.order_id = sale.id)""",
        user=SOMEBODY,
        lately=SQL(" UNION ALL ").join(lately),
        customer=CUSTOMER,
        invoiced=INVOICED,
    )


def pointless():
    """Return the query of open visits whose order is cancelled or credited, or customer gone.

    Or who wants no contact. Columns: ``id``, ``is_cancelled``, ``is_credited``,
    ``is_opted_out``.
    """
    return SQL(
        """SELECT visit.id, sale.state <> 'sale' AS is_cancelled,
                  COALESCE(invoiced.net, 0) <= 0 AS is_credited,
                  customer.lifecycle_opt_out IS TRUE AS is_opted_out
             FROM setting
             JOIN crm_lifecycle_return_visit visit
               ON visit.company_id = setting.company_id AND visit.state = 'due'
             JOIN sale_order sale ON sale.id = visit.order_id
             %(customer)s
    CROSS JOIN LATERAL %(invoiced)s invoiced
            WHERE sale.state <> 'sale' OR COALESCE(invoiced.net, 0) <= 0
               OR NOT customer.active OR customer.lifecycle_opt_out""",
        customer=CUSTOMER,
        invoiced=INVOICED,
    )


def unplanned():
    """Return the query of open visits without an activity that somebody could do.

    Columns: ``id``, ``user_id``.
    """
    return SQL("%s WHERE user_id IS NOT NULL AND NOT is_planned", _waiting())


def misplaced():
    """Return the query of open visits whose activity somebody else should have.

    Columns: ``id``, ``user_id``.
    """
    return SQL(
        "%s WHERE user_id IS NOT NULL AND is_planned AND user_id IS DISTINCT FROM now_id",
        _waiting(),
    )


def _waiting():
    return SQL(
        """SELECT * FROM (
                SELECT visit.id, %(user)s AS user_id, activity.user_id AS now_id,
                       activity.active IS TRUE AS is_planned
                  FROM setting
                  JOIN crm_lifecycle_return_visit visit
                    ON visit.company_id = setting.company_id AND visit.state = 'due'
                  JOIN sale_order sale ON sale.id = visit.order_id
                  %(customer)s
             LEFT JOIN mail_activity activity ON activity.id = visit.activity_id) waiting""",
        user=somebody(
            SQL("COALESCE(visit.user_id, sale.user_id)"),
            SQL("COALESCE(customer.user_id, partner.user_id)"),
        ),
        customer=CUSTOMER,
    )
