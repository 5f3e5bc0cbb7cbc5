"""Revenue of a period beside that of the period a year before, and what makes the change.

The parts of a customer's change add up to it, to the cent:

- *new*: bought now, and was never invoiced before;
- *won back*: bought now, not in the period before, but was invoiced earlier;
- *lost*: bought in the period before, not now;
- *price effect*, of those who bought in both: for each product bought in both, by how much
  its average net price went up, times what is bought now;
- *expanded*, *contracted*: whatever else such a customer's revenue went up or down by.

To buy in a period is to have net revenue above zero in it. Who bought in neither has refunds
alone, by which they expanded or contracted.
"""

from odoo.tools import SQL

#: What makes the change, as columns. Their sum is the difference.
PARTS = ("new", "won_back", "expanded", "contracted", "lost", "price_effect")

_YEAR = SQL("DATE_TRUNC('year', today::timestamp)")
# First and last day of the period, first and last day of the one before. A year back from
# February 29 is February 28.
PERIODS = {
    "12m": (
        SQL("(today - interval '1 year')::date + 1"),
        SQL("today"),
        SQL("(today - interval '2 years')::date + 1"),
        SQL("(today - interval '1 year')::date"),
    ),
    "ytd": (
        SQL("%s::date", _YEAR),
        SQL("today"),
        SQL("(%s - interval '1 year')::date", _YEAR),
        SQL("(today - interval '1 year')::date"),
    ),
    # The latest year that is over on the day.
    "year": (
        SQL("(DATE_TRUNC('year', (today + 1)::timestamp) - interval '1 year')::date"),
        SQL("DATE_TRUNC('year', (today + 1)::timestamp)::date - 1"),
        SQL("(DATE_TRUNC('year', (today + 1)::timestamp) - interval '2 years')::date"),
        SQL("(DATE_TRUNC('year', (today + 1)::timestamp) - interval '1 year')::date - 1"),
    ),
}


def period_cte(period):
    """Return the CTE ``period``: the two periods of each company, and its currency digits.

    :param str period: one of ``PERIODS``
    """
    start, end, previous_start, previous_end = PERIODS[period]
    return SQL(
        """period AS MATERIALIZED (
            SELECT id, digits, %s AS start, %s AS until,
                   %s AS previous_start, %s AS previous_until
              FROM company
        )""",
        start,
        end,
        previous_start,
        previous_end,
    )


def change_cte(lines):
    """Return the CTE ``change`` from ``company`` and ``period``: a row a customer and company.

    Columns: ``company_id``, ``partner_id``, ``previous``, ``current``, ``difference`` and
    ``PARTS``. Who was invoiced in neither period is left out.

    :param SQL lines: ``value_entries.sold_lines``
    """
    return SQL(
        """
        -- Of a customer and a product, or what names none.
        sold AS (
            SELECT line.company_id, line.partner_id, line.product_id, period.digits,
                   COALESCE(SUM(line.revenue) FILTER (WHERE now), 0) AS current,
                   COALESCE(SUM(line.quantity) FILTER (WHERE now), 0) AS quantity,
                   COALESCE(SUM(line.revenue) FILTER (WHERE earlier), 0) AS previous,
                   COALESCE(SUM(line.quantity) FILTER (WHERE earlier), 0)
                       AS previous_quantity,
                   BOOL_OR(now OR earlier) AS is_asked,
                   BOOL_OR(line.date < period.start) AS is_known
              FROM (%(lines)s) line
              JOIN period ON period.id = line.company_id AND line.date <= period.until
        CROSS JOIN LATERAL (
                   SELECT line.date >= period.start AS now,
                          line.date BETWEEN period.previous_start AND period.previous_until
                              AS earlier) half
          GROUP BY line.company_id, line.partner_id, line.product_id, period.digits
        ),
        compared AS (
            SELECT company_id, partner_id, SUM(current) AS current, SUM(previous) AS previous,
                   SUM(current) - SUM(previous) AS difference, BOOL_OR(is_known) AS is_known,
                   COALESCE(SUM(ROUND(current - previous * quantity / divisor, digits))
                       FILTER (WHERE product_id IS NOT NULL
                                 AND quantity > 0 AND previous_quantity > 0), 0) AS price
              FROM (SELECT sold.*, NULLIF(sold.previous_quantity, 0) AS divisor FROM sold) sold
          GROUP BY company_id, partner_id
            HAVING BOOL_OR(is_asked)
        ),
        change AS (
            SELECT company_id, partner_id, previous, current, difference,
                   CASE WHEN is_new THEN difference ELSE 0 END AS new,
                   CASE WHEN is_back THEN difference ELSE 0 END AS won_back,
                   CASE WHEN stays THEN GREATEST(difference - effect, 0) ELSE 0 END AS expanded,
                   CASE WHEN stays THEN LEAST(difference - effect, 0) ELSE 0 END AS contracted,
                   CASE WHEN is_lost THEN difference ELSE 0 END AS lost,
                   effect AS price_effect
              FROM compared
        CROSS JOIN LATERAL (
                   SELECT previous <= 0 AND current > 0 AND NOT is_known AS is_new,
                          previous <= 0 AND current > 0 AND is_known AS is_back,
                          previous > 0 AND current <= 0 AS is_lost,
                          (previous > 0) = (current > 0) AS stays,
                          CASE WHEN previous > 0 AND current > 0 THEN price ELSE 0 END AS effect
                   ) kind
        )""",
        lines=lines,
    )


# The id of a row is that of the company times this, plus that of the customer.
_COMPANY_FACTOR = 2**32


def company_and_customer(row_id):
    """Return whose change a row tells.

    >>> company_and_customer(2 * 2**32 + 7)
    (2, 7)
    """
    return divmod(row_id, _COMPANY_FACTOR)


def reading(company, lines, period):
    """Return the query of the changes of all customers, a row each with an ``id``."""
    return SQL(
        """WITH %(company)s, %(period)s, %(change)s
           SELECT change.company_id::bigint * %(factor)s + change.partner_id AS id,
                  profile.id AS profile_id, change.*
             FROM change
        LEFT JOIN crm_lifecycle_profile profile
               ON profile.partner_id = change.partner_id
              AND profile.company_id = change.company_id""",
        company=company,
        factor=_COMPANY_FACTOR,
        period=period_cte(period),
        change=change_cte(lines),
    )
