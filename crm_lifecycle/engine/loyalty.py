"""The loyalty index: one figure from 0 to 100, from eight parts that anybody can check.

Each part is a figure of the customer, brought to a scale from 0 to 1; the index is their
mean by weight. What is unknown, such as the satisfaction of somebody who never said
anything, is left out and not taken for bad; where too little is known there is no index.

The same formula stands here twice, in Python to explain it and in SQL to derive it for
everybody on every day; a test has both agree on random figures.
"""

import math
from dataclasses import dataclass

from odoo.tools import SQL

# Months that figures look back. Two years of what is said and paid seldom; one year of
# purchases beside the year before.
YEAR, TWO_YEARS = 12, 24


@dataclass(frozen=True)
class LoyaltyRule:
    """Weights of the parts, and from which figure on a part is full.

    >>> LoyaltyRule().total
    100.0
    """

    degree_weight: float = 20.0
    persistence_weight: float = 15.0
    change_weight: float = 15.0
    satisfaction_weight: float = 15.0
    complaints_weight: float = 10.0
    referral_weight: float = 10.0
    breadth_weight: float = 5.0
    payment_weight: float = 10.0
    # Purchases in twelve months.
    full_purchases: int = 6
    # Days from the first to the last purchase.
    full_days: int = 1095
    # Referred customers who bought.
    full_referrals: int = 2
    # Product categories in two years.
    full_breadth: int = 4
    # Share of the weights whose parts have to be known.
    known_share: float = 0.5

    def weight(self, code):
        return getattr(self, f"{code}_weight")

    @property
    def total(self):
        """Sum of all weights."""
        return math.fsum(self.weight(code) for code in PARTS)

    @property
    def parts(self):
        """The parts that have a weight, by code."""
        return {code: part for code, part in PARTS.items() if self.weight(code) > 0}

    @property
    def columns(self):
        """``{column: (metric key, months)}`` of the figures that the parts are made of.

        >>> sorted(LoyaltyRule(breadth_weight=0.0).columns)[:3]
        ['complaint_rate_12', 'paid_on_time_24', 'purchase_span_0']
        """
        return {
            f"{metric}_{months}": (metric, months)
            for part in self.parts.values()
            for metric, months in part.figures
        }

    @property
    def figures(self):
        """The index and what it is made of, as ``columns``; nothing where no part has weight."""
        return {"loyalty_0": ("loyalty", 0), **self.columns} if self.parts else {}


class Part:
    """One part of the index.

    :param figures: (metric, months) of what it is made of
    """

    figures = ()

    def score(self, figures, rule):
        """Return the part from 0 to 1, None where it is unknown.

        :param dict figures: the customer's figures by column
        """
        raise NotImplementedError

    def sql(self, value, rule):
        """Return the same in SQL.

        :param value: gives the SQL of a column's figure
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Share(Part):
    """A figure as a share of what is full, or what it leaves of the whole.

    >>> Share("referrals", 0, "full_referrals").score({"referrals_0": 1}, LoyaltyRule())
    0.5
    >>> Share("complaint_rate", 12, of_less=True).score(
    ...     {"complaint_rate_12": 250.0}, LoyaltyRule())
    0.0

    :param full: name of the rule's limit, none for a figure in percent
    """

    metric: str
    months: int
    full: str | None = None
    of_less: bool = False

    @property
    def figures(self):
        return ((self.metric, self.months),)

    def score(self, figures, rule):
        figure = figures.get(f"{self.metric}_{self.months}")
        if figure is None:
            return None
        share = min(1.0, figure / self._full(rule))
        return 1.0 - share if self.of_less else share

    def sql(self, value, rule):
        figure = value(f"{self.metric}_{self.months}")
        share = _capped(SQL("%s / %s::float8", figure, self._full(rule)))
        if self.of_less:
            share = SQL("1::float8 - %s", share)
        # LEAST skips what is unknown.
        return SQL("CASE WHEN %s IS NOT NULL THEN %s END", figure, share)

    def _full(self, rule):
        return getattr(rule, self.full) if self.full else 100.0


class Change(Part):
    """Purchases of twelve months as a share of those in the twelve months before.

    Full for whoever buys as often as before or more often; unknown without any before.

    >>> Change().score({"purchases_12": 3, "purchases_24": 7}, LoyaltyRule())
    0.75
    >>> Change().score({"purchases_12": 3, "purchases_24": 3}, LoyaltyRule()) is None
    True
    """

    figures = (("purchases", YEAR), ("purchases", TWO_YEARS))

    def score(self, figures, rule):
        now = figures.get("purchases_12") or 0
        before = (figures.get("purchases_24") or 0) - now
        return min(1.0, now / before) if before > 0 else None

    def sql(self, value, rule):
        now, both = value("purchases_12"), value("purchases_24")
        share = _capped(SQL("%s / (%s - %s)", now, both, now))
        return SQL("CASE WHEN %s > %s THEN %s END", both, now, share)


def _capped(share):
    return SQL("LEAST(1::float8, %s)", share)


#: By code, in the order in which they are shown.
PARTS = {
    "degree": Share("purchases", YEAR, "full_purchases"),
    "persistence": Share("purchase_span", 0, "full_days"),
    "change": Change(),
    "satisfaction": Share("satisfaction", TWO_YEARS),
    "complaints": Share("complaint_rate", YEAR, of_less=True),
    "referral": Share("referrals", 0, "full_referrals"),
    "breadth": Share("product_lines", TWO_YEARS, "full_breadth"),
    "payment": Share("paid_on_time", TWO_YEARS),
}


def scores(figures, rule):
    """Return the parts that have a weight, each from 0 to 1 or None where it is unknown.

    >>> scores({"referrals_0": 1}, LoyaltyRule())["referral"]
    0.5
    """
    return {code: part.score(figures, rule) for code, part in rule.parts.items()}


def index(figures, rule):
    """Return the loyalty index of a customer's figures, None where too little is known.

    >>> figures = {"purchases_0": 9, "purchases_12": 3, "purchases_24": 7, "purchase_span_0": 1095,
    ...     "referrals_0": 0, "product_lines_24": 2}
    >>> index(figures, LoyaltyRule())
    60
    >>> index({**figures, "purchases_0": 0}, LoyaltyRule()) is None
    True

    :return: a whole number from 0 to 100
    """
    if not figures.get("purchases_0"):
        return None
    known = known_scores(figures, rule)
    weight = sum(rule.weight(code) for code in known)
    if not weight or weight < rule.known_share * rule.total:
        return None
    return math.floor(
        100.0 * (sum(rule.weight(code) * score for code, score in known.items()) / weight) + 0.5
    )


def known_scores(figures, rule):
    """Return the parts that are known, by code."""
    return {code: score for code, score in scores(figures, rule).items() if score is not None}


def contributions(figures, rule):
    """Return how many points of the index each known part makes up.

    >>> figures = {"purchases_0": 1, "purchases_12": 3, "purchase_span_0": 1095}
    >>> contributions(figures, LoyaltyRule(degree_weight=25.0, referral_weight=0.0,
    ...     breadth_weight=0.0))
    {'degree': 31.25, 'persistence': 37.5}
    """
    known = known_scores(figures, rule)
    weight = sum(rule.weight(code) for code in known)
    return {code: 100.0 * rule.weight(code) * score / weight for code, score in known.items()}


def index_sql(rule, value):
    """Return the index in SQL, NULL where too little is known.

    :param value: gives the SQL of a column's figure, a ``float8``
    """
    parts = rule.parts
    if not parts:
        return SQL("NULL::int")
    weighted, known = [], []
    for code, part in parts.items():
        score, weight = part.sql(value, rule), rule.weight(code)
        weighted.append(SQL("COALESCE(%s::float8 * %s, 0::float8)", weight, score))
        known.append(SQL("CASE WHEN %s IS NULL THEN 0::float8 ELSE %s::float8 END", score, weight))
    return SQL(
        """CASE WHEN %(purchases)s > 0 AND %(known)s > 0::float8
                 AND %(known)s >= %(minimum)s::float8
                THEN FLOOR(100::float8 * ((%(sum)s) / (%(known)s)) + 0.5::float8)::int END""",
        purchases=value("purchases_0"),
        known=SQL("(%s)", SQL(" + ").join(known)),
        sum=SQL(" + ").join(weighted),
        minimum=rule.known_share * rule.total,
    )
