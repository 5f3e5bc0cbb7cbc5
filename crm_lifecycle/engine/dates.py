"""When something that comes round each year comes next, by the calendar of the people.

A day that a year does not have is that year's last one of the month: whoever was born on 29
February has a birthday on 28 February of other years, and one on the 30th of a Chinese month
has it on the 29th of a short one. A leap month of the Chinese calendar comes round in years that
have the same leap month; in others the month of that number counts.
"""

from calendar import monthrange

try:
    from borax.calendars.lunardate import LCalendars, LunarDate
except ImportError:  # optional: without it there are no dates by the Chinese calendar
    LCalendars = LunarDate = None

#: Years of the Chinese calendar that the library knows.
LUNAR_YEARS = range(1900, 2101)


def has_lunar():
    """Tell whether dates by the Chinese calendar can be reckoned with here."""
    return LunarDate is not None


def next_yearly(day, today):
    """Return the next day, from today on, on which ``day`` comes round.

    >>> from datetime import date
    >>> next_yearly(date(1980, 5, 1), date(2026, 5, 1))
    datetime.date(2026, 5, 1)
    >>> next_yearly(date(1980, 5, 1), date(2026, 5, 2))
    datetime.date(2027, 5, 1)
    >>> next_yearly(date(2000, 2, 29), date(2027, 3, 1))
    datetime.date(2028, 2, 29)
    >>> next_yearly(date(2000, 2, 29), date(2026, 3, 1))
    datetime.date(2027, 2, 28)

    What lies ahead has not come yet, so it comes round no sooner:

    >>> next_yearly(date(2030, 5, 1), date(2026, 1, 1))
    datetime.date(2030, 5, 1)
    """
    if day >= today:
        return day
    for year in (today.year, today.year + 1):
        last = monthrange(year, day.month)[1]
        found = day.replace(year=year, day=min(day.day, last))
        if found >= today:
            return found
    raise AssertionError("a day comes round within a year")


def to_lunar(day):
    """Return the month, the day and whether it is a leap month, by the Chinese calendar.

    :raises ValueError: if the library does not know the year
    """
    lunar = LunarDate.from_solar(day)
    return lunar.month, lunar.day, bool(lunar.leap)


def lunar_day(year, month, day, is_leap):
    """Return a day of a year of the Chinese calendar, by ours."""
    leap = int(is_leap and LCalendars.leap_month(year) == month)
    day = min(day, LCalendars.ndays(year, month, leap))
    return LunarDate(year, month, day, leap).to_solar_date()


def next_lunar(month, day, is_leap, today):
    """Return the next day, from today on, that is this one by the Chinese calendar.

    None where the library does not know the years. A year of that calendar begins in January
    or February, so that its last days are in the next one of ours.
    """
    for year in (today.year - 1, today.year, today.year + 1):
        if year in LUNAR_YEARS:
            found = lunar_day(year, month, day, is_leap)
            if found >= today:
                return found
    return None
