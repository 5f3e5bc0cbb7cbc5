"""Rule sets: which figures make which stage, and which silence makes which status.

Plain values, without a database: a policy's records are read into a ``RuleSet``, the
engine turns it into SQL, and ``explanation`` says the same rules in words.
"""

import math
from dataclasses import dataclass, field

from .loyalty import LoyaltyRule

# The eight stages from the loosest to the closest, and their places.
STAGES = (
    "suspect",
    "prospect",
    "first_buyer",
    "repeat_buyer",
    "long_term",
    "advocate",
    "strategic",
    "partner",
)
RANK = {code: rank for rank, code in enumerate(STAGES, start=1)}

# Which purchases count: ordered, billed or paid ones.
BASES = ("confirmed", "invoiced", "paid")

OPERATORS = (">=", ">", "=", "<=", "<")

COMPARE = {
    ">=": lambda value, limit: value >= limit,
    ">": lambda value, limit: value > limit,
    "=": lambda value, limit: value == limit,
    "<=": lambda value, limit: value <= limit,
    "<": lambda value, limit: value < limit,
}


@dataclass(frozen=True)
class Condition:
    """A figure compared with a limit: ``purchases >= 3``, in the last ``months``.

    :param int months: how far back the figure looks, 0 for ever
    """

    metric: str
    operator: str
    value: float
    months: int = 0

    @property
    def column(self):
        """Name of the figure in SQL and in what evidence keeps.

        >>> Condition("purchases", ">=", 3, 12).column
        'purchases_12'
        """
        return f"{self.metric}_{self.months}"

    def limit(self, tolerance=0.0):
        """Return the limit, eased by a share for somebody who is in the stage already.

        >>> Condition("tenure", ">=", 365).limit(0.1), Condition("recency", "<=", 90).limit(0.1)
        (328.5, 99.0)
        >>> Condition("agreements", "=", 0).limit(0.1)
        0
        """
        if not tolerance or self.operator == "=":
            return self.value
        share = 1 - tolerance if self.operator in (">=", ">") else 1 + tolerance
        return round(self.value * share, 6)

    def holds(self, figure, tolerance=0.0):
        """Tell whether a figure meets the condition; one that is unknown never does.

        >>> Condition("purchases", ">=", 3).holds(3), Condition("recency", "<", 90).holds(None)
        (True, False)
        """
        return figure is not None and COMPARE[self.operator](figure, self.limit(tolerance))

    def turning_days(self, tolerance=0.0):
        """Return the ages in days at which a figure that grows by the day turns.

        >>> sorted(Condition("tenure", ">=", 365).turning_days())
        [365]
        >>> sorted(Condition("recency", "<=", 90).turning_days())
        [91]
        """
        limit = self.limit(tolerance)
        reached, passed = math.ceil(limit), math.floor(limit) + 1
        return {
            ">=": {reached},
            "<": {reached},
            ">": {passed},
            "<=": {passed},
            "=": {reached, passed},
        }[self.operator]


@dataclass(frozen=True)
class StageRule:
    """A stage and the groups of conditions, one of which must hold as a whole."""

    code: str
    groups: tuple = ()

    def holds(self, figures, tolerance=0.0):
        """Tell whether figures, by column, make the stage.

        >>> rule = StageRule("repeat_buyer", ((Condition("purchases", ">=", 2),),))
        >>> rule.holds({"purchases_0": 2}), rule.holds({})
        (True, False)
        """
        return any(
            all(condition.holds(figures.get(condition.column), tolerance) for condition in group)
            for group in self.groups
        )


@dataclass(frozen=True)
class StatusRule:
    """When a buyer is due, at risk and lapsed, measured by the own rhythm.

    The usual gap between purchases is the median of the customer's latest ones, the
    spread their interquartile range, both in days. Somebody with fewer gaps than
    ``minimum_gaps`` is measured by the company's.
    """

    company_interval: int = 90
    company_spread: int = 45
    minimum_gaps: int = 2
    # The spread counts as at least this share of the usual gap, so that a clockwork
    # customer is not at risk a day later.
    minimum_spread: float = 0.5
    at_risk_spreads: float = 1.0
    lapsed_spreads: float = 3.0
    # Somebody won back is active again after so many days, or purchases.
    won_back_days: int = 90
    won_back_purchases: int = 3


@dataclass(frozen=True)
class RuleSet:
    """All the rules of a company: stages, highest first, status, and loyalty index."""

    stages: tuple
    basis: str = "confirmed"
    # Share by which a limit is eased for somebody who is in the stage already.
    tolerance: float = 0.0
    # Days for which a stage is kept at least, unless its evidence is taken back.
    minimum_stay: int = 0
    status: StatusRule = field(default_factory=StatusRule)
    loyalty: LoyaltyRule = field(default_factory=LoyaltyRule)

    @property
    def sticky(self):
        """Whether the stage depends on the stage before."""
        return bool(self.tolerance or self.minimum_stay)

    @property
    def conditions(self):
        """All the conditions, each once, in a stable order."""
        return tuple(
            dict.fromkeys(
                condition for rule in self.stages for group in rule.groups for condition in group
            )
        )

    @property
    def columns(self):
        """``{column: (metric key, months)}`` of the figures that the rules use."""
        return {
            condition.column: (condition.metric, condition.months) for condition in self.conditions
        } | self.loyalty.figures

    def stage_of(self, figures, tolerance=0.0):
        """Return the code of the highest stage that figures make; suspect at least.

        >>> DEFAULT.stage_of({"purchases_0": 2})
        'repeat_buyer'
        >>> DEFAULT.stage_of({})
        'suspect'
        """
        for rule in self.stages:
            if rule.holds(figures, tolerance):
                return rule.code
        return "suspect"


_LONG_TERM = (Condition("purchases", ">=", 3), Condition("purchase_span", ">=", 365))
# Nobody speaks for us who has something against us.
_UNOPPOSED = (Condition("poor_ratings", "=", 0), Condition("open_complaints", "=", 0))

# What a company starts with.
DEFAULT = RuleSet(
    (
        StageRule("partner", ((Condition("agreements", ">=", 1),),)),
        StageRule(
            "strategic", ((Condition("purchases", ">=", 1), Condition("referrals", ">=", 1)),)
        ),
        StageRule(
            "advocate",
            (
                (*_LONG_TERM, Condition("exclusive", ">=", 1), *_UNOPPOSED),
                (*_LONG_TERM, Condition("best_ratings", ">=", 1), *_UNOPPOSED),
            ),
        ),
        StageRule("long_term", (_LONG_TERM,)),
        StageRule("repeat_buyer", ((Condition("purchases", ">=", 2),),)),
        StageRule("first_buyer", ((Condition("purchases", ">=", 1),),)),
        StageRule(
            "prospect",
            ((Condition("opportunities", ">=", 1),), (Condition("quotations", ">=", 1),)),
        ),
    )
)
