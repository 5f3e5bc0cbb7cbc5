"""The documents of the host, and our own, that are sources of events.

``sources`` says what a source is. A bridge adds its own the same way, see
``crm.lifecycle.event``.
"""

from odoo.tools import SQL

from .sources import customer, day, event_source, lapse, span_source

# A rating speaks for a customer for so many months, unless a newer one replaces it.
RATING_MONTHS = 12
# Top of the host's scale of 1 to 5; "satisfied" alone makes no advocate.
RATING_BEST = 5
# Ratings up to this one stand against calling a customer an advocate.
RATING_POOR = 2

# A lead need not name a company: then its team's, its salesperson's or its
# author's company is the one that deals with the customer.
LEAD_PEOPLE = SQL(
    """LEFT JOIN crm_team team ON team.id = lead.team_id
       LEFT JOIN res_users salesperson ON salesperson.id = lead.user_id
       LEFT JOIN res_users author ON author.id = lead.create_uid"""
)
LEAD_COMPANY = SQL(
    "COALESCE(lead.company_id, team.company_id, salesperson.company_id, author.company_id)"
)
LEAD = SQL(
    """crm_lead lead
       JOIN res_partner partner ON partner.id = lead.partner_id
       %s
       JOIN company ON company.id = %s""",
    LEAD_PEOPLE,
    LEAD_COMPANY,
)


def leads(scope, fact="known"):
    """Every lead and opportunity, from the day it was created."""
    return event_source(
        LEAD,
        key=SQL("lead.id"),
        date=day(SQL("lead.create_date")),
        kind=SQL("'lead'"),
        fact=fact,
        document=("crm.lead", SQL("lead.id")),
        where=customer(scope),
    )


def opportunities(scope):
    """Opportunities from the day they were opened until they are won or lost."""
    return span_source(
        LEAD,
        key=SQL("lead.id"),
        start=day(SQL("COALESCE(lead.date_conversion, lead.create_date)")),
        end=SQL(
            "CASE WHEN lead.won_status IN ('won', 'lost') OR NOT lead.active THEN %s END",
            day(SQL("COALESCE(lead.date_closed, lead.write_date)")),
        ),
        kinds=(
            SQL("'opportunity'"),
            SQL(
                "CASE WHEN lead.won_status = 'won' THEN 'opportunity_won'"
                " ELSE 'opportunity_lost' END"
            ),
        ),
        fact=SQL("'opportunity'"),
        amount=SQL("COALESCE(lead.expected_revenue, 0)"),
        document=("crm.lead", SQL("lead.id")),
        where=SQL("lead.type = 'opportunity' AND %s", customer(scope)),
    )


ORDER = SQL(
    """sale_order so
       JOIN res_partner partner ON partner.id = so.partner_id
       JOIN company ON company.id = so.company_id"""
)
ORDER_RATE = SQL("COALESCE(NULLIF(so.currency_rate, 0), 1)::numeric")
ORDER_AMOUNT = SQL("ROUND(so.amount_untaxed::numeric / %s, company.digits)", ORDER_RATE)


def quotations(scope):
    """Every quotation and order, from the day it was drafted."""
    return event_source(
        ORDER,
        key=SQL("so.id"),
        date=SQL(
            "CASE WHEN so.state = 'sale' THEN LEAST(%s, %s) ELSE %s END",
            day(SQL("so.create_date")),
            day(SQL("so.date_order")),
            day(SQL("so.create_date")),
        ),
        kind=SQL("'quotation'"),
        amount=ORDER_AMOUNT,
        fact="known",
        document=("sale.order", SQL("so.id")),
        where=customer(scope),
    )


def order_messages(subtype, state_field, when=None):
    """Return a LATERAL sub-query ``trace``: when an order was last in a state.

    The host logs an order's moves in its chatter; the subtype tells the state that
    was entered and the tracked field any move, in every language. Columns:
    ``entered_on``, and ``left_on`` if the state was left since.

    :param int subtype: id of the message subtype of the state
    :param int state_field: id of the field ``sale.order.state``
    :param SQL when: of which orders the messages are read, all by default
    """
    return SQL(
        """LATERAL (
             SELECT MAX(step.date) FILTER (WHERE step.id = step.entrance) AS entered_on,
                    MIN(step.date) FILTER (WHERE step.id > step.entrance) AS left_on
               FROM (
                    SELECT message.id, message.date,
                           MAX(message.id) FILTER (WHERE message.subtype_id = %(subtype)s)
                               OVER () AS entrance
                      FROM mail_message message
                     WHERE %(when)s
                       AND message.model = 'sale.order' AND message.res_id = so.id
                       AND (message.subtype_id = %(subtype)s OR EXISTS (
                           SELECT FROM mail_tracking_value tracking
                            WHERE tracking.mail_message_id = message.id
                              AND tracking.field_id = %(state_field)s))
                    ) step
           ) trace""",
        subtype=subtype,
        state_field=state_field,
        when=when or SQL("TRUE"),
    )


def sent_quotations(scope, sent_subtype, state_field):
    """Quotations from the day they were sent until they expire, or are accepted."""
    closed = SQL(
        "CASE so.state WHEN 'sent' THEN NULL WHEN 'sale' THEN %s ELSE %s END",
        day(SQL("so.date_order")),
        day(SQL("COALESCE(trace.left_on, so.write_date)")),
    )
    return span_source(
        SQL("%s CROSS JOIN %s", ORDER, order_messages(sent_subtype, state_field)),
        key=SQL("so.id"),
        start=day(
            SQL("COALESCE(trace.entered_on, CASE WHEN so.state = 'sent' THEN so.create_date END)")
        ),
        end=SQL("LEAST(so.validity_date + 1, %s)", closed),
        kinds=(
            SQL("'quotation_sent'"),
            SQL(
                "CASE WHEN so.validity_date + 1 <= COALESCE(%s, 'infinity'::date)"
                " THEN 'quotation_expired'"
                " WHEN so.state = 'sale' THEN 'quotation_accepted' ELSE 'quotation_closed' END",
                closed,
            ),
        ),
        fact=SQL("'quotation'"),
        amount=ORDER_AMOUNT,
        document=("sale.order", SQL("so.id")),
        where=customer(scope),
    )


def orders(scope):
    """Confirmed orders, on the day of their confirmation."""
    return event_source(
        ORDER,
        key=SQL("so.id"),
        date=day(SQL("so.date_order")),
        kind=SQL("'order'"),
        amount=ORDER_AMOUNT,
        document=("sale.order", SQL("so.id")),
        where=SQL("so.state = 'sale' AND %s", customer(scope)),
    )


# By its contact, as an order: the customer that the host keeps on an invoice stays behind
# where the contact's company becomes another's, or a company no longer.
INVOICE = SQL(
    """account_move move
       JOIN res_partner partner ON partner.id = move.partner_id
       JOIN company ON company.id = move.company_id"""
)


def invoices(scope):
    """Posted customer invoices, receipts and refunds, on the invoice date."""
    return event_source(
        INVOICE,
        key=SQL("move.id"),
        date=SQL("move.invoice_date"),
        kind=SQL("CASE WHEN move.move_type = 'out_refund' THEN 'refund' ELSE 'invoice' END"),
        amount=SQL("move.amount_untaxed_signed"),
        document=("account.move", SQL("move.id")),
        where=SQL(
            "move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_receipt',"
            " 'out_refund') AND %s",
            customer(scope),
        ),
    )


def payments(scope, fact=None):
    """What customers paid on their invoices, on the day of the reconciliation."""
    return event_source(
        SQL(
            """%s
               JOIN account_move_line due ON due.move_id = move.id
               JOIN account_partial_reconcile partial ON partial.debit_move_id = due.id
               JOIN account_move_line paid ON paid.id = partial.credit_move_id
               JOIN account_move payment ON payment.id = paid.move_id""",
            INVOICE,
        ),
        key=SQL("partial.id"),
        date=SQL("partial.max_date"),
        kind=SQL("'payment'"),
        amount=SQL("partial.amount"),
        fact=fact,
        document=("account.move", SQL("payment.id")),
        where=SQL(
            "move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_receipt')"
            " AND payment.move_type <> 'out_refund' AND %s",
            customer(scope),
        ),
    )


# The last day on which a payment settled an invoice. Receivable lines alone are matched.
PAID_ON = SQL(
    """LATERAL (
         SELECT MAX(partial.max_date) AS date
           FROM account_move_line due
           JOIN account_partial_reconcile partial ON partial.debit_move_id = due.id
          WHERE due.move_id = move.id AND move.payment_state IN ('paid', 'in_payment')
       ) paid"""
)


def settlements(scope):
    """Invoices that were paid, or became overdue: amount 1 in time, 0 late.

    One that is paid late counts from the day after its due date.
    """
    in_time = SQL("COALESCE(paid.date <= move.invoice_date_due, FALSE)")
    return event_source(
        SQL("%s CROSS JOIN %s", INVOICE, PAID_ON),
        key=SQL("move.id"),
        date=SQL("CASE WHEN %s THEN paid.date ELSE move.invoice_date_due + 1 END", in_time),
        kind=SQL("CASE WHEN %s THEN 'payment' ELSE 'overdue' END", in_time),
        amount=SQL("%s::int", in_time),
        fact="settled",
        document=("account.move", SQL("move.id")),
        where=SQL(
            """move.state = 'posted' AND move.move_type IN ('out_invoice', 'out_receipt')
               AND move.amount_total > 0 AND move.payment_state <> 'reversed'
               AND (move.payment_state NOT IN ('paid', 'in_payment') OR paid.date IS NOT NULL)
               AND %s""",
            customer(scope),
        ),
    )


def refunds(scope):
    """Posted credit notes, as returns."""
    return event_source(
        INVOICE,
        key=SQL("move.id"),
        date=SQL("move.invoice_date"),
        kind=SQL("'refund'"),
        amount=SQL("-move.amount_untaxed_signed"),
        fact="returned",
        document=("account.move", SQL("move.id")),
        where=SQL(
            "move.state = 'posted' AND move.move_type = 'out_refund' AND %s",
            customer(scope),
        ),
    )


RATED_ON = SQL("COALESCE(rating.rated_on, rating.write_date)")
# A rating belongs to the company of the rated document, else to that of the rated
# colleague, else to that of whoever asked for it.
RATING_COMPANY = SQL(
    """LEFT JOIN sale_order so ON rating.res_model = 'sale.order' AND so.id = rating.res_id
       LEFT JOIN account_move move
              ON rating.res_model = 'account.move' AND move.id = rating.res_id
       LEFT JOIN crm_lead lead ON rating.res_model = 'crm.lead' AND lead.id = rating.res_id
       LEFT JOIN crm_complaint complaint
              ON rating.res_model = 'crm.complaint' AND complaint.id = rating.res_id
       LEFT JOIN LATERAL (
                 SELECT MIN(operator.company_id) AS company_id
                   FROM res_users operator
                  WHERE operator.partner_id = rating.rated_partner_id) operator ON TRUE
       LEFT JOIN res_users author ON author.id = rating.create_uid
            JOIN company ON company.id = COALESCE(
                 so.company_id, move.company_id, lead.company_id, complaint.company_id,
                 operator.company_id, author.company_id)"""
)


def _ratings(scope):
    """Return the tables of customers' ratings, each until the next one or for a year."""
    given_on = day(RATED_ON)
    return SQL(
        """(
            SELECT rating.id, rating.rating AS value, company.id AS company_id,
                   partner.commercial_partner_id,
                   %(given_on)s AS start,
                   LEAST(
                       LEAD(%(given_on)s) OVER customer,
                       %(lapse)s
                   ) AS until
              FROM rating_rating rating
              JOIN res_partner partner ON partner.id = rating.partner_id
              %(company)s
             WHERE rating.consumed AND rating.rating > 0 AND %(customer)s
            WINDOW customer AS (
                   PARTITION BY partner.commercial_partner_id, company.id
                   ORDER BY COALESCE(rating.rated_on, rating.write_date), rating.id)
           ) rating
           -- The column of the window's partition, so that a filter gets below it.
     CROSS JOIN LATERAL (SELECT rating.commercial_partner_id) partner
           JOIN company ON company.id = rating.company_id""",
        given_on=given_on,
        lapse=lapse(given_on, RATING_MONTHS),
        company=RATING_COMPANY,
        customer=customer(scope),
    )


def ratings(scope):
    """Ratings given by customers, each until the next one or for a year."""
    return span_source(
        _ratings(scope),
        key=SQL("rating.id"),
        start=SQL("rating.start"),
        end=SQL("rating.until"),
        kinds=(SQL("'rating'"), SQL("'rating_ended'")),
        fact=SQL(
            "CASE WHEN rating.value >= %s THEN 'promoter'"
            " WHEN rating.value <= %s THEN 'objection' END",
            RATING_BEST,
            RATING_POOR,
        ),
        document=("rating.rating", SQL("rating.id")),
    )


def rating_scores(scope):
    """Ratings given by customers, with their value from 1 to 5 as amount."""
    return event_source(
        _ratings(scope),
        key=SQL("rating.id"),
        date=SQL("rating.start"),
        kind=SQL("'rating'"),
        amount=SQL("rating.value"),
        fact="rated",
        document=("rating.rating", SQL("rating.id")),
    )


def agreements(scope):
    """Agreements with agents, dealers and shareholders, first to last day."""
    return span_source(
        SQL(
            """crm_lifecycle_agreement agreement
               JOIN res_partner partner ON partner.id = agreement.partner_id
               JOIN company ON company.id = agreement.company_id"""
        ),
        key=SQL("agreement.id"),
        start=SQL("agreement.date_start"),
        end=SQL("agreement.date_end + 1"),
        kinds=(SQL("'agreement'"), SQL("'agreement_ended'")),
        fact=SQL("'agreement'"),
        document=("crm.lifecycle.agreement", SQL("agreement.id")),
        where=SQL("agreement.active AND %s", customer(scope)),
    )


def marks(scope):
    """What people said of a customer by hand."""
    return span_source(
        SQL(
            """crm_lifecycle_mark mark
               JOIN res_partner partner ON partner.id = mark.partner_id
               JOIN company ON company.id = mark.company_id"""
        ),
        key=SQL("mark.id"),
        start=SQL("mark.date_start"),
        end=SQL("mark.date_end + 1"),
        kinds=(SQL("'mark'"), SQL("'mark_ended'")),
        fact=SQL("CASE mark.kind WHEN 'suspect' THEN 'known' ELSE mark.kind END"),
        document=("crm.lifecycle.mark", SQL("mark.id")),
        where=SQL("mark.active AND %s", customer(scope)),
    )


def overrides(scope):
    """Stages that people set by hand, first to last day; the stage's place as amount.

    Where two meet, as those of merged contacts may, the later one takes over.
    """
    return span_source(
        SQL(
            """(
                SELECT override.id, override.company_id, override.date_effective AS start,
                       stage.sequence AS rank, partner.commercial_partner_id,
                       LEAST(override.date_end + 1,
                             LEAD(override.date_effective) OVER customer) AS until
                  FROM crm_lifecycle_override override
                  JOIN res_partner partner ON partner.id = override.partner_id
                  JOIN crm_lifecycle_stage stage ON stage.id = override.stage_id
                 WHERE override.active AND override.state = 'approved' AND %s
                WINDOW customer AS (
                       PARTITION BY partner.commercial_partner_id, override.company_id
                       ORDER BY override.date_effective, override.id)
               ) override
         CROSS JOIN LATERAL (SELECT override.commercial_partner_id) partner
               JOIN company ON company.id = override.company_id""",
            customer(scope),
        ),
        key=SQL("override.id"),
        start=SQL("override.start"),
        end=SQL("override.until"),
        kinds=(SQL("'override'"), SQL("'override_ended'")),
        fact=SQL("'override'"),
        amount=SQL("override.rank"),
        document=("crm.lifecycle.override", SQL("override.id")),
    )


def losses(scope):
    """Customers whom a person declared lost."""
    return event_source(
        SQL(
            """crm_lifecycle_loss loss
               JOIN res_partner partner ON partner.id = loss.partner_id
               JOIN company ON company.id = loss.company_id"""
        ),
        key=SQL("loss.id"),
        date=SQL("loss.date"),
        kind=SQL("'loss'"),
        fact="loss",
        document=("crm.lifecycle.loss", SQL("loss.id")),
        where=SQL("loss.active AND %s", customer(scope)),
    )
