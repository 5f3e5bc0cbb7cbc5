"""What a freshly derived history adds to the recorded one (plain Python)."""

from dataclasses import dataclass, replace
from datetime import date

from .rules import ADVERSE_FACTS, DECISIVE_FACTS, STAGE_RULES

# Highest stage first in the rules, so the rank is counted from their end.
RANK = {rule.code: rank for rank, rule in enumerate(reversed(STAGE_RULES), start=1)}

# A move keeps at most so many documents as evidence.
EVIDENCE_LIMIT = 20

# Cause of a move that no document's date tells: evidence was deleted, taken back
# without a trace, or put in force again.
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Step:
    """A day on which a customer's stage changed, with the documents of that day.

    A step that was ``noticed`` stands on the day of the refresh instead, with the
    documents that the stage now rests on.
    """

    date: date
    stage: str
    purchases: int = 0
    evidence: tuple = ()
    noticed: bool = False


def direction(before, after):
    """Tell whether a move goes up or down; somebody's first stage is new.

    >>> direction(None, "prospect"), direction("prospect", "first_buyer")
    ('new', 'up')
    >>> direction("partner", "suspect")
    'down'
    """
    if before is None:
        return "new"
    return "up" if RANK[after] > RANK[before] else "down"


def evidence_of(before, step):
    """Order a step's documents, those that decided the move first.

    On the way up that is what began and belongs to the new stage's facts, on the
    way down what the old stage's facts have lost.

    >>> step = Step(date(2026, 3, 3), "first_buyer", 1, (
    ...     {"fact": "known", "kind": "quotation", "ends": False, "model": "x", "id": 7},
    ...     {"fact": "quotation", "kind": "quotation_closed", "ends": True, "model": "x", "id": 7},
    ...     {"fact": "purchase", "kind": "order", "ends": False, "model": "x", "id": 7}))
    >>> [document["kind"] for document in evidence_of("prospect", step)]
    ['order', 'quotation', 'quotation_closed']
    """
    down = direction(before, step.stage) == "down" and not step.noticed
    place = {fact: i for i, fact in enumerate(DECISIVE_FACTS[before if down else step.stage])}

    def weight(document):
        relevance = place.get(document["fact"], len(place))
        identity = (document["kind"], document["model"], document["id"])
        if down:
            return (relevance, not document["ends"], *identity)
        return (document["ends"], relevance, *identity)

    return sorted(step.evidence, key=weight)[:EVIDENCE_LIMIT]


def _is_explained(before, step):
    """Tell whether the documents of a step's day account for the step.

    A way down needs something that ended, or that speaks against the customer.
    """
    return direction(before, step.stage) != "down" or any(
        document["ends"] or document["fact"] in ADVERSE_FACTS for document in step.evidence
    )


def steps_to_append(stage, since, derived, today, recorded=()):
    """Return the steps of a derived history that a recorded one has yet to take.

    The recorded history only grows. It takes over what was derived from its last
    day on. Where that leaves it in another stage than the derived history ends in,
    either a document was dated back, which moves the customer on its own day, or
    evidence changed without a date, which moves them as of today.

    :param str stage: code of the recorded history's last stage, if any
    :param date since: effective date of its last move
    :param list derived: steps, oldest first
    :param recorded: (date, stage code) of each recorded move

    >>> first = Step(date(2026, 1, 5), "first_buyer", 1)
    >>> repeat = Step(date(2026, 2, 9), "repeat_buyer", 2)
    >>> today = date(2026, 3, 1)

    A new history is taken over as it is, a known one is left alone:

    >>> steps_to_append(None, None, [first, repeat], today) == [first, repeat]
    True
    >>> steps_to_append("repeat_buyer", repeat.date, [first, repeat], today)
    []

    A document dated back moves the customer on its own day:

    >>> steps_to_append("first_buyer", first.date, [first, repeat], today) == [repeat]
    True
    >>> steps_to_append("prospect", date(2026, 1, 20), [first], today) == [first]
    True

    A document that is gone moves the customer back today, be it the first one:

    >>> [back] = steps_to_append("repeat_buyer", repeat.date, [first], today)
    >>> back.stage, back.date, back.noticed
    ('first_buyer', datetime.date(2026, 3, 1), True)
    >>> second = Step(date(2026, 2, 9), "first_buyer", 1)
    >>> [back] = steps_to_append("repeat_buyer", repeat.date, [second], today)
    >>> back.stage, back.date
    ('first_buyer', datetime.date(2026, 3, 1))

    So does a document that is in force again:

    >>> known = {(first.date, "first_buyer"), (date(2026, 1, 20), "suspect")}
    >>> [again] = steps_to_append("suspect", date(2026, 1, 20), [first], today, known)
    >>> again.stage, again.date
    ('first_buyer', datetime.date(2026, 3, 1))
    """
    appended = []
    for step in derived:
        if (
            (since is None or step.date >= since)
            and step.stage != stage
            and _is_explained(stage, step)
        ):
            appended.append(step)
            stage = step.stage
    if derived and stage != derived[-1].stage:
        last = derived[-1]
        if not _is_explained(stage, last) or (last.date, last.stage) in recorded:
            last = replace(last, date=today, noticed=True)
        appended.append(last)
    return appended
