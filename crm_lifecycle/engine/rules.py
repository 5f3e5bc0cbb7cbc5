"""Which facts make which stage.

The conditions are SQL over one customer's facts on one day (the columns of the
CTE ``situation`` in ``timeline``). The highest stage whose condition holds wins.
"""

from dataclasses import dataclass

from odoo.tools import SQL

# A long-term customer has bought so often, over so many days.
LONG_TERM_PURCHASES = 3
LONG_TERM_DAYS = 365

_LONG_TERM = SQL("(purchase >= %s AND purchase_span >= %s)", LONG_TERM_PURCHASES, LONG_TERM_DAYS)


@dataclass(frozen=True)
class StageRule:
    """A stage, when it holds, and the facts whose documents prove it."""

    code: str
    condition: SQL
    facts: tuple


STAGE_RULES = (
    StageRule("partner", SQL("agreement > 0"), ("agreement",)),
    StageRule("strategic", SQL("purchase > 0 AND referral > 0"), ("referral", "purchase")),
    StageRule(
        "advocate",
        SQL("%s AND (promoter > 0 OR exclusive > 0) AND objection = 0", _LONG_TERM),
        ("objection", "exclusive", "promoter", "purchase"),
    ),
    StageRule("long_term", _LONG_TERM, ("purchase",)),
    StageRule("repeat_buyer", SQL("purchase >= 2"), ("purchase",)),
    StageRule("first_buyer", SQL("purchase >= 1"), ("purchase",)),
    StageRule("prospect", SQL("opportunity > 0 OR quotation > 0"), ("opportunity", "quotation")),
    StageRule("suspect", SQL("TRUE"), ("known",)),
)

# Facts that a situation counts, and those among them that make somebody a
# customer at all: a rating alone does not.
FACTS = (
    "known",
    "opportunity",
    "quotation",
    "purchase",
    "referral",
    "promoter",
    "objection",
    "exclusive",
    "agreement",
)
# Facts that speak against a stage: their beginning takes a customer down.
ADVERSE_FACTS = ("objection",)
RELATIONSHIP_FACTS = ("known", "opportunity", "quotation", "purchase", "agreement")

DECISIVE_FACTS = {rule.code: rule.facts for rule in STAGE_RULES}


def stage_case():
    """Return the SQL expression of the code of the stage that a situation makes."""
    return SQL(
        "CASE %s END",
        SQL(" ").join(SQL("WHEN %s THEN %s", rule.condition, rule.code) for rule in STAGE_RULES),
    )
