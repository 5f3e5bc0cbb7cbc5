"""The statement that derives customers' lives from their staged events.

The same SQL serves a single customer, a batch and everybody; today and a past day; the
rules in force and a draft. ``derived`` has a row per customer and company: today's
stage, status and figures; ``move`` and ``evidence`` the whole history.
"""

from odoo.tools import SQL

from .decisions import TIME, decision_ctes
from .figures import figure_ctes
from .rhythm import status_ctes
from .sources import company_cte, lapse

# Columns of ``derived`` that a profile keeps as they are.
FIGURES = (
    "purchase_count",
    "purchase_count_12m",
    "first_purchase_date",
    "last_purchase_date",
    "purchase_amount",
    "purchase_amount_12m",
    "purchase_average",
    "purchase_interval",
    "purchase_spread",
    "opportunity_count",
    "opportunity_revenue",
    "loyalty_index",
)


def rule_company_cte(now, as_of=None, company_ids=None):
    """Return the CTE ``company`` with the rules of each company, see ``sources``.

    :param datetime now: the moment that counts as now, in UTC
    :param date as_of: the day that counts as today instead
    :param list company_ids: the companies wanted, None for all
    """
    wanted = SQL("TRUE") if company_ids is None else SQL("c.id = ANY(%s)", list(company_ids))
    return company_cte(
        now,
        as_of,
        SQL(", COALESCE(company_rule.ruleset, 0) AS ruleset, company_rule.policy_id, rule.basis"),
        SQL(
            # A rule set there always is, but of a JOIN the planner expects a single row,
            # and would go through the documents once for each company.
            """LEFT JOIN company_rule ON company_rule.company_id = c.id
               LEFT JOIN rule ON rule.ruleset = COALESCE(company_rule.ruleset, 0)
                   WHERE %s""",
            wanted,
        ),
    )


def derivation(program, company):
    """Return ``WITH ...`` up to the CTEs ``derived``, ``move`` and ``evidence``.

    :param Program program: the rules of all companies
    :param SQL company: ``rule_company_cte``
    """
    return SQL(
        "WITH %s",
        SQL(",\n").join(
            [
                program.rule_cte(),
                program.fact_place_cte(),
                company,
                *figure_ctes(program),
                *status_ctes(),
                *decision_ctes(program),
                _PURCHASES,
                _PIPELINE,
                _upcoming(program),
                _RULE_STAGE,
                _derived(program),
            ]
        ),
    )


_PURCHASES = SQL(
    """purchases AS (
        SELECT company_id, partner_id,
               COUNT(*) FILTER (WHERE net > 0) AS purchase_count,
               COUNT(*) FILTER (WHERE net > 0 AND %(lapse)s > today) AS purchase_count_12m,
               MIN(purchase_date) FILTER (WHERE net > 0) AS first_purchase_date,
               MAX(purchase_date) FILTER (WHERE net > 0) AS last_purchase_date,
               SUM(net) AS purchase_amount,
               SUM(net) FILTER (WHERE %(lapse)s > today)
                   AS purchase_amount_12m
          FROM (SELECT company_id, partner_id, purchase_date, today, ROUND(SUM(amount), digits)
                           AS net
                  FROM event
                 WHERE fact = 'purchase'
              GROUP BY company_id, partner_id, purchase_date, today, digits) purchase_day
      GROUP BY company_id, partner_id
    )""",
    lapse=lapse(SQL("purchase_date"), 12),
)

_PIPELINE = SQL(
    """pipeline AS (
        SELECT company_id, partner_id, SUM(delta) AS opportunity_count,
               SUM(amount * delta) AS opportunity_revenue
          FROM event
         WHERE fact = 'opportunity'
      GROUP BY company_id, partner_id
    )"""
)


def _upcoming(program):
    """Return the CTE ``upcoming``: what is to change by itself, and when.

    ``lapses`` tells per figure the day on which a part of it drops out.
    """
    windowed = [
        (place, column)
        for place, (_name, column, _metric, _select) in enumerate(program.accumulations)
        if program.columns[column][1]
    ]
    lapses = (
        SQL(
            """-- What was taken back within its window drops out together with it.
               SELECT company_id, partner_id, date, lapsing.name
                 FROM change
                 JOIN (VALUES %s) lapsing(place, name) USING (place)
             GROUP BY company_id, partner_id, date, lapsing.name
               HAVING SUM(COALESCE(delta, amount)) <> 0""",
            SQL(", ").join(SQL("(%s, %s)", place, column) for place, column in windowed),
        )
        if windowed
        else SQL(
            "SELECT company_id, partner_id, date, NULL::varchar AS name FROM change WHERE FALSE"
        )
    )
    # A minimum stay ends, be it underneath a stage that was set by hand.
    stays = SQL(
        "SELECT company_id, partner_id, date, NULL FROM %s",
        SQL("staged") if program.is_sticky else SQL("change WHERE FALSE"),
    )
    return SQL(
        """upcoming AS (
            SELECT company_id, partner_id, MIN(date) AS date,
                   JSONB_OBJECT_AGG(name, date) FILTER (WHERE name IS NOT NULL) AS lapses
              FROM (SELECT company_id, partner_id, name, MIN(coming.date) AS date
                      FROM (SELECT company_id, partner_id, date, NULL::varchar AS name
                              FROM dated_event
                         UNION ALL
                            SELECT company_id, partner_id, date, NULL FROM change
                         UNION ALL
                            -- Drops out of the figures of twelve months.
                            SELECT company_id, partner_id, %s, NULL FROM held
                         UNION ALL
                            %s
                         UNION ALL
                            %s) coming
                      JOIN company
                        ON company.id = coming.company_id AND coming.date > company.today
                  GROUP BY company_id, partner_id, name) coming
          GROUP BY company_id, partner_id
        )""",
        lapse(SQL("purchase_date"), 12),
        stays,
        lapses,
    )


_RULE_STAGE = SQL(
    """-- What the rules say meanwhile of those whose stage was set by hand.
    rule_stage AS (
        SELECT DISTINCT ON (company_id, partner_id) staged.company_id, staged.partner_id,
               staged.rank
          FROM staged
          JOIN figure USING (company_id, partner_id)
         WHERE figure.is_last AND figure.override > 0 AND staged.date <= figure.today
      ORDER BY company_id, partner_id, staged.date DESC
    )"""
)


def _derived(program):
    return SQL(
        """derived AS MATERIALIZED (
            SELECT figure.partner_id, figure.company_id, figure.today, figure.policy_id,
                   stage.rank AS stage_rank, stage.start AS stage_date,
                   COALESCE(rule_stage.rank, stage.rank) AS rule_rank,
                   figure.override > 0 AS is_overridden,
                   status.status, status.start AS status_date,
                   LEAST(upcoming.date, CASE WHEN stage.until > figure.today THEN stage.until END,
                         status.until) AS review_date,
                   %(figures)s AS figures, upcoming.lapses,
                   COALESCE(purchases.purchase_count, 0)::int AS purchase_count,
                   COALESCE(purchases.purchase_count_12m, 0)::int AS purchase_count_12m,
                   purchases.first_purchase_date, purchases.last_purchase_date,
                   COALESCE(purchases.purchase_amount, 0) AS purchase_amount,
                   COALESCE(purchases.purchase_amount_12m, 0) AS purchase_amount_12m,
                   COALESCE(ROUND(purchases.purchase_amount
                                  / NULLIF(purchases.purchase_count, 0), company.digits), 0)
                       AS purchase_average,
                   figure.purchase_interval, figure.purchase_spread,
                   figure.loyalty_0 AS loyalty_index,
                   COALESCE(pipeline.opportunity_count, 0)::int AS opportunity_count,
                   COALESCE(pipeline.opportunity_revenue, 0) AS opportunity_revenue
              FROM figure
              JOIN company ON company.id = figure.company_id
              JOIN stage_run stage
                ON stage.company_id = figure.company_id AND stage.partner_id = figure.partner_id
               AND stage.start <= figure.today
               AND (stage.until IS NULL OR stage.until > figure.today)
              JOIN status_run status
                ON status.company_id = figure.company_id AND status.partner_id = figure.partner_id
               AND status.start <= figure.today
               AND (status.until IS NULL OR status.until > figure.today)
         LEFT JOIN rule_stage
                ON rule_stage.company_id = figure.company_id
               AND rule_stage.partner_id = figure.partner_id
         LEFT JOIN purchases
                ON purchases.company_id = figure.company_id
               AND purchases.partner_id = figure.partner_id
         LEFT JOIN pipeline
                ON pipeline.company_id = figure.company_id
               AND pipeline.partner_id = figure.partner_id
         LEFT JOIN upcoming
                ON upcoming.company_id = figure.company_id
               AND upcoming.partner_id = figure.partner_id
             WHERE figure.is_last
        )""",
        figures=program.figures_json(current=True),
    )


def reading(derivation_):
    """Return the statement that reads what was derived, moves as a JSON list.

    Columns: those of ``derived``, and ``moves``, oldest first, each ``{date, rank,
    rank_before, status, status_before, figures, cause, documents}``.
    """
    return SQL(
        """%s
        SELECT derived.*, history.moves
          FROM derived
          JOIN (SELECT move.company_id, move.partner_id, JSONB_AGG(JSONB_BUILD_OBJECT(
                           'date', move.date, 'rank', move.rank, 'rank_before', move.rank_before,
                           'status', move.status, 'status_before', move.status_before,
                           'figures', move.figures, 'cause', %s,
                           'documents', evidence.documents) ORDER BY move.date) AS moves
                  FROM move
             LEFT JOIN evidence USING (company_id, partner_id, date)
              GROUP BY move.company_id, move.partner_id) history USING (company_id, partner_id)
      ORDER BY derived.partner_id, derived.company_id""",
        derivation_,
        cause(),
    )


def cause():
    """Return a move's cause: its deciding document's kind of event, else time."""
    return SQL(
        "CASE WHEN evidence.is_explained THEN evidence.documents->0->>'kind' ELSE %s END", TIME
    )
