"""Who brings how much of the whole: curves over customers, and over groups of them."""

from odoo.tools import SQL

#: A curve has so many points at most, its beginning included.
MAX_POINTS = 200
TENTHS = 10
#: Single points besides those at equal distances: ends of tenths, the first, the peak, zero.
_SINGLE_POINTS = TENTHS + 3


def whale(customers):
    """Return the query of the points of a cumulative curve, the best customer first.

    A point tells the place of a customer and what everybody up to that place brings. There
    are points at equal distances, at the end of each tenth, at the first customer, and at
    the *peak*: the last customer who brings anything.

    :param SQL customers: SELECT of ``id`` and ``amount``
    """
    return SQL(
        """WITH ranked AS (
            SELECT ROW_NUMBER() OVER best AS place, SUM(amount) OVER best AS cumulative,
                   COUNT(*) OVER () AS customers,
                   COUNT(*) FILTER (WHERE amount > 0) OVER () AS peak,
                   COUNT(*) FILTER (WHERE amount < 0) OVER () AS losers
              FROM (%(customers)s) customer
            WINDOW best AS (ORDER BY amount DESC, id ROWS UNBOUNDED PRECEDING)
        )
        SELECT place, cumulative, customers, peak, losers
          FROM ranked
         WHERE place IN (1, peak)
            OR place %% CEIL(customers / %(points)s::numeric) = 0
            -- The last customer of a tenth.
            OR CEIL((place + 1) * %(tenths)s / customers::numeric)
               > CEIL(place * %(tenths)s / customers::numeric)
      ORDER BY place""",
        customers=customers,
        points=MAX_POINTS - _SINGLE_POINTS,
        tenths=TENTHS,
    )


def tenths(points):
    """Return the tenths of a curve: ``(first place, last place, amount, cumulative)`` each.

    >>> tenths([(1, 5), (2, 9), (3, 8)])
    [(1, 1, 5, 5), (2, 2, 4, 9), (3, 3, -1, 8)]

    :param list points: ``(place, cumulative)``
    """
    if not points:
        return []
    reached = dict(points)
    customers = points[-1][0]
    found, before, so_far = [], 0, 0
    for number in range(1, TENTHS + 1):
        # The same tenth as in the query: that of a place is place * 10 / customers, rounded up.
        place = number * customers // TENTHS
        if place > before:
            found.append((before + 1, place, reached[place] - so_far, reached[place]))
            before, so_far = place, reached[place]
    return found


def places(customers, first, last):
    """Return the query of the amounts and ids of the customers in two places.

    :param SQL customers: SELECT of ``id`` and ``amount``
    """
    return SQL(
        """SELECT amount, id
             FROM (SELECT amount, id, ROW_NUMBER() OVER (ORDER BY amount DESC, id) AS place
                     FROM (%s) customer) ranked
            WHERE place IN (%s, %s)
         ORDER BY place""",
        customers,
        first,
        last,
    )


def pareto(rows, top):
    """Return the query of the largest groups, and of the rest as one more row.

    Columns: ``key``, NULL for what is not set and for the rest; ``amount``, ``customers``
    and ``groups``, how many of them the row sums up.

    :param SQL rows: SELECT of ``key``, ``partner_id`` and ``amount``
    :param int top: how many groups have a row of their own
    """
    return SQL(
        """WITH ranked AS (
            SELECT key, amount, customers,
                   ROW_NUMBER() OVER (ORDER BY amount DESC, key NULLS LAST) AS place
              FROM (SELECT key, SUM(amount) AS amount,
                           COUNT(DISTINCT partner_id) AS customers
                      FROM (%(rows)s) entry
                  GROUP BY key) grouped
        )
        SELECT CASE WHEN COUNT(*) = 1 THEN MIN(key) END AS key, SUM(amount) AS amount,
               SUM(customers)::int AS customers, COUNT(*)::int AS groups
          FROM ranked
      GROUP BY LEAST(place, %(rest)s)
      ORDER BY LEAST(place, %(rest)s)""",
        rows=rows,
        rest=top + 1,
    )
