"""Every figure of every customer, on every day on which one changes.

From the events to the CTE ``figure``: one row per customer, company and day, with a
column per figure that the rules ask for.
"""

from odoo.tools import SQL

from .metrics import Standing, sum_name
from .sources import lapse
from .staging import STAGE_TABLE

# Facts that make somebody a customer at all: a rating alone does not.
RELATIONSHIP_FACTS = ("known", "opportunity", "quotation", "purchase", "agreement")

# Who or what of a kind counts as long as it holds at least once.
PRODUCT_LINE = "product_line"
REFERRAL = "referral"

# Amounts and shares are summed exactly, counts as integers.
_EXACT_UNITS = ("amount", "percent", "rate", "score")


def figure_ctes(program):
    """Return the CTEs from the staged events to ``figure``, as a list of ``SQL``.

    :param Program program: the rules of all companies
    """
    return [
        _EVENT,
        *_purchase_ctes(program),
        *_change_ctes(program),
        _daily(program),
        _running(program),
        *_purchase_state_ctes(),
        _figure(program),
    ]


_EVENT = SQL(
    """dated_event AS (
        SELECT event.*, company.today, company.digits
          FROM %s event
          JOIN company ON company.id = event.company_id
    ),
    -- What is yet to come, such as a quotation's last day, is no event yet.
    event AS (SELECT * FROM dated_event WHERE date <= today)""",
    STAGE_TABLE,
)


def _purchase_ctes(program):
    yield SQL(
        """-- Net amount of each purchase day, on each date on which it changed. Shares of a
        -- purchase are added up before they are rounded.
        purchase_net AS MATERIALIZED (
            SELECT company_id, partner_id, subject_id, fact, purchase_date, date,
                   ROUND(SUM(SUM(amount)) OVER so_far, digits) AS net
              FROM event
             WHERE purchase_date IS NOT NULL
          GROUP BY company_id, partner_id, subject_id, fact, purchase_date, date, digits
            WINDOW so_far AS (
                   PARTITION BY company_id, partner_id, subject_id, fact, purchase_date
                   ORDER BY date)
        )"""
    )
    yield SQL(
        """-- From when until when a purchase day is one: its net amount is above zero.
        held_any AS MATERIALIZED (
            SELECT company_id, partner_id, subject_id, fact, purchase_date, start, until
              FROM (SELECT turn.*, date AS start, LEAD(date) OVER purchase AS until
                      FROM (SELECT purchase_net.*, net > 0 AS holds,
                                   COALESCE(LAG(net > 0) OVER (
                                       PARTITION BY company_id, partner_id, subject_id, fact,
                                                    purchase_date
                                       ORDER BY date), FALSE) AS held_before
                              FROM purchase_net) turn
                     WHERE holds <> held_before
                    WINDOW purchase AS (
                           PARTITION BY company_id, partner_id, subject_id, fact, purchase_date
                           ORDER BY date)
                   ) span
             WHERE holds
        )"""
    )
    yield SQL("held AS (SELECT * FROM held_any WHERE fact = 'purchase')")
    yield SQL(
        """net_change AS (
            SELECT company_id, partner_id, purchase_date, date,
                   net - LAG(net, 1, 0::numeric) OVER (
                       PARTITION BY company_id, partner_id, purchase_date ORDER BY date) AS delta
              FROM purchase_net
             WHERE fact = 'purchase'
        )"""
    )
    yield SQL(
        """-- How many of a kind hold at least once, whoever or whatever each is.
        subject_change AS (
            SELECT company_id, partner_id, fact, months, date, delta
              FROM (SELECT company_id, partner_id, fact, months, date,
                           (held > 0)::int - COALESCE(LAG((held > 0)::int) OVER (
                               PARTITION BY company_id, partner_id, fact, months, subject_id
                               ORDER BY date), 0) AS delta
                      FROM (SELECT company_id, partner_id, fact, months, subject_id, date,
                                   SUM(SUM(delta)) OVER (
                                       PARTITION BY company_id, partner_id, fact, months,
                                                    subject_id
                                       ORDER BY date) AS held
                              FROM (%s) subject
                          GROUP BY company_id, partner_id, fact, months, subject_id, date) step
                   ) turn
             WHERE delta <> 0
        )""",
        SQL(" UNION ALL ").join(_subjects(program)),
    )


def _subjects(program):
    """Return the SELECTs of dated changes of subjects that hold or not."""
    yield SQL(
        """SELECT held.company_id, held.partner_id, held.fact, 0 AS months, held.subject_id,
                  bound.date, bound.delta
             FROM held_any held
       CROSS JOIN LATERAL (VALUES (held.start, 1), (held.until, -1)) bound(date, delta)
            WHERE held.fact = %s AND bound.date IS NOT NULL""",
        REFERRAL,
    )
    windows = program.windows(PRODUCT_LINE)
    if windows:
        yield SQL(
            """SELECT held.company_id, held.partner_id, %(fact)s, span.months,
                      basket.categ_id, bound.date, bound.delta
                 FROM held
                 JOIN (%(basket)s) basket USING (company_id, partner_id, purchase_date)
           CROSS JOIN LATERAL (
                      SELECT asked.months, LEAST(held.until, CASE WHEN asked.months > 0
                             THEN %(lapse)s END) AS until
                        FROM UNNEST(%(windows)s::int[]) asked(months)) span
           CROSS JOIN LATERAL (VALUES (held.start, 1), (span.until, -1)) bound(date, delta)
                WHERE bound.date IS NOT NULL
                  AND (span.until IS NULL OR held.start < span.until)""",
            fact=PRODUCT_LINE,
            basket=_basket(),
            lapse=lapse(SQL("purchase_date"), SQL("asked.months")),
            windows=windows,
        )


def _basket():
    """Return the product categories of each purchase day."""
    return SQL(
        """SELECT DISTINCT event.company_id, event.partner_id, event.purchase_date,
                  template.categ_id
             FROM event
        LEFT JOIN sale_order_line order_line
               ON event.res_model = 'sale.order' AND order_line.order_id = event.res_id
              AND order_line.order_id = ANY(ARRAY(
                  SELECT res_id FROM event WHERE res_model = 'sale.order' AND fact = 'purchase'))
              AND order_line.product_uom_qty > 0 AND order_line.is_downpayment IS NOT TRUE
        LEFT JOIN account_move_line move_line
               ON event.res_model = 'account.move' AND move_line.move_id = event.res_id
              AND move_line.move_id = ANY(ARRAY(
                  SELECT res_id FROM event WHERE res_model = 'account.move' AND fact = 'purchase'))
              AND move_line.display_type = 'product' AND move_line.quantity > 0
             JOIN product_product product
               ON product.id = COALESCE(order_line.product_id, move_line.product_id)
             JOIN product_template template ON template.id = product.product_tmpl_id
            WHERE event.fact = 'purchase' AND event.amount > 0"""
    )


def _is_simple(metric):
    return isinstance(metric, Standing) and not metric.amount and len(metric.facts) == 1


def _change_ctes(program):
    """Yield ``relation``, and ``change``: dated changes of each running sum.

    ``place`` numbers the running sums; -1 is a day on which a figure that grows by the
    day turns, -2 a sign of life, -3 an override by hand, -4 a purchase taken back.
    """
    yield SQL(
        """-- Somebody is a customer from the first document on; a purchase that came to
        -- nothing on its own day leaves somebody known.
        relation AS (
            SELECT company_id, partner_id, MIN(date) AS first_date
              FROM event
             WHERE fact = ANY(%s)
          GROUP BY company_id, partner_id
        )""",
        list(RELATIONSHIP_FACTS),
    )
    branches = [
        SQL("SELECT company_id, partner_id, first_date, -1, 0, NULL::numeric FROM relation")
    ]
    simple = {
        metric.facts[0]: place
        for place, (_name, _column, metric, _select) in enumerate(program.accumulations)
        if _is_simple(metric)
    }
    if simple:
        branches.append(
            SQL(
                """SELECT event.company_id, event.partner_id, event.date, simple.place,
                          event.delta, NULL::numeric AS amount
                     FROM event
                     JOIN (VALUES %s) simple(fact, place) ON simple.fact = event.fact
                    WHERE event.delta IS NOT NULL""",
                SQL(", ").join(SQL("(%s, %s)", fact, place) for fact, place in simple.items()),
            )
        )
    for place, (_name, _column, metric, select) in enumerate(program.accumulations):
        if _is_simple(metric):
            continue
        exact = metric.unit in _EXACT_UNITS
        branches.append(
            SQL(
                "SELECT company_id, partner_id, date, %s, %s, %s FROM (%s) accumulation",
                place,
                SQL("NULL::int") if exact else SQL("delta"),
                SQL("delta") if exact else SQL("NULL::numeric"),
                select,
            )
        )
    branches += [
        SQL("SELECT company_id, partner_id, date, -1, 0, NULL::numeric FROM (%s) tick", tick)
        for tick in program.ticks()
    ]
    if any(metric.clock() == "last_sign_date" for metric in _used_metrics(program)):
        branches.append(
            SQL(
                "SELECT company_id, partner_id, date, -2, 0, NULL::numeric FROM (%s) sign",
                program.metrics["silence"].clock_starts(),
            )
        )
    branches.append(
        SQL(
            "SELECT company_id, partner_id, date, -3, 0, delta * amount"
            " FROM event WHERE fact = 'override'"
        )
    )
    if program.is_sticky:
        branches.append(
            SQL(
                """-- Also in part, and also of a referred customer.
                   SELECT company_id, partner_id, date, -4, 0, NULL::numeric
                     FROM net_change WHERE delta < 0
                UNION ALL
                   SELECT company_id, partner_id, date, -4, 0, NULL
                     FROM subject_change WHERE fact = %s AND delta < 0""",
                REFERRAL,
            )
        )
    yield SQL(
        "change(company_id, partner_id, date, place, delta, amount) AS MATERIALIZED (%s)",
        SQL(" UNION ALL ").join(branches),
    )


def _used_metrics(program):
    return {program.metrics[key] for key, _months in program.columns.values()}


def _daily(program):
    sums = SQL(", ").join(
        SQL(
            "COALESCE(SUM(%s) FILTER (WHERE place = %s), 0) AS %s",
            SQL("amount") if metric.unit in _EXACT_UNITS else SQL("delta"),
            place,
            SQL.identifier(name),
        )
        for place, (name, _column, metric, _select) in enumerate(program.accumulations)
    )
    purchases = next(
        place
        for place, (name, _column, _metric, _select) in enumerate(program.accumulations)
        if name == sum_name("purchases_0")
    )
    return SQL(
        """daily AS (
            SELECT change.company_id, change.partner_id, change.date, %(sums)s,
                   COUNT(*) FILTER (WHERE place = %(purchases)s AND delta > 0) AS begun,
                   COUNT(*) FILTER (WHERE place = %(purchases)s AND delta < 0) AS ended,
                   MAX(date) FILTER (WHERE place = -2) AS last_sign_date,
                   COALESCE(SUM(amount) FILTER (WHERE place = -3), 0) AS override,
                   COALESCE(BOOL_OR(place = -4), FALSE) AS withdrawn
              FROM change
              JOIN company ON company.id = change.company_id AND change.date <= company.today
          GROUP BY change.company_id, change.partner_id, change.date
        )""",
        sums=sums,
        purchases=purchases,
    )


def _running(program):
    sums = SQL(", ").join(
        SQL("SUM(daily.%(name)s) OVER customer AS %(name)s", name=SQL.identifier(name))
        for name, _column, _metric, _select in program.accumulations
    )
    return SQL(
        """running AS MATERIALIZED (
            SELECT company_id, partner_id, date, %s,
                   daily.begun + daily.ended > 0 AS is_step, daily.withdrawn,
                   SUM(daily.begun) OVER customer AS begun,
                   SUM(daily.ended) OVER customer AS ended,
                   MAX(daily.last_sign_date) OVER customer AS last_sign_date,
                   SUM(daily.override) OVER customer AS override
              FROM daily
            WINDOW customer AS (PARTITION BY company_id, partner_id ORDER BY date)
        )""",
        sums,
    )


def _purchase_state_ctes():
    """Yield what a customer's purchases are as a whole, on each day that changes them.

    The list of a customer's purchase days is in the order in which they came to count,
    so those that count on a day are among its first ``begun``; from either end it is
    read until enough of them hold. The few days that came to count later than they are
    dated, as those that were refunded and billed again, are looked at besides.
    """
    yield SQL(
        """purchase_list AS (
            SELECT company_id, partner_id,
                   ARRAY_AGG(purchase_date ORDER BY start, purchase_date) AS days,
                   ARRAY_AGG(start ORDER BY start, purchase_date) AS starts,
                   -- Without NULLs an element is found at once.
                   ARRAY_AGG(COALESCE(until, 'infinity') ORDER BY start, purchase_date)
                       AS untils,
                   COUNT(*) FILTER (WHERE start > purchase_date) AS late_count,
                   ARRAY_AGG(purchase_date ORDER BY start) FILTER (WHERE start > purchase_date)
                       AS late_days,
                   ARRAY_AGG(start ORDER BY start) FILTER (WHERE start > purchase_date)
                       AS late_starts,
                   ARRAY_AGG(COALESCE(until, 'infinity') ORDER BY start)
                       FILTER (WHERE start > purchase_date) AS late_untils
              FROM held
          GROUP BY company_id, partner_id
        )"""
    )
    yield SQL(
        """purchase_state AS MATERIALIZED (
            SELECT step.company_id, step.partner_id, step.date, step.begun + step.ended AS step,
                   step.sum_purchases_0 AS purchase_count,
                   early.first_purchase_date, late.last_purchase_date, late.gaps,
                   GREATEST(1, ROUND(late.quartiles[2]::numeric))::int AS usual_gap,
                   ROUND((late.quartiles[3] - late.quartiles[1])::numeric)::int AS gap_spread
              FROM running step
              JOIN purchase_list list USING (company_id, partner_id)
        CROSS JOIN LATERAL (
                   SELECT MIN(day) AS first_purchase_date
                     FROM ((SELECT list.days[place.i] AS day
                              FROM (SELECT GENERATE_SERIES(1, step.begun::int) AS i) place
                             WHERE list.untils[place.i] > step.date
                             LIMIT 1 + list.late_count)
                     UNION ALL %(late)s) held) early
        CROSS JOIN LATERAL (
                   SELECT MAX(day) AS last_purchase_date, COUNT(gap) AS gaps,
                          PERCENTILE_CONT(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY gap)
                              AS quartiles
                     FROM (SELECT day, CASE WHEN ROW_NUMBER() OVER (ORDER BY day DESC) <= 12
                                            THEN day - LAG(day) OVER (ORDER BY day) END AS gap
                             FROM ((SELECT list.days[place.i] AS day
                                      FROM (SELECT GENERATE_SERIES(step.begun::int, 1, -1) AS i
                                           ) place
                                     WHERE list.untils[place.i] > step.date
                                     LIMIT 13 + list.late_count)
                             UNION %(late)s) held) recent) late
             WHERE step.is_step
        )""",
        late=SQL(
            """SELECT late.day
                 FROM UNNEST(list.late_days, list.late_starts, list.late_untils)
                      AS late(day, start, until)
                WHERE late.start <= step.date AND late.until > step.date"""
        ),
    )


def _figure(program):
    values = SQL(", ").join(
        SQL("%s AS %s", value, SQL.identifier(column))
        for column, value in program.figure_values().items()
    )
    return SQL(
        """figure AS MATERIALIZED (
            SELECT company_id, partner_id, ruleset, policy_id, today, date, withdrawn, override,
                   sum_purchases_0 AS purchase_count, first_purchase_date, last_purchase_date,
                   last_sign_date, purchase_interval, purchase_spread, %s,
                   LEAD(date) OVER (PARTITION BY company_id, partner_id ORDER BY date) IS NULL
                       AS is_last
              FROM (SELECT running.*, company.ruleset, company.policy_id, company.today,
                           state.first_purchase_date, state.last_purchase_date,
                           state.last_purchase_date - state.first_purchase_date
                               AS purchase_span,
                           CASE WHEN state.gaps >= 2 THEN state.usual_gap END
                               AS purchase_interval,
                           CASE WHEN state.gaps >= 2 THEN state.gap_spread END
                               AS purchase_spread
                      FROM running
                      JOIN relation USING (company_id, partner_id)
                      JOIN company ON company.id = running.company_id
                 LEFT JOIN purchase_state state
                        ON state.company_id = running.company_id
                       AND state.partner_id = running.partner_id
                       AND state.step = running.begun + running.ended
                     WHERE running.date >= relation.first_date) situation
        )""",
        values,
    )
