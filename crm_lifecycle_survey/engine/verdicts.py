"""What an answer says: of NPS promoter, passive or detractor; of CSAT how satisfied.

NPS is defined once for all: 9 and 10 of 10 are promoters, 0 to 6 detractors. For CSAT a round
has limits, scores of 0 to 100: where the value lies between the ends of its scale.
"""

from odoo.tools import SQL

#: Kinds of rounds: verdicts from the best to the worst.
VERDICTS = {
    "nps": ("promoter", "passive", "detractor"),
    "csat": ("very_satisfied", "satisfied", "dissatisfied"),
}
BEST = tuple(names[0] for names in VERDICTS.values())
WORST = tuple(names[2] for names in VERDICTS.values())
#: Limits of NPS as scores: 9 of 10 and 6 of 10.
NPS_TOP, NPS_LOW = 90, 60
#: The scale that NPS is asked on.
NPS_SCALE = (0, 10)


def score(value, scale_min, scale_max):
    """Return where a value lies between the ends of its scale, 0 to 100.

    >>> score(4, 1, 5)
    75.0
    """
    return round(100 * (value - scale_min) / (scale_max - scale_min), 2)


def verdict(kind, value, scale_min, scale_max, limits):
    """Return what an answer says.

    :param tuple limits: score up to which CSAT is low, and from which it is top

    >>> [verdict("nps", value, 0, 10, (0, 0)) for value in (0, 6, 7, 8, 9, 10)]
    ['detractor', 'detractor', 'passive', 'passive', 'promoter', 'promoter']
    >>> [verdict("csat", value, 1, 5, (60, 90)) for value in (1, 3, 4, 5)]
    ['dissatisfied', 'dissatisfied', 'satisfied', 'very_satisfied']
    """
    low, top = (NPS_LOW, NPS_TOP) if kind == "nps" else limits
    best, middle, worst = VERDICTS[kind]
    points = score(value, scale_min, scale_max)
    if points >= top:
        return best
    return worst if points <= low else middle


def verdict_sql(request, low, top):
    """Return the same as ``verdict`` in SQL.

    :param str request: alias of the row with the kind, the value and the ends of its scale
    :param SQL low: limits of CSAT
    :param SQL top:
    """
    row = SQL.identifier(request)
    return SQL(
        """(SELECT CASE WHEN said.score >= said.top THEN said.names[1]
                        WHEN said.score <= said.low THEN said.names[3]
                        ELSE said.names[2] END
              FROM (SELECT ROUND(100 * (%(row)s.value - %(row)s.scale_min)::numeric
                                 / (%(row)s.scale_max - %(row)s.scale_min)::numeric, 2) AS score,
                           CASE %(row)s.kind WHEN 'nps' THEN %(nps_low)s ELSE %(low)s END AS low,
                           CASE %(row)s.kind WHEN 'nps' THEN %(nps_top)s ELSE %(top)s END AS top,
                           CASE %(row)s.kind WHEN 'nps' THEN %(nps)s ELSE %(csat)s END AS names
                   ) said)""",
        row=row,
        low=low,
        top=top,
        nps_low=NPS_LOW,
        nps_top=NPS_TOP,
        nps=list(VERDICTS["nps"]),
        csat=list(VERDICTS["csat"]),
    )


def nps(promoters, detractors, n):
    """Return the Net Promoter Score, -100 to 100.

    >>> nps(5, 2, 10)
    30
    """
    return round(100 * (promoters - detractors) / n)
