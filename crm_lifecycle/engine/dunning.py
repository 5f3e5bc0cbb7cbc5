"""Which invoices a customer is to be reminded of, and by which level.

An invoice climbs the levels one by one: the first is the one with the fewest days that was not
sent yet, however long the invoice is overdue, and between two levels pass as many days as lie
between them. So a customer whose old invoices come in sight on the day when reminders are switched
on gets the friendly one first, and not the last.

Where it is paid by instalments, it climbs anew for each: what was sent of one that is paid says
nothing of the next.
"""

from odoo.tools import SQL

#: How far an invoice is paid that somebody may be reminded of.
OWED = ("not_paid", "partial")
#: States of mails that did not leave.
LOST_MAILS = ("exception", "cancel")


def due(company_id, today, begin=0, limit=500):
    """Return the query of the reminders that are due, by the ids of their invoices.

    Columns: ``id`` of the invoice, ``level_id``, ``date_due`` of the earliest instalment that is
    not paid, ``days`` overdue since then. What could not be sent today is left for tomorrow.

    :param int company_id: whose invoices
    :param date today: in the company's time zone
    :param int begin: invoices of greater ids alone
    :param int limit: so many at most
    """
    return SQL(
        """WITH owed AS (
               SELECT move.id, MIN(line.date_maturity) AS date_due,
                      %(today)s::date - MIN(line.date_maturity) AS days
                 FROM account_move move
                 JOIN account_move_line line ON line.move_id = move.id
                 JOIN account_account account ON account.id = line.account_id
                WHERE move.company_id = %(company)s AND move.id > %(begin)s
                  AND move.move_type = 'out_invoice' AND move.state = 'posted'
                  AND move.payment_state IN %(owed)s AND move.amount_residual > 0
                  AND account.account_type = 'asset_receivable'
                  AND NOT COALESCE(line.reconciled, FALSE) AND line.amount_residual > 0
                  AND line.date_maturity < %(today)s
             GROUP BY move.id
           )
           SELECT owed.id, next.id AS level_id, owed.date_due, owed.days
             FROM owed
        LEFT JOIN LATERAL (
               SELECT level.days, notice.date
                 FROM crm_lifecycle_dunning_notice notice
                 JOIN crm_lifecycle_dunning_level level ON level.id = notice.level_id
                WHERE notice.move_id = owed.id AND notice.state = 'sent'
                  AND notice.date_due >= owed.date_due
             ORDER BY level.days DESC, level.id DESC
                LIMIT 1
           ) last ON TRUE
       CROSS JOIN LATERAL (
               SELECT level.id, level.days
                 FROM crm_lifecycle_dunning_level level
                WHERE level.company_id = %(company)s AND level.active
                  AND (last.days IS NULL OR level.days > last.days)
                  AND NOT EXISTS (SELECT FROM crm_lifecycle_dunning_notice notice
                                   WHERE notice.move_id = owed.id AND notice.state = 'sent'
                                     AND notice.level_id = level.id
                                     AND notice.date_due >= owed.date_due)
             ORDER BY level.days, level.id
                LIMIT 1
           ) next
            WHERE next.days <= owed.days
              AND (last.days IS NULL OR last.date + (next.days - last.days) <= %(today)s)
              AND NOT EXISTS (SELECT FROM crm_lifecycle_dunning_notice notice
                               WHERE notice.move_id = owed.id AND notice.level_id = next.id
                                 AND notice.date_due = owed.date_due
                                 AND notice.state = 'skipped'
                                 AND notice.date_tried >= %(today)s)
         ORDER BY owed.id
            LIMIT %(limit)s""",
        company=company_id,
        today=today,
        begin=begin,
        owed=OWED,
        limit=limit,
    )


def lost(company_id, begin=0, limit=500):
    """Return the query of the reminders whose mails did not reach anybody: ``id``.

    :param int company_id: whose reminders
    :param int begin: those of greater ids alone
    :param int limit: so many at most
    """
    return SQL(
        """SELECT notice.id
             FROM crm_lifecycle_dunning_notice notice
             JOIN mail_mail mail ON mail.id = notice.mail_id
            WHERE notice.company_id = %s AND notice.state = 'sent' AND mail.state IN %s
              AND notice.id > %s
         ORDER BY notice.id
            LIMIT %s""",
        company_id,
        LOST_MAILS,
        begin,
        limit,
    )
