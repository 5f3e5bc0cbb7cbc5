"""What a freshly derived history adds to the recorded one (plain Python)."""

from dataclasses import dataclass
from datetime import date

from .rules import DECISIVE_FACTS, STAGE_RULES

# Highest stage first in the rules, so the rank is counted from their end.
RANK = {rule.code: rank for rank, rule in enumerate(reversed(STAGE_RULES), start=1)}

# A move keeps at most so many documents as evidence.
EVIDENCE_LIMIT = 20

# Cause of a move back whose evidence left no trace (deleted, or never dated).
WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Step:
    """A day on which a customer's stage changed, with the documents of that day."""

    date: date
    stage: str
    purchases: int = 0
    evidence: tuple = ()


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
    down = before is not None and RANK[step.stage] < RANK[before]
    place = {fact: i for i, fact in enumerate(DECISIVE_FACTS[before if down else step.stage])}

    def weight(document):
        relevance = place.get(document["fact"], len(place))
        identity = (document["kind"], document["model"], document["id"])
        if down:
            return (relevance, not document["ends"], *identity)
        return (document["ends"], relevance, *identity)

    return sorted(step.evidence, key=weight)[:EVIDENCE_LIMIT]


def steps_to_append(stage, since, derived, today):
    """Return the steps of a derived history that a recorded one has yet to take.

    The recorded history only grows. It takes over what was derived from its last
    day on; where that leaves it in another stage than the derived history ends in,
    the evidence was withdrawn without a date, and it follows as of today.

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

    A document that is gone moves the customer back today:

    >>> [back] = steps_to_append("repeat_buyer", repeat.date, [first], today)
    >>> back.stage, back.date
    ('first_buyer', datetime.date(2026, 3, 1))
    """
    appended = []
    for step in derived:
        if (since is None or step.date >= since) and step.stage != stage:
            appended.append(step)
            stage = step.stage
    if derived and stage != derived[-1].stage:
        last = derived[-1]
        appended.append(Step(today, last.stage, last.purchases))
    return appended
