"""Rule sets in words: why a customer is in a stage, and what the next one takes.

Plain Python over the figures that the statement returned, and over the same conditions
that it was compiled from; a test over random rules and figures shows that both agree.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from . import rules

TOLERANCE = "tolerance"
MINIMUM_STAY = "minimum_stay"


@dataclass(frozen=True)
class Finding:
    """A condition held against a figure.

    :param value: the figure, None if unknown
    :param gap: by how much the figure is too small (above zero) or too big (below)
    :param due: day on which time alone will meet the condition
    """

    condition: rules.Condition
    value: object
    holds: bool
    gap: float = 0
    due: object = None


@dataclass(frozen=True)
class Explanation:
    """Why a stage, and what for the next one.

    :param stage: code of the stage
    :param met: findings of the group of conditions that made, or keeps, the stage
    :param kept: what keeps a stage whose conditions hold no more, else None
    :param next_stage: code of the next higher stage, None for the highest
    :param wanted: findings of the group of conditions that the next stage is closest to
    :param others: the same of groups that it is as close to
    :param deadline: first day on which a condition that it has met already lapses
    """

    stage: str
    met: tuple
    kept: object
    next_stage: object
    wanted: tuple
    others: tuple = ()
    deadline: object = None

    @property
    def missing(self):
        """Findings that are missing for the next stage, in one way or another."""
        return tuple(
            tuple(finding for finding in group if not finding.holds)
            for group in (self.wanted, *self.others)
        )


def figures_on(figures, metrics, ruleset, day):
    """Return the figures of a customer on a day, ages reckoned from their dates.

    :param dict figures: as a profile keeps them, dates where a figure grows by the day

    >>> class Clock:
    ...     def clock(self):
    ...         return "first_purchase_date"
    >>> ruleset = rules.RuleSet((rules.StageRule("long_term", ((
    ...     rules.Condition("tenure", ">=", 365),),)),))
    >>> figures_on({"tenure_0": "2026-01-01"}, {"tenure": Clock()}, ruleset, date(2026, 1, 31))
    {'tenure_0': 30}
    """
    return {
        column: _age(figures.get(column), day) if metrics[metric].clock() else figures.get(column)
        for column, (metric, _months) in ruleset.columns.items()
    }


def _age(since, day):
    return (day - date.fromisoformat(since)).days if since else None


def explain(ruleset, metrics, stage, figures, day, lapses=None):
    """Explain a stage by the rules and the figures of a profile.

    :param str stage: code of the stage that the rules gave
    :param dict figures: as a profile keeps them
    :param dict lapses: day, as text, on which a part of a figure drops out, by column
    """
    known = figures_on(figures, metrics, ruleset, day)
    by_code = {rule.code: rule for rule in ruleset.stages}
    met, kept = (), None
    if stage in by_code:
        group, kept = _group_that_holds(by_code[stage], known, ruleset)
        met = tuple(_find(condition, known, figures, metrics, day) for condition in group)
    upcoming = [
        rule
        for rule in reversed(ruleset.stages)
        if rules.RANK[rule.code] > rules.RANK[stage] and rule.groups
    ]
    if not upcoming:
        return Explanation(stage, met, kept, None, ())
    groups = [
        tuple(_find(condition, known, figures, metrics, day) for condition in group)
        for group in upcoming[0].groups
    ]
    fewest = min(map(_count_missing, groups))
    wanted, *others = (group for group in groups if _count_missing(group) == fewest)
    deadlines = [
        lapse for finding in wanted if (lapse := _lapse_of(finding, figures, metrics, lapses or {}))
    ]
    return Explanation(
        stage,
        met,
        kept,
        upcoming[0].code,
        wanted,
        tuple(others),
        min(deadlines, default=None),
    )


def _count_missing(findings):
    return sum(not finding.holds for finding in findings)


def _group_that_holds(rule, known, ruleset):
    """Return the group of conditions behind a stage, and what keeps it if none holds.

    Nothing does where rules or days have moved on and nobody has looked since.
    """
    for tolerance, kept in ((0.0, None), (ruleset.tolerance, TOLERANCE)):
        for group in rule.groups:
            if all(condition.holds(known[condition.column], tolerance) for condition in group):
                return group, kept
    return rule.groups[0], MINIMUM_STAY if ruleset.minimum_stay else None


def _find(condition, known, figures, metrics, day):
    value = known[condition.column]
    if condition.holds(value):
        return Finding(condition, value, True)
    gap = _gap(condition, value, metrics[condition.metric].unit)
    due = None
    if gap > 0 and metrics[condition.metric].clock() and figures.get(condition.column):
        since = date.fromisoformat(figures[condition.column])
        due = since + timedelta(days=min(condition.turning_days()))
        due = due if due > day else None
    return Finding(condition, value, False, gap, due)


def _gap(condition, value, unit):
    """Return how much a figure lacks, or has too much as a negative number.

    >>> _gap(rules.Condition("purchases", ">", 2), 1, "count")
    2
    >>> _gap(rules.Condition("recency", "<=", 90), 100, "days")
    -10
    >>> _gap(rules.Condition("rating", ">=", 4), None, "score")
    4
    """
    limit = condition.value
    if unit in ("count", "days", "flag"):
        limit += {">": 1, "<": -1}.get(condition.operator, 0)
        return int(limit - (value or 0))
    gap = limit - (value or 0)
    # More than a limit is missing even where it is just reached.
    smallest = 0.01
    return gap or (smallest if condition.operator == ">" else -smallest)


def _lapse_of(finding, figures, metrics, lapses):
    """Return the day on which time undoes what a condition for the next stage has.

    For one that is missing: the day from which even more is missing. A count that can
    spare one is not undone by the next one that drops out.
    """
    condition = finding.condition
    if condition.operator in ("<", "<="):
        since = metrics[condition.metric].clock() and figures.get(condition.column)
        if finding.holds and since:
            return date.fromisoformat(since) + timedelta(days=min(condition.turning_days()))
        return None
    is_count = metrics[condition.metric].unit == "count"
    if is_count and finding.holds and condition.holds(finding.value - 1):
        return None
    lapse = lapses.get(condition.column)
    return date.fromisoformat(lapse) if lapse and finding.value else None
