"""Recency, frequency, monetary: each customer's fifth of the company's buyers, three times.

Recency is the day of the last purchase, frequency the purchases of the last twelve months,
monetary the net revenue of the same time. Scores run from 1 to 5, 5 is best. Recency is
compared by its day and not by days gone by, so that nobody's score moves overnight.

The *cut points* of a figure are the most that scores 1, 2, 3 and 4 go up to. A run over
everybody finds them; with these a single customer is scored by comparison.
"""

from odoo.tools import SQL

#: With fewer buyers a fifth would be a single customer, and there are no scores.
MINIMUM_CUSTOMERS = 10
FIFTHS = (0.2, 0.4, 0.6, 0.8)

#: What is scored, from the row of ``profile`` and of ``value``, where there is one.
FIGURES = {
    "recency": SQL("profile.last_purchase_date"),
    "frequency": SQL("profile.purchase_count_12m"),
    "monetary": SQL("COALESCE(value.revenue_12m, 0)"),
}
#: Columns of ``crm.lifecycle.rfm.cut``, those of a figure from the lowest to the highest.
CUTS = {name: tuple(f"{name}_{number}" for number in range(1, 5)) for name in FIGURES}

# Whoever bought nothing for a year has no frequency to compare.
_IS_BUYER = SQL("profile.purchase_count_12m > 0")


def measuring(company_ids):
    """Return the query of the cut points of companies: a row each that has buyers.

    The cut point after the first fifth is the figure of the last customer in it. Whoever
    shares it is in that fifth too, so the fifths after it may be smaller, or empty.

    :param list company_ids: ids of the companies
    """
    measured = SQL(", ").join(
        SQL(
            "PERCENTILE_DISC(%s::float8[]) WITHIN GROUP (ORDER BY %s) AS %s",
            list(FIFTHS),
            figure,
            SQL.identifier(name),
        )
        for name, figure in FIGURES.items()
    )
    cuts = SQL(", ").join(
        SQL(
            "CASE WHEN customer_count >= %s THEN %s[%s] END AS %s",
            MINIMUM_CUSTOMERS,
            SQL.identifier(name),
            number,
            SQL.identifier(column),
        )
        for name, columns in CUTS.items()
        for number, column in enumerate(columns, start=1)
    )
    return SQL(
        """SELECT company_id, customer_count, %(cuts)s
             FROM (SELECT profile.company_id, COUNT(*)::int AS customer_count, %(measured)s
                     FROM crm_lifecycle_profile profile
                LEFT JOIN crm_lifecycle_value value ON value.profile_id = profile.id
                    WHERE profile.company_id = ANY(%(companies)s) AND %(is_buyer)s
                 GROUP BY profile.company_id) measured""",
        cuts=cuts,
        measured=measured,
        companies=list(company_ids),
        is_buyer=_IS_BUYER,
    )


def scores():
    """Return a customer's scores, ``{column: SQL}``, from the rows of ``profile``, ``value``
    and ``rfm_cut``, see ``standing``.
    """
    found = {f"rfm_{name}": _score(name) for name in FIGURES}
    code = SQL("NULLIF(CONCAT(%s), '')", SQL(", ").join(found.values()))
    return {**found, "rfm_code": code}


def _score(name):
    """Return a score: one more than the cut points that the figure is above."""
    above = SQL(" + ").join(
        SQL("(%s > %s)::int", FIGURES[name], SQL.identifier("rfm_cut", column))
        for column in CUTS[name]
    )
    return SQL(
        "CASE WHEN %s AND rfm_cut.recency_1 IS NOT NULL THEN (1 + %s)::varchar END",
        _IS_BUYER,
        above,
    )


def columns(names, alias=None):
    """Return a list of columns, with the alias of their table if there is one."""
    return SQL(", ").join(
        SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names
    )
