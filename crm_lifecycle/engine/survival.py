"""How long something takes, of what is done and of what goes on: Kaplan and Meier's estimate.

The mean of what is done tells lies: what takes longest is not done yet. Of what goes on it is
known that it takes longer than so far; so it counts among those that might have been done on
each day up to now, and is left out afterwards.
"""

from odoo.tools import SQL

# A share that is reached but for what a computer rounds is reached.
_ROUNDED = 1e-9


def quantile(durations, share):
    """Return the time within which a share is done, None while that is not known.

    The 6-MP group of Freireich et al. (1963), the textbook's example: its median is 23.

    >>> done = [(weeks, True) for weeks in (6, 6, 6, 7, 10, 13, 16, 22, 23)]
    >>> going_on = [(weeks, False) for weeks in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)]
    >>> quantile(done + going_on, 0.5), quantile(done + going_on, 0.25)
    (23, 13)
    >>> quantile([(1, True), (2, False), (3, False)], 0.9)
    >>> quantile([], 0.5)

    :param durations: ``[(time, whether it is done)]``
    :param float share: such as 0.5 for the median
    """
    left, waiting = 1.0, len(durations)
    for time in sorted({time for time, _is_done in durations}):
        done = sum(is_done for other, is_done in durations if other == time)
        left *= 1 - done / waiting
        if done and left <= 1 - share + _ROUNDED:
            return time
        waiting -= sum(other == time for other, _is_done in durations)
    return None


def quantile_sql(time, is_done, share):
    """Return the same as an aggregate over the rows of a group, NULL while it is not known.

    :param SQL time: how long it took, or takes so far; a row without one is left out
    :param SQL is_done: whether it is done
    :param float share: such as 0.5 for the median
    """
    return SQL(
        """(SELECT MIN(step.time) FILTER (WHERE step.done > 0 AND step.left_over <= %(rest)s)
              FROM (SELECT instant.time, instant.done,
                           EXP(SUM(CASE WHEN instant.done = instant.waiting THEN '-Infinity'::float8
                                        ELSE LN(1 - instant.done / instant.waiting) END)
                               OVER (ORDER BY instant.time)) AS left_over
                      FROM (SELECT entry.time, SUM(entry.done) AS done,
                                   SUM(COUNT(*)) OVER (ORDER BY entry.time DESC)::float8 AS waiting
                              FROM UNNEST(ARRAY_AGG(%(time)s::float8),
                                          ARRAY_AGG(%(is_done)s::int::float8))
                                   AS entry(time, done)
                             WHERE entry.time IS NOT NULL
                          GROUP BY entry.time) instant) step)""",
        rest=1 - share + _ROUNDED,
        time=time,
        is_done=is_done,
    )
