"""Orders and invoices read as purchase days, net of what was taken back.

A purchase is one customer-day with a net amount above zero, from confirmed
orders and from posted invoices that come from no order; where the policy asks for
invoiced or paid purchases, from invoices alone, an order's together. A refund, a cancellation
or a new invoice after a refund changes the net amount of the day that it goes
back to, from its own date on; so the stream tells on each date which purchases
held on that date.

Amounts taken back are valued at the rate of the purchase, so that an exchange
rate that moved in between leaves no remainder.
"""

from odoo.tools import SQL

from .documents import INVOICE, ORDER, ORDER_AMOUNT, ORDER_RATE, PAID_ON, order_messages
from .referrals import ACCEPTED
from .sources import Scope, customer, day


def bills_order(move_id):
    """Return the condition that an invoice bills an order.

    Invoice lines name the order lines that they bill; an invoice with such a line
    is the order's settlement and no purchase of its own.
    """
    return SQL(
        """EXISTS (SELECT FROM account_move_line line
                     JOIN sale_order_line_invoice_rel bill ON bill.invoice_line_id = line.id
                    WHERE line.move_id = %s)""",
        move_id,
    )


def order_purchases(scope, confirmed_subtype, state_field):
    """Purchases by order: the order, its refunds, new invoices, its cancellation.

    An order's net amount is what was ordered less what was refunded, where an
    invoice beyond the ordered amount makes up for a refund ("refund and invoice
    again"). Orders that were confirmed and cancelled later are found by the
    traces in their chatter; one that was confirmed again counts from then on.
    """
    confirmed = SQL(
        """(SELECT so.id, so.state, so.currency_id, company.id AS company_id, company.digits,
                   partner.commercial_partner_id AS partner_id,
                   %(rate)s AS rate, %(amount)s AS amount,
                   CASE WHEN so.state IN ('sale', 'cancel') THEN %(order_day)s
                        ELSE %(trace_day)s END AS date,
                   CASE WHEN so.state <> 'sale' THEN %(cancel_day)s END AS cancel_date
              FROM %(tables)s
        CROSS JOIN %(trace)s
             WHERE (so.state = 'sale' OR trace.entered_on IS NOT NULL)
               AND company.basis = 'confirmed' AND %(customer)s
           ) confirmed""",
        rate=ORDER_RATE,
        amount=ORDER_AMOUNT,
        order_day=day(SQL("so.date_order")),
        trace_day=day(SQL("trace.entered_on")),
        cancel_day=day(SQL("COALESCE(trace.left_on, so.write_date)")),
        tables=ORDER,
        trace=order_messages(confirmed_subtype, state_field, SQL("so.state <> 'sale'")),
        customer=customer(scope),
    )
    # What was invoiced and refunded per order. A refund whose lines name no order
    # line is shared among the orders of the invoice that it reverses.
    settlement = SQL(
        """SELECT settled.*
             FROM (SELECT MIN(line.id) AS key, line.move_id,
                          SUM(line.price_subtotal) AS subtotal, SUM(line.balance) AS balance
                     FROM sale_order_line order_line
                     JOIN sale_order_line_invoice_rel bill ON bill.order_line_id = order_line.id
                     JOIN account_move_line line ON line.id = bill.invoice_line_id
                    WHERE order_line.order_id = confirmed.id
                 GROUP BY line.move_id) billed
             JOIN account_move move ON move.id = billed.move_id
       CROSS JOIN LATERAL (
                  SELECT billed.key, 2 AS part, move.id AS move_id, move.invoice_date AS date,
                         move.move_type, %(billed_amount)s AS amount
                   WHERE move.state = 'posted'
                     AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
               UNION ALL
                  SELECT refund.id, 3, refund.id, refund.invoice_date, refund.move_type,
                         CASE WHEN refund.currency_id = confirmed.currency_id
                              THEN refund.amount_untaxed / confirmed.rate
                              ELSE ABS(refund.amount_untaxed_signed) END
                         * billed.subtotal / NULLIF(move.amount_untaxed, 0)
                    FROM account_move refund
                   WHERE refund.reversed_entry_id = move.id
                     AND refund.state = 'posted' AND refund.move_type = 'out_refund'
                     AND NOT %(refundbills_order)s) settled""",
        billed_amount=SQL(
            """CASE WHEN move.currency_id = confirmed.currency_id
                    THEN billed.subtotal / confirmed.rate
                    ELSE ABS(billed.balance) END"""
        ),
        refundbills_order=bills_order(SQL("refund.id")),
    )
    # An invoice that settles the order changes nothing and is no event of a purchase.
    return SQL(
        """SELECT step.key::bigint AS key, step.part, step.company_id, step.partner_id,
                  step.partner_id AS subject_id, step.date, step.kind::varchar AS kind,
                  step.net - step.net_before AS amount,
                  'purchase'::varchar AS fact, NULL::int AS delta,
                  step.purchase_date, step.res_model::varchar AS res_model, step.res_id
             FROM (
           SELECT state.*, balance.net, LAG(balance.net, 1, 0::numeric) OVER (
                      PARTITION BY state.partner_id, state.order_id
                      ORDER BY state.date, state.seq, state.part, state.key) AS net_before
             FROM (
                  SELECT document.key, document.part, document.kind, document.seq,
                         document.res_model, document.res_id, confirmed.id AS order_id,
                         confirmed.company_id, confirmed.partner_id,
                         confirmed.date AS purchase_date,
                         confirmed.amount, confirmed.digits,
                         GREATEST(document.date, confirmed.date) AS date,
                         BOOL_OR(document.seq = 2) OVER so_far AS cancelled,
                         SUM(document.invoiced) OVER so_far AS invoiced,
                         SUM(document.refunded) OVER so_far AS refunded,
                         -- Invoiced and refunded before the order was confirmed again.
                         COALESCE(LEAST(
                             SUM(document.invoiced) FILTER (WHERE document.date < confirmed.date)
                                 OVER so_far,
                             SUM(document.refunded) FILTER (WHERE document.date < confirmed.date)
                                 OVER so_far), 0) AS settled
                    FROM %(confirmed)s
              CROSS JOIN LATERAL (
                         SELECT confirmed.id AS key, 0 AS part, 0 AS seq, confirmed.date,
                                'order' AS kind, 'sale.order' AS res_model,
                                confirmed.id AS res_id,
                                0::numeric AS invoiced, 0::numeric AS refunded
                      UNION ALL
                         SELECT bill.key, bill.part, 1, bill.date,
                                CASE bill.move_type WHEN 'out_refund' THEN 'refund'
                                     ELSE 'invoice' END,
                                'account.move', bill.move_id,
                                CASE bill.move_type WHEN 'out_refund' THEN 0
                                     ELSE bill.amount END,
                                CASE bill.move_type WHEN 'out_refund' THEN bill.amount
                                     ELSE 0 END
                           FROM (%(settlement)s) bill
                      UNION ALL
                         SELECT confirmed.id, 1, 2, confirmed.cancel_date, 'order_cancelled',
                                'sale.order', confirmed.id, 0, 0
                          WHERE confirmed.cancel_date IS NOT NULL
                         ) document
                  WINDOW so_far AS (
                         PARTITION BY confirmed.partner_id, confirmed.id
                         ORDER BY GREATEST(document.date, confirmed.date), document.seq,
                                  document.part, document.key)
                  ) state
       CROSS JOIN LATERAL (
                  SELECT CASE WHEN state.cancelled THEN 0
                              WHEN state.amount <= 0 THEN state.amount
                              ELSE ROUND(GREATEST(0, state.amount - GREATEST(0,
                                   state.refunded - state.settled
                                   - GREATEST(0, state.invoiced - state.settled - state.amount)
                                   )), state.digits) END AS net) balance
                  ) step
            WHERE step.seq = 0 OR step.net <> step.net_before""",
        confirmed=confirmed,
        settlement=settlement,
    )


def invoice_purchases(scope):
    """Purchases by invoice without an order, and what was refunded of them.

    A refund that reverses no invoice stands on its own day. An invoice that was
    posted once and is back in draft, or cancelled, amounts to nothing, but its
    customer stays known.
    """
    return SQL(
        """SELECT move.id::bigint AS key, 0 AS part, company.id AS company_id,
                  partner.commercial_partner_id AS partner_id,
                  partner.commercial_partner_id AS subject_id,
                  COALESCE(GREATEST(move.invoice_date, origin.invoice_date), move.date) AS date,
                  CASE move.move_type WHEN 'out_refund' THEN 'refund'
                       ELSE 'invoice' END::varchar AS kind,
                  CASE WHEN move.state <> 'posted' THEN 0
                       WHEN origin.currency_id = move.currency_id AND origin.amount_untaxed <> 0
                       THEN -move.amount_untaxed * origin.amount_untaxed_signed
                            / origin.amount_untaxed
                       ELSE move.amount_untaxed_signed END AS amount,
                  'purchase'::varchar AS fact, NULL::int AS delta,
                  COALESCE(origin.invoice_date, move.invoice_date, move.date) AS purchase_date,
                  'account.move'::varchar AS res_model, move.id AS res_id
             FROM %(tables)s
        LEFT JOIN account_move origin
               ON origin.id = move.reversed_entry_id AND move.move_type = 'out_refund'
              AND origin.state = 'posted'
            WHERE (move.state = 'posted' OR move.posted_before)
              AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
              AND company.basis = 'confirmed'
              AND NOT %(bills_order)s
              AND (origin.id IS NULL OR NOT %(originbills_order)s)
              AND %(customer)s""",
        tables=INVOICE,
        bills_order=bills_order(SQL("move.id")),
        originbills_order=bills_order(SQL("origin.id")),
        customer=customer(scope),
    )


def billed_purchases(scope, basis):
    """Purchases by invoices alone, from the day each was posted, or paid in full.

    The invoices of an order are one purchase, on the day of the first of them, so that
    a down payment and the rest make no second one. A refund is taken off the purchase
    of the invoice that it reverses, or of the order; one that belongs to an invoice
    that does not count is left out.

    :param str basis: ``invoiced`` or ``paid``
    """
    if basis == "paid":
        counted_on = SQL(
            "CASE WHEN move.move_type = 'out_refund' THEN move.invoice_date ELSE paid.date END"
        )
        counts = SQL(
            "move.state = 'posted' AND (move.move_type = 'out_refund' OR paid.date IS NOT NULL)"
        )
    else:
        counted_on = SQL("COALESCE(move.invoice_date, move.date)")
        counts = SQL("(move.state = 'posted' OR move.posted_before)")
    return SQL(
        """SELECT billed.id::bigint AS key, 0 AS part, billed.company_id, billed.partner_id,
                  billed.partner_id AS subject_id,
                  GREATEST(billed.counted_on, billed.purchase_date) AS date,
                  CASE billed.move_type WHEN 'out_refund' THEN 'refund'
                       ELSE 'invoice' END::varchar AS kind,
                  billed.amount, 'purchase'::varchar AS fact, NULL::int AS delta,
                  COALESCE(billed.purchase_date, billed.counted_on) AS purchase_date,
                  'account.move'::varchar AS res_model, billed.id AS res_id
             FROM (
           SELECT move.id, company.id AS company_id,
                  partner.commercial_partner_id AS partner_id, move.move_type,
                  %(counted_on)s AS counted_on, purchase.of_invoice,
                  MIN(CASE WHEN move.move_type <> 'out_refund' AND move.state = 'posted'
                           THEN %(counted_on)s END) OVER (
                      PARTITION BY company.id, partner.commercial_partner_id, purchase.key
                      ) AS purchase_date,
                  CASE WHEN move.state <> 'posted' THEN 0
                       WHEN origin.currency_id = move.currency_id AND origin.amount_untaxed <> 0
                       THEN -move.amount_untaxed * origin.amount_untaxed_signed
                            / origin.amount_untaxed
                       ELSE move.amount_untaxed_signed END AS amount
             FROM %(tables)s
       CROSS JOIN %(paid)s
        LEFT JOIN account_move origin
               ON origin.id = move.reversed_entry_id AND move.move_type = 'out_refund'
              AND origin.state = 'posted'
       CROSS JOIN LATERAL (
                  SELECT MIN(order_line.order_id) AS order_id
                    FROM account_move_line line
                    JOIN sale_order_line_invoice_rel bill ON bill.invoice_line_id = line.id
                    JOIN sale_order_line order_line ON order_line.id = bill.order_line_id
                   WHERE line.move_id = COALESCE(origin.id, move.id)) billing
       CROSS JOIN LATERAL (
                  SELECT COALESCE(-billing.order_id, origin.id, move.id) AS key,
                         COALESCE(billing.order_id, origin.id) IS NOT NULL AS of_invoice
                  ) purchase
            WHERE move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
              AND company.basis = %(basis)s AND %(counts)s AND %(customer)s
                  ) billed
            WHERE billed.move_type <> 'out_refund' OR billed.purchase_date IS NOT NULL
               OR NOT billed.of_invoice""",
        counted_on=counted_on,
        counts=counts,
        basis=basis,
        tables=INVOICE,
        paid=PAID_ON,
        customer=customer(scope),
    )


def billed_customers(scope):
    """Whoever was ever invoiced is known, from the first invoice on.

    Most are by their orders or by that invoice itself. Not so where purchases count only
    once they are paid, or an order was invoiced to somebody else than who ordered.
    """
    return SQL(
        """SELECT first.id::bigint AS key, 0 AS part, first.company_id, first.partner_id,
                  first.partner_id AS subject_id, first.date,
                  CASE first.move_type WHEN 'out_refund' THEN 'refund'
                       ELSE 'invoice' END::varchar AS kind,
                  0::numeric AS amount, 'known'::varchar AS fact, 1 AS delta,
                  NULL::date AS purchase_date, 'account.move'::varchar AS res_model,
                  first.id AS res_id
             FROM (SELECT DISTINCT ON (company.id, partner.commercial_partner_id)
                          move.id, move.move_type, company.id AS company_id, company.basis,
                          partner.commercial_partner_id AS partner_id,
                          COALESCE(move.invoice_date, move.date) AS date
                     FROM %(tables)s
                    WHERE (move.state = 'posted' OR move.posted_before)
                      AND move.move_type IN ('out_invoice', 'out_receipt', 'out_refund')
                      AND company.basis <> 'invoiced' AND %(customer)s
                 ORDER BY company.id, partner.commercial_partner_id,
                          COALESCE(move.invoice_date, move.date), move.id) first
            WHERE first.basis = 'paid'
               OR (%(bills_order)s AND NOT EXISTS (
                   SELECT FROM account_move_line line
                          JOIN sale_order_line_invoice_rel bill ON bill.invoice_line_id = line.id
                          JOIN sale_order_line order_line ON order_line.id = bill.order_line_id
                          JOIN sale_order confirmed ON confirmed.id = order_line.order_id
                          JOIN res_partner buyer ON buyer.id = confirmed.partner_id
                    WHERE line.move_id = first.id
                      AND buyer.commercial_partner_id = first.partner_id))""",
        tables=INVOICE,
        bills_order=bills_order(SQL("first.id")),
        customer=customer(scope),
    )


def referral_pairs(scope):
    """Return the query of who was referred by whom, as commercial partners, by company.

    It is what accepted claims say, each from the day on which it was told.

    :param Scope scope: the referrers wanted
    """
    return SQL(
        """SELECT claim.company_id, referred.commercial_partner_id AS referred_id,
                  claim.referrer_customer_id AS referrer_id, MIN(claim.date) AS date
             FROM crm_lifecycle_referral claim
             JOIN res_partner referred ON referred.id = claim.partner_id
            WHERE claim.state IN %(accepted)s
              AND claim.referrer_customer_id <> referred.commercial_partner_id AND %(scope)s
         GROUP BY claim.company_id, referred.commercial_partner_id, claim.referrer_customer_id""",
        accepted=ACCEPTED,
        scope=scope.of(SQL("claim.referrer_customer_id")),
    )


def referral_cte(scope):
    """Return the CTE ``referral``, who was referred by whom and where, for what follows here."""
    return SQL("referral AS MATERIALIZED (%s)", referral_pairs(scope))


def referred_scope(scope):
    """Return the scope of the customers that the customers in ``scope`` referred.

    To be used where ``referral_cte`` is. For customers named one by one it is an array,
    which the planner takes for a few, so that it finds their documents by indexes.
    """
    referred = SQL("SELECT referral.referred_id FROM referral")
    if scope.is_listed:
        return Scope(array=SQL("ARRAY(%s)", referred))
    return Scope(referred)


def referrals(purchases):
    """Purchases of referred customers, as events of those who referred them.

    What was bought before the claim counts from the day of the claim on.

    :param SQL purchases: purchases of the customers in ``referred_scope``
    """
    return SQL(
        """SELECT purchase.key, purchase.part, purchase.company_id,
                  referral.referrer_id AS partner_id, purchase.partner_id AS subject_id,
                  CASE WHEN purchase.date < referral.date THEN referral.date
                       ELSE purchase.date END AS date,
                  purchase.kind, purchase.amount,
                  'referral'::varchar AS fact, NULL::int AS delta,
                  purchase.purchase_date, purchase.res_model, purchase.res_id
             FROM (%s) purchase
             JOIN referral ON referral.referred_id = purchase.partner_id
                          AND referral.company_id = purchase.company_id""",
        purchases,
    )
