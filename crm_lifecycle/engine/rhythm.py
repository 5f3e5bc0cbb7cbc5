"""Is the customer alive? The status, judged against the customer's own rhythm.

Between two purchases somebody goes from active over due and at risk to lapsed, on days
that follow from the usual gap between purchases and its spread. Somebody whom a person
declared lost stays so until the next purchase wins them back.
"""

from odoo.tools import SQL

STATUSES = ("new", "active", "due", "at_risk", "lapsed", "lost", "won_back")


def status_ctes():
    """Return the CTEs from ``purchase_state`` and ``event`` to ``status_run``.

    ``status_run`` has a row per customer, company and uninterrupted status: ``start``,
    ``until`` (None if open), days yet to come included.
    """
    return [_PACE, _LEVEL, _LOSS_LIST, _LOSS_DAY, _LOSS_STATUS, _STATUS_RUN]


_PACE = SQL(
    """pace AS (
        SELECT state.company_id, state.partner_id, state.date, state.purchase_count,
               LEAD(state.date) OVER (
                   PARTITION BY state.company_id, state.partner_id ORDER BY state.date) AS until,
               state.last_purchase_date AS active_date,
               JSONB_BUILD_OBJECT('usual_gap', rhythm.gap, 'gap_spread', rhythm.spread,
                                  'is_own', state.gaps >= rule.minimum_gaps,
                                  'last_purchase_date', state.last_purchase_date) AS rhythm,
               state.last_purchase_date + rhythm.gap AS due_date,
               state.last_purchase_date
                   + CEIL(rhythm.gap + rule.at_risk_spreads * rhythm.spread)::int AS risk_date,
               state.last_purchase_date
                   + CEIL(rhythm.gap + rule.lapsed_spreads * rhythm.spread)::int AS lapse_date
          FROM purchase_state state
          JOIN company ON company.id = state.company_id
          JOIN rule ON rule.ruleset = company.ruleset
    CROSS JOIN LATERAL (
               SELECT usual.gap, GREATEST(usual.spread, usual.gap * rule.minimum_spread) AS spread
                 FROM (SELECT CASE WHEN state.gaps >= rule.minimum_gaps
                                   THEN state.usual_gap ELSE rule.company_interval END AS gap,
                              CASE WHEN state.gaps >= rule.minimum_gaps
                                   THEN state.gap_spread ELSE rule.company_spread END AS spread
                      ) usual) rhythm
    )"""
)

# Days of each status without what people declared. A threshold that has passed when the
# purchases change counts from the day of the change.
_LEVEL = SQL(
    """level AS (
        SELECT pace.company_id, pace.partner_id, pace.purchase_count,
               CASE WHEN pace.purchase_count > 0 THEN pace.rhythm END AS rhythm,
               span.status, span.start, span.until
          FROM pace
    CROSS JOIN LATERAL (
               SELECT bound.status, GREATEST(bound.start, pace.date) AS start,
                      LEAST(CASE WHEN bound.until > pace.date THEN bound.until
                                 WHEN bound.until IS NOT NULL THEN pace.date END,
                            pace.until) AS until
                 FROM (VALUES ('active', pace.active_date, pace.due_date),
                              ('due', pace.due_date, pace.risk_date),
                              ('at_risk', pace.risk_date, pace.lapse_date),
                              ('lapsed', pace.lapse_date, NULL)
                      ) bound(status, start, until)
                WHERE pace.purchase_count > 0
            UNION ALL
               SELECT 'new', pace.date, pace.until
                WHERE pace.purchase_count = 0
               ) span
         WHERE span.until IS NULL OR span.start < span.until
     UNION ALL
        -- Nobody has a rhythm before the first purchase.
        SELECT relation.company_id, relation.partner_id, 0, NULL, 'new', relation.first_date,
               MIN(pace.date)
          FROM relation
     LEFT JOIN pace USING (company_id, partner_id)
      GROUP BY relation.company_id, relation.partner_id, relation.first_date
        HAVING COALESCE(relation.first_date < MIN(pace.date), TRUE)
    )"""
)

_LOSS_LIST = SQL(
    """loss_list AS (
        SELECT company_id, partner_id, ARRAY_AGG(date ORDER BY date) AS days
          FROM event
         WHERE fact = 'loss' AND delta > 0
      GROUP BY company_id, partner_id
    )"""
)

_LOSS_DAY = SQL(
    """-- Days on which the status of somebody declared lost may change.
    loss_day AS (
        SELECT loss.company_id, loss.partner_id, level.start AS date
          FROM loss_list loss
          JOIN level USING (company_id, partner_id)
         UNION
        SELECT loss.company_id, loss.partner_id, day
          FROM loss_list loss
    CROSS JOIN UNNEST(loss.days) day
         UNION
        SELECT loss.company_id, loss.partner_id, held.purchase_date + rule.won_back_days
          FROM loss_list loss
          JOIN held USING (company_id, partner_id)
          JOIN company ON company.id = loss.company_id
          JOIN rule ON rule.ruleset = company.ruleset
         WHERE held.purchase_date > loss.days[1]
    )"""
)

_LOSS_STATUS = SQL(
    """loss_status AS (
        SELECT day.company_id, day.partner_id, day.date AS start, level.purchase_count,
               level.rhythm,
               CASE WHEN latest.day IS NULL THEN level.status
                    WHEN since.purchases = 0 THEN 'lost'
                    WHEN since.purchases < rule.won_back_purchases
                     AND day.date < since.first_date + rule.won_back_days
                     AND level.status IN ('active', 'due') THEN 'won_back'
                    ELSE level.status END AS status
          FROM loss_day day
          JOIN loss_list loss USING (company_id, partner_id)
          JOIN level ON level.company_id = day.company_id AND level.partner_id = day.partner_id
           AND level.start <= day.date AND (level.until IS NULL OR day.date < level.until)
          JOIN company ON company.id = day.company_id
          JOIN rule ON rule.ruleset = company.ruleset
     LEFT JOIN purchase_list list
            ON list.company_id = day.company_id AND list.partner_id = day.partner_id
    CROSS JOIN LATERAL (
               SELECT MAX(lost.day) AS day
                 FROM UNNEST(loss.days) lost(day)
                WHERE lost.day <= day.date) latest
    CROSS JOIN LATERAL (
               SELECT COUNT(*) AS purchases, MIN(held.day) AS first_date
                 FROM UNNEST(list.days, list.starts, list.untils) held(day, start, until)
                WHERE held.day > latest.day AND held.start <= day.date
                  AND held.until > day.date) since
    )"""
)

_STATUS_RUN = SQL(
    """status_run AS (
        SELECT company_id, partner_id, status, start, purchase_count, rhythm,
               LEAD(start) OVER (PARTITION BY company_id, partner_id ORDER BY start) AS until
          FROM (SELECT day.*, LAG(status) OVER (
                           PARTITION BY company_id, partner_id ORDER BY start) AS status_before
                  FROM (SELECT company_id, partner_id, status, start, purchase_count, rhythm
                          FROM level
                         WHERE NOT EXISTS (
                               SELECT FROM loss_list loss
                                WHERE loss.company_id = level.company_id
                                  AND loss.partner_id = level.partner_id)
                     UNION ALL
                        SELECT company_id, partner_id, status, start, purchase_count, rhythm
                          FROM loss_status) day
               ) step
         WHERE status IS DISTINCT FROM status_before
    )"""
)
