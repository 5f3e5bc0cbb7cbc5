"""On which days people work, as tables that one look-up in SQL reads.

Working times are the host's and are worked out once for all customers, in Python; a
statement over customers then moves each date by a number from an array.
"""

from datetime import date, timedelta
from typing import NamedTuple

from odoo.tools import SQL

#: So many days at most are looked through for one on which somebody may be contacted.
SEARCHED_DAYS = 62


class Workdays(NamedTuple):
    """The working days of a calendar over some time."""

    calendar_id: int
    start: date  # the day of the first number
    ahead: tuple  # of each day: days until the next working day, 0 on one
    back: tuple  # of each day: days since the last working day, 0 on one

    def next(self, day):
        """Return the day, or the first working day after it; the day where none is known.

        >>> workdays = Workdays(1, date(2026, 3, 6), (0, 2, 1, 0), (0, 1, 2, 0))
        >>> str(workdays.next(date(2026, 3, 7))), str(workdays.next(date(2027, 1, 1)))
        ('2026-03-09', '2027-01-01')
        """
        place = (day - self.start).days
        return day + timedelta(self.ahead[place] if 0 <= place < len(self.ahead) else 0)

    def next_free(self, day, is_quiet):
        """Return the first working day from a day on that is no quiet one.

        :param is_quiet: function of a day
        :return: the next working day if all are quiet for long

        >>> workdays = Workdays(1, date(2026, 3, 6), (0, 2, 1, 0, 0), (0, 1, 2, 0, 0))
        >>> str(workdays.next_free(date(2026, 3, 7), lambda day: day.day == 9))
        '2026-03-10'
        >>> str(workdays.next_free(date(2026, 3, 7), lambda day: True))
        '2026-03-09'
        """
        first = found = self.next(day)
        for _number in range(SEARCHED_DAYS):
            if not is_quiet(found):
                return found
            found = self.next(found + timedelta(1))
        return first


def distances(works):
    """Return of each day how far the next working day is, and how far the last one.

    Where there is none any more the day is taken as it is: nobody knows better.

    :param list works: of each day, whether people work
    :return: two tuples of as many numbers

    >>> distances([True, False, False, True])
    ((0, 2, 1, 0), (0, 1, 2, 0))
    >>> distances([False, True, False])
    ((1, 0, 0), (0, 0, 1))
    >>> distances([False, False])
    ((0, 0), (0, 0))
    """
    return tuple(_until(works[::-1]))[::-1], tuple(_until(works))


def _until(works):
    """Yield of each day how many days ago the last working day was.

    >>> list(_until([False, True, False, False]))
    [0, 0, 1, 2]
    """
    since = None
    for work in works:
        if work:
            since = 0
        elif since is not None:
            since += 1
        yield since or 0


def calendar_cte(calendars):
    """Return the CTE ``calendar`` of working days.

    :param list calendars: ``Workdays``
    """
    rows = SQL(" UNION ALL ").join(
        SQL(
            "SELECT %s::int, %s::date, %s::smallint[], %s::smallint[]",
            calendar.calendar_id,
            calendar.start,
            list(calendar.ahead),
            list(calendar.back),
        )
        for calendar in calendars
    )
    empty = SQL("SELECT NULL::int, NULL::date, NULL::smallint[], NULL::smallint[] WHERE FALSE")
    return SQL(
        "calendar(id, start, ahead, back) AS MATERIALIZED (%s)", rows if calendars else empty
    )


def next_day(day, quiet):
    """Return the first day from ``day`` on that is a working day of ``calendar`` and not quiet.

    NULL where there is none for long.

    :param SQL day: the day
    :param SQL quiet: text of the ISO numbers of weekdays that are left out, NULL for none
    """
    return _search(day, quiet, SQL("+"), SQL("ahead"))


def last_day(day, quiet):
    """Return the last such day up to ``day``."""
    return _search(day, quiet, SQL("-"), SQL("back"))


def _search(day, quiet, sign, column):
    return SQL(
        """(CASE WHEN %(day)s IS NULL THEN NULL
                 WHEN %(quiet)s IS NULL
                 THEN %(day)s %(sign)s
                      COALESCE(calendar.%(column)s[%(day)s - calendar.start + 1], 0)::int
                 ELSE (SELECT %(day)s %(sign)s n
                         FROM GENERATE_SERIES(0, %(searched)s) n
                        WHERE COALESCE(
                              calendar.%(column)s[(%(day)s %(sign)s n) - calendar.start + 1],
                              0) = 0
                          AND POSITION(EXTRACT(ISODOW FROM (%(day)s %(sign)s n))::int::text
                                       IN %(quiet)s) = 0
                     ORDER BY n
                        LIMIT 1) END)""",
        day=day,
        quiet=quiet,
        sign=sign,
        column=column,
        searched=SEARCHED_DAYS,
    )
