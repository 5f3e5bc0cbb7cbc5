"""What reports on complaints read: how long they take, what they cost, who and what it concerns.

Rows of the last year are those of the last twelve months, up to the company's day of today.
"""

from odoo.tools import SQL

from . import complaints
from .sources import Scope, day, lapse

_COMPANY_FACTOR = 2**32
# What a complaint is about, and the column that tells.
THEMES = ("cause", "category")


def _within_a_year(date):
    return SQL(
        "%(date)s <= company.today AND %(lapse)s > company.today", date=date, lapse=lapse(date, 12)
    )


def times(now):
    """Return the query of all complaints, requests and the like, with how long they take.

    Hours and days are those of the clock, as the customer waits. What was rejected is not
    solved, and no longer waits to be.

    :param datetime now: up to when open ones have taken
    """

    def hours(until):
        return SQL("GREATEST(EXTRACT(EPOCH FROM %s - complaint.date) / 3600, 0)", until)

    now = SQL("%s::timestamp", now)
    return SQL(
        """SELECT complaint.id, complaint.id AS complaint_id, complaint.company_id,
                  complaint.commercial_partner_id AS partner_id, profile.id AS profile_id,
                  complaint.user_id, complaint.team_id, complaint.kind, complaint.category_id,
                  complaint.dimension, complaint.severity, complaint.channel,
                  complaint.cause_id, complaint.step_id, complaint.is_open, complaint.date,
                  complaint.solved_at, complaint.reopened_count,
                  complaint.answered_at IS NOT NULL AS is_answered,
                  %(answer)s AS answer_hours,
                  complaint.solved_at IS NOT NULL AS is_solved,
                  %(solution)s / 24 AS solution_days,
                  NULL::float8 AS answer_median, NULL::float8 AS answer_ninety,
                  NULL::float8 AS solution_median, NULL::float8 AS solution_ninety,
                  COALESCE(complaint.answer_deadline
                           < COALESCE(complaint.answered_at, %(now)s), FALSE)
                  OR COALESCE(complaint.solution_deadline < COALESCE(
                         complaint.solved_at, complaint.closed_at,
                         CASE WHEN complaint.waiting_since IS NULL THEN %(now)s END), FALSE)
                      AS is_late,
                  %(cost)s AS cost
             FROM crm_complaint complaint
        LEFT JOIN crm_lifecycle_profile profile
               ON profile.partner_id = complaint.commercial_partner_id
              AND profile.company_id = complaint.company_id
            WHERE complaint.active AND complaint.duplicate_of_id IS NULL""",
        now=now,
        answer=hours(SQL("COALESCE(complaint.answered_at, complaint.closed_at, %s)", now)),
        solution=hours(SQL("COALESCE(complaint.solved_at, complaint.closed_at, %s)", now)),
        cost=cost_of(SQL("complaint.id")),
    )


def cost_of(complaint):
    """Return what the remedies of a complaint that are done gave to the customer and cost us."""
    return SQL(
        """(SELECT COALESCE(SUM(COALESCE(remedy.amount_company, 0) + COALESCE(remedy.cost, 0)), 0)
              FROM crm_complaint_remedy remedy
             WHERE remedy.complaint_id = %s AND remedy.state = 'done')""",
        complaint,
    )


def rates(company):
    """Return the query of complaints, and of invoiced orders, a row each.

    An order is counted on the day of its first invoice; an invoice without one by itself.
    """
    scope = Scope()
    branches = (
        (SQL("source.part = 0"), complaints.complaints(scope), SQL("1"), SQL("0")),
        (SQL("TRUE"), complaints.billed_orders(scope), SQL("0"), SQL("1")),
        (SQL("TRUE"), complaints.billed_without_order(scope), SQL("0"), SQL("1")),
    )
    selects = SQL(" UNION ALL ").join(
        SQL(
            """SELECT source.key * %s + %s AS id, source.company_id, source.partner_id,
                      source.date, %s AS complaint_count, %s AS order_count,
                      source.res_model, source.res_id
                 FROM (%s) source
                WHERE %s""",
            len(branches),
            number,
            complained,
            ordered,
            source,
            where,
        )
        for number, (where, source, complained, ordered) in enumerate(branches)
    )
    return SQL(
        """WITH %s
           SELECT entry.*, profile.id AS profile_id,
                  entry.complaint_count::float8 / NULLIF(entry.order_count, 0) AS rate
             FROM (%s) entry
             JOIN company ON company.id = entry.company_id AND entry.date <= company.today
        LEFT JOIN crm_lifecycle_profile profile
               ON profile.partner_id = entry.partner_id AND profile.company_id = entry.company_id
        """,
        company,
        selects,
    )


def customers(company):
    """Return the query of everybody who has complained, with figures of the last year.

    Orders are counted customer by customer, so that one who is asked for is found at once.
    """
    one = Scope(array=SQL("ARRAY[complaining.partner_id]"))
    billed = SQL(" UNION ALL ").join(
        SQL("SELECT source.company_id, source.date FROM (%s) source", source)
        for source in (complaints.billed_orders(one), complaints.billed_without_order(one))
    )
    return SQL(
        """WITH %(company)s
           SELECT complaining.id, complaining.company_id, complaining.partner_id,
                  profile.id AS profile_id, complaining.complaint_count,
                  complaining.complaint_count_12m, complaining.open_count,
                  complaining.first_date, complaining.last_date, complaining.cost_12m,
                  billed.order_count AS order_count_12m,
                  complaining.complaint_count_12m::float8 / NULLIF(billed.order_count, 0)
                      AS rate_12m
             FROM (SELECT MIN(complaint.id) AS id, complaint.company_id,
                          complaint.commercial_partner_id AS partner_id,
                          COUNT(*)::int AS complaint_count,
                          (COUNT(*) FILTER (WHERE %(recent)s))::int AS complaint_count_12m,
                          (COUNT(*) FILTER (WHERE complaint.is_open))::int AS open_count,
                          MIN(%(day)s) AS first_date, MAX(%(day)s) AS last_date,
                          SUM(%(cost)s) FILTER (WHERE %(recent)s) AS cost_12m
                     FROM crm_complaint complaint
                     JOIN company ON company.id = complaint.company_id
                    WHERE complaint.commercial_partner_id IS NOT NULL AND %(counts)s
                 GROUP BY complaint.company_id, complaint.commercial_partner_id) complaining
        LEFT JOIN crm_lifecycle_profile profile
               ON profile.partner_id = complaining.partner_id
              AND profile.company_id = complaining.company_id
       CROSS JOIN LATERAL (
                  SELECT COUNT(*)::int AS order_count
                    FROM (%(billed)s) source
                    JOIN company ON company.id = source.company_id
                   WHERE source.company_id = complaining.company_id AND %(billed_recently)s
                  ) billed""",
        company=company,
        recent=_within_a_year(day(SQL("complaint.date"))),
        day=day(SQL("complaint.date")),
        cost=cost_of(SQL("complaint.id")),
        counts=complaints.counts(),
        billed=billed,
        billed_recently=_within_a_year(SQL("source.date")),
    )


def pareto(company):
    """Return the query of causes and of categories of the last year, the most frequent first.

    ``cumulative`` is the share of all of the company's that it and those before it make.
    """
    themes = SQL(", ").join(
        SQL("(%s, %s, %s)", number, theme, SQL.identifier("complaint", f"{theme}_id"))
        for number, theme in enumerate(THEMES)
    )
    return SQL(
        """WITH %(company)s,
           counted AS (
               SELECT complaint.company_id, theme.number, theme.axis, theme.key,
                      COUNT(*)::int AS complaint_count,
                      (COUNT(*) FILTER (WHERE complaint.is_open))::int AS open_count,
                      COUNT(DISTINCT complaint.commercial_partner_id)::int AS customer_count,
                      SUM(%(cost)s) AS cost
                 FROM crm_complaint complaint
                 JOIN company ON company.id = complaint.company_id
           CROSS JOIN LATERAL (VALUES %(themes)s) theme(number, axis, key)
                WHERE %(counts)s AND %(recent)s
             GROUP BY complaint.company_id, theme.number, theme.axis, theme.key
           )
           SELECT (counted.company_id::bigint * %(themes_count)s + counted.number)
                      * %(factor)s + COALESCE(counted.key, 0) AS id,
                  counted.company_id, counted.axis,
                  CASE WHEN counted.axis = 'cause' THEN counted.key END AS cause_id,
                  CASE WHEN counted.axis = 'category' THEN counted.key END AS category_id,
                  counted.complaint_count, counted.open_count, counted.customer_count,
                  counted.cost, counted.complaint_count::float8 / SUM(counted.complaint_count)
                      OVER of_axis AS share,
                  (SUM(counted.complaint_count) OVER ranked - counted.complaint_count)::float8
                      / SUM(counted.complaint_count) OVER of_axis AS before,
                  (SUM(counted.complaint_count) OVER ranked)::float8
                      / SUM(counted.complaint_count) OVER of_axis AS cumulative
             FROM counted
           WINDOW of_axis AS (PARTITION BY counted.company_id, counted.axis),
                  ranked AS (PARTITION BY counted.company_id, counted.axis
                             ORDER BY counted.complaint_count DESC, counted.key NULLS LAST)""",
        company=company,
        cost=cost_of(SQL("complaint.id")),
        themes=themes,
        themes_count=len(THEMES),
        factor=_COMPANY_FACTOR,
        counts=complaints.counts(),
        recent=_within_a_year(day(SQL("complaint.date"))),
    )


def products(company):
    """Return the query of the products complained about in the last year.

    Those of a complaint are those it names, itself or by an order line. ``delivered_quantity``
    is what was delivered of the orders of the year, in the product's own unit.
    """
    return SQL(
        """WITH %(company)s,
           concerned AS (
               SELECT complaint.id, product.product_product_id AS product_id
                 FROM crm_complaint complaint
                 JOIN crm_complaint_product_product_rel product
                   ON product.crm_complaint_id = complaint.id
                UNION
               SELECT complaint.id, line.product_id
                 FROM crm_complaint complaint
                 JOIN crm_complaint_sale_order_line_rel about
                   ON about.crm_complaint_id = complaint.id
                 JOIN sale_order_line line ON line.id = about.sale_order_line_id
                WHERE line.product_id IS NOT NULL
           ),
           counted AS (
               SELECT complaint.company_id, concerned.product_id,
                      COUNT(*)::int AS complaint_count,
                      (COUNT(*) FILTER (WHERE complaint.is_open))::int AS open_count,
                      COUNT(DISTINCT complaint.commercial_partner_id)::int AS customer_count
                 FROM concerned
                 JOIN crm_complaint complaint ON complaint.id = concerned.id
                 JOIN company ON company.id = complaint.company_id
                WHERE %(counts)s AND %(recent)s
             GROUP BY complaint.company_id, concerned.product_id
           )
           SELECT counted.company_id::bigint * %(factor)s + counted.product_id AS id, counted.*,
                  template.categ_id, sold.order_count, sold.delivered_quantity,
                  counted.complaint_count / NULLIF(sold.delivered_quantity, 0) AS rate
             FROM counted
             JOIN product_product product ON product.id = counted.product_id
             JOIN product_template template ON template.id = product.product_tmpl_id
        LEFT JOIN uom_uom own ON own.id = template.uom_id
       CROSS JOIN LATERAL (
                  SELECT COUNT(DISTINCT so.id)::int AS order_count,
                         COALESCE(SUM(line.qty_delivered * COALESCE(NULLIF(uom.factor, 0), 1)
                                      / COALESCE(NULLIF(own.factor, 0), 1)), 0)::float8
                             AS delivered_quantity
                    FROM sale_order_line line
                    JOIN sale_order so ON so.id = line.order_id
                    JOIN company ON company.id = so.company_id
               LEFT JOIN uom_uom uom ON uom.id = line.product_uom_id
                   WHERE line.product_id = counted.product_id AND so.state = 'sale'
                     AND so.company_id = counted.company_id AND %(ordered_recently)s) sold""",
        company=company,
        factor=_COMPANY_FACTOR,
        counts=complaints.counts(),
        recent=_within_a_year(day(SQL("complaint.date"))),
        ordered_recently=_within_a_year(day(SQL("so.date_order"))),
    )
