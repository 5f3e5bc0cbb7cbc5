"""What satisfaction is worth by the company's own data, instead of by what others have heard.

Both queries know the CTE ``company`` with the columns of ``indicators.SETTINGS``, and nothing
later than its today. A row is a customer, so that who is asked often counts no more than others.
"""

from odoo.tools import SQL

from .satisfaction import statements

_COMPANY_FACTOR = 2**32
OPINIONS = ("top", "satisfied", "low")
#: Points by which satisfaction is said to do wonders: as wide is a band of changes.
BAND = 5


def repurchase(said):
    """Return the query of customers who said something, and whether they bought again.

    Of each customer the last single opinion after which the company's days have passed counts:
    ``opinion`` is ``top``, ``low``, or ``satisfied`` in between; ``bought_count`` is 1 where they
    bought on one of these days. The CTE ``purchase_day`` is known.

    :param dict said: ``satisfaction.sources``
    """
    return SQL(
        """WITH heard AS MATERIALIZED (
               SELECT DISTINCT ON (said.company_id, said.partner_id) said.*, company.return_days,
                      company.minimum
                 FROM (%(said)s) said
                 JOIN company ON company.id = said.company_id
                WHERE said.single_count = 1 AND said.partner_id IS NOT NULL
                  AND said.date + company.return_days < company.today
             ORDER BY said.company_id, said.partner_id, said.date DESC, said.id DESC
           ),
           -- Purchases are found once, and not anew for each customer.
           back AS MATERIALIZED (
               SELECT DISTINCT heard.company_id, heard.partner_id
                 FROM heard
                 JOIN purchase_day bought
                   ON bought.company_id = heard.company_id
                  AND bought.partner_id = heard.partner_id
                  AND bought.date > heard.date
                  AND bought.date <= heard.date + heard.return_days
           )
           SELECT heard.company_id * %(factor)s + heard.partner_id AS id, heard.company_id,
                  heard.partner_id, heard.date, heard.score, heard.minimum,
                  CASE WHEN heard.top_count = 1 THEN 'top' WHEN heard.low_count = 1 THEN 'low'
                       ELSE 'satisfied' END AS opinion,
                  1 AS customer_count, bought.count AS bought_count,
                  bought.count::float8 AS bought_share
             FROM heard
        LEFT JOIN back ON back.company_id = heard.company_id
                      AND back.partner_id = heard.partner_id
       CROSS JOIN LATERAL (SELECT (back.partner_id IS NOT NULL)::int AS count) bought""",
        factor=_COMPANY_FACTOR,
        said=statements(said),
    )


def changes(said):
    """Return the query of customers' satisfaction and margin in two years, and the changes.

    Those alone who said something in the last twelve months and in the twelve before. The
    margin is what was invoiced less what it cost, as far as the cost is known; it is 0 where
    nothing was. The CTE ``entry`` is that of ``value``.

    :param dict said: ``satisfaction.sources``
    """
    year = SQL("(company.today - interval '12 months')::date")
    year_before = SQL("(company.today - interval '24 months')::date")
    recent = SQL("said.date > %s", year)
    return SQL(
        """SELECT asked.company_id * %(factor)s + asked.partner_id AS id, asked.company_id,
                  asked.partner_id, asked.score_before, asked.score_now,
                  asked.score_now - asked.score_before AS score_change,
                  CASE WHEN asked.score_now - asked.score_before <= -%(band)s THEN '1_far_down'
                       WHEN asked.score_now < asked.score_before THEN '2_down'
                       WHEN asked.score_now = asked.score_before THEN '3_same'
                       WHEN asked.score_now - asked.score_before < %(band)s THEN '4_up'
                       ELSE '5_far_up' END AS score_band,
                  COALESCE(earned.before, 0) AS margin_before,
                  COALESCE(earned.now, 0) AS margin_now,
                  COALESCE(earned.now, 0) - COALESCE(earned.before, 0) AS margin_change
             FROM (SELECT said.company_id, said.partner_id,
                          SUM(said.score * said.sample_size) FILTER (WHERE %(recent)s)
                          / SUM(said.sample_size) FILTER (WHERE %(recent)s) AS score_now,
                          SUM(said.score * said.sample_size) FILTER (WHERE NOT %(recent)s)
                          / SUM(said.sample_size) FILTER (WHERE NOT %(recent)s) AS score_before
                     FROM (%(said)s) said
                     JOIN company ON company.id = said.company_id
                    WHERE said.partner_id IS NOT NULL AND said.date > %(year_before)s
                 GROUP BY said.company_id, said.partner_id) asked
        LEFT JOIN (SELECT entry.company_id, entry.partner_id,
                          SUM(COALESCE(entry.revenue, 0) - COALESCE(entry.cost, 0))
                              FILTER (WHERE entry.date > %(year)s) AS now,
                          SUM(COALESCE(entry.revenue, 0) - COALESCE(entry.cost, 0))
                              FILTER (WHERE entry.date <= %(year)s) AS before
                     FROM entry
                     JOIN company ON company.id = entry.company_id
                    WHERE entry.date > %(year_before)s AND entry.date <= company.today
                 GROUP BY entry.company_id, entry.partner_id) earned
               ON earned.company_id = asked.company_id AND earned.partner_id = asked.partner_id
            WHERE asked.score_now IS NOT NULL AND asked.score_before IS NOT NULL""",
        factor=_COMPANY_FACTOR,
        band=BAND,
        recent=recent,
        said=statements(said),
        year=year,
        year_before=year_before,
    )
