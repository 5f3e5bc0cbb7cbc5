"""Facts summed up day by day, the stage on each day, and today's figures.

One SQL text serves a single customer, a batch and everybody; today, a past day
and (by other rules) a draft. It returns one row per customer and company.
"""

from odoo.tools import SQL

from . import rules
from .sources import COLUMNS, company_cte


def _sum_by_fact():
    """Return one running sum per fact: what holds at the end of the day."""
    return SQL(", ").join(
        SQL("SUM(daily.%(fact)s) OVER customer AS %(fact)s", fact=SQL.identifier(fact))
        for fact in rules.FACTS
    )


def _delta_by_fact():
    return SQL(", ").join(
        SQL(
            "COALESCE(SUM(change.delta) FILTER (WHERE change.fact = %s), 0) AS %s",
            fact,
            SQL.identifier(fact),
        )
        for fact in rules.FACTS
    )


def timeline_query(sources, now, as_of=None):
    """Return the statement that derives histories and figures from documents.

    Columns: ``partner_id, company_id, today``; ``timeline``, a JSON list of the days on
    which the stage changed, oldest first, each ``{date, stage, purchases,
    evidence: [{fact, kind, ends, model, id}]}``; ``purchase_count, first_purchase_date,
    last_purchase_date, purchase_amount, purchase_amount_12m, purchase_average,
    opportunity_count, opportunity_revenue``, as of the end of the day.

    :param list sources: SELECTs with the columns of ``sources.COLUMNS``
    :param datetime now: the moment that counts as now, in UTC
    :param date as_of: the day to derive for instead of today
    """
    columns = SQL(", ").join(SQL.identifier("source", column) for column in COLUMNS)
    events = SQL(" UNION ALL ").join(
        SQL("SELECT %s FROM (%s) source", columns, source) for source in sources
    )
    return SQL(
        """
        WITH %(company)s,
        event AS MATERIALIZED (
            SELECT event.*, company.today, company.digits
              FROM (%(events)s) event
              JOIN company ON company.id = event.company_id
             WHERE event.date <= company.today AND event.fact IS NOT NULL
        ),
        -- Net amount of each purchase day, on each date on which it changed. Shares of a
        -- purchase are added up before they are rounded.
        purchase_net AS (
            SELECT company_id, partner_id, subject_id, fact, purchase_date, date,
                   ROUND(SUM(SUM(amount)) OVER so_far, digits) AS net
              FROM event
             WHERE purchase_date IS NOT NULL
          GROUP BY company_id, partner_id, subject_id, fact, purchase_date, date, digits
            WINDOW so_far AS (
                   PARTITION BY company_id, partner_id, subject_id, fact, purchase_date
                   ORDER BY date)
        ),
        -- Dates on which a purchase day became, or ceased to be, a purchase.
        purchase_change AS (
            SELECT *
              FROM (SELECT company_id, partner_id, subject_id, fact, purchase_date, date,
                           (net > 0)::int - COALESCE(LAG((net > 0)::int) OVER (
                               PARTITION BY company_id, partner_id, subject_id, fact,
                                            purchase_date
                               ORDER BY date), 0) AS delta
                      FROM purchase_net) step
             WHERE delta <> 0
        ),
        -- Dates on which a referred customer became, or ceased to be, a buyer.
        referral_change AS (
            SELECT *
              FROM (SELECT company_id, partner_id, subject_id, date,
                           (held > 0)::int - COALESCE(LAG((held > 0)::int) OVER (
                               PARTITION BY company_id, partner_id, subject_id
                               ORDER BY date), 0) AS delta
                      FROM (SELECT company_id, partner_id, subject_id, date,
                                   SUM(SUM(delta)) OVER (
                                       PARTITION BY company_id, partner_id, subject_id
                                       ORDER BY date) AS held
                              FROM purchase_change
                             WHERE fact = 'referral'
                          GROUP BY company_id, partner_id, subject_id, date) bought
                   ) step
             WHERE delta <> 0
        ),
        change AS (
            SELECT company_id, partner_id, date, fact, delta, NULL::date AS purchase_date
              FROM event
             WHERE purchase_date IS NULL
         UNION ALL
            SELECT company_id, partner_id, date, fact, delta, purchase_date
              FROM purchase_change
             WHERE fact = 'purchase'
         UNION ALL
            SELECT company_id, partner_id, date, 'referral', delta, NULL
              FROM referral_change
         UNION ALL
            -- A purchase that came to nothing on its own day leaves somebody known.
            SELECT company_id, partner_id, MIN(date), 'known', 1, NULL
              FROM purchase_net
             WHERE fact = 'purchase'
          GROUP BY company_id, partner_id
        ),
        daily AS (
            SELECT company_id, partner_id, date, %(delta_by_fact)s,
                   BOOL_OR(change.fact = ANY(%(relationship_facts)s)) AS related,
                   MIN(purchase_date) FILTER (WHERE delta > 0) AS first_added,
                   MAX(purchase_date) FILTER (WHERE delta > 0) AS last_added,
                   COUNT(*) FILTER (WHERE fact = 'purchase' AND delta < 0) AS removed
              FROM change
          GROUP BY company_id, partner_id, date
        ),
        running AS (
            SELECT company_id, partner_id, date, %(sum_by_fact)s,
                   BOOL_OR(daily.related) OVER customer AS related,
                   MAX(daily.last_added) OVER customer
                       - MIN(daily.first_added) OVER customer AS span_ever,
                   SUM(daily.removed) OVER customer AS removed_ever
              FROM daily
            WINDOW customer AS (PARTITION BY company_id, partner_id ORDER BY date)
        ),
        -- Days between the first and the last purchase. Only where a purchase was
        -- taken back can it be less than what the running extremes say.
        situation AS (
            SELECT running.*,
                   CASE WHEN running.removed_ever = 0
                          OR running.purchase < %(long_term_purchases)s
                          OR running.span_ever < %(long_term_days)s
                        THEN COALESCE(running.span_ever, 0)
                        ELSE (SELECT MAX(held.purchase_date) - MIN(held.purchase_date)
                                FROM (SELECT purchase.purchase_date
                                        FROM purchase_change purchase
                                       WHERE purchase.company_id = running.company_id
                                         AND purchase.partner_id = running.partner_id
                                         AND purchase.fact = 'purchase'
                                         AND purchase.date <= running.date
                                    GROUP BY purchase.purchase_date
                                      HAVING SUM(purchase.delta) > 0) held)
                        END AS purchase_span
              FROM running
             WHERE running.related
        ),
        staged AS (
            SELECT company_id, partner_id, date, purchase, %(stage)s AS stage FROM situation
        ),
        move AS (
            SELECT *
              FROM (SELECT staged.*, LAG(stage) OVER (
                               PARTITION BY company_id, partner_id ORDER BY date) AS stage_before
                      FROM staged) step
             WHERE stage IS DISTINCT FROM stage_before
        ),
        evidence AS (
            SELECT event.company_id, event.partner_id, event.date,
                   JSONB_AGG(DISTINCT JSONB_BUILD_OBJECT(
                       'fact', event.fact, 'kind', event.kind,
                       'ends', COALESCE(event.delta, event.amount) < 0,
                       'model', event.res_model, 'id', event.res_id)) AS documents
              FROM event
              JOIN move USING (company_id, partner_id, date)
          GROUP BY event.company_id, event.partner_id, event.date
        ),
        timeline AS (
            SELECT move.company_id, move.partner_id,
                   JSONB_AGG(JSONB_BUILD_OBJECT(
                       'date', move.date, 'stage', move.stage, 'purchases', move.purchase,
                       'evidence', evidence.documents) ORDER BY move.date) AS timeline
              FROM move
         LEFT JOIN evidence USING (company_id, partner_id, date)
          GROUP BY move.company_id, move.partner_id
        ),
        purchase_day AS (
            SELECT company_id, partner_id, purchase_date, today,
                   ROUND(SUM(amount), digits) AS net
              FROM event
             WHERE fact = 'purchase'
          GROUP BY company_id, partner_id, purchase_date, today, digits
        ),
        purchases AS (
            SELECT company_id, partner_id,
                   COUNT(*) FILTER (WHERE net > 0) AS purchase_count,
                   MIN(purchase_date) FILTER (WHERE net > 0) AS first_purchase_date,
                   MAX(purchase_date) FILTER (WHERE net > 0) AS last_purchase_date,
                   SUM(net) AS purchase_amount,
                   SUM(net) FILTER (WHERE purchase_date > today - interval '1 year')
                       AS purchase_amount_12m
              FROM purchase_day
          GROUP BY company_id, partner_id
        ),
        pipeline AS (
            SELECT company_id, partner_id, SUM(delta) AS opportunity_count,
                   SUM(amount * delta) AS opportunity_revenue
              FROM event
             WHERE fact = 'opportunity'
          GROUP BY company_id, partner_id
        )
        SELECT timeline.partner_id, timeline.company_id, company.today, timeline.timeline,
               COALESCE(purchase_count, 0) AS purchase_count,
               first_purchase_date, last_purchase_date,
               COALESCE(purchase_amount, 0) AS purchase_amount,
               COALESCE(purchase_amount_12m, 0) AS purchase_amount_12m,
               COALESCE(ROUND(purchase_amount / NULLIF(purchase_count, 0), company.digits), 0)
                   AS purchase_average,
               COALESCE(opportunity_count, 0) AS opportunity_count,
               COALESCE(opportunity_revenue, 0) AS opportunity_revenue
          FROM timeline
          JOIN company ON company.id = timeline.company_id
     LEFT JOIN purchases USING (company_id, partner_id)
     LEFT JOIN pipeline USING (company_id, partner_id)
      ORDER BY timeline.partner_id, timeline.company_id
        """,
        company=company_cte(now, as_of),
        events=events,
        delta_by_fact=_delta_by_fact(),
        sum_by_fact=_sum_by_fact(),
        relationship_facts=list(rules.RELATIONSHIP_FACTS),
        long_term_purchases=rules.LONG_TERM_PURCHASES,
        long_term_days=rules.LONG_TERM_DAYS,
        stage=rules.stage_case(),
    )
