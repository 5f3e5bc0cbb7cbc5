"""What operations have at hand, and the list of them."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

#: Documents picked are mostly among so many latest ones, so that users meet.
_RECENT = 30
#: How far back a document may be dated.
_DAYS_BACK = 1100


class NothingToDo(Exception):
    """There is no document of the kind that the operation needs."""


@dataclass(frozen=True)
class Operation:
    """A kind of thing that users do."""

    name: str
    role: str
    weight: float
    function: Callable
    on_ours: bool = False  # about records of our addons, whose rules may refuse it


OPERATIONS = []


def operation(role, weight, name=None, on_ours=False):
    """Register a function as an operation, under its own name unless told otherwise."""

    def register(function):
        label = name or function.__name__.strip("_").replace("_", " ")
        OPERATIONS.append(Operation(label, role, weight, function, on_ours))
        return function

    return register


class Desk:
    """An environment with random choices that follow from a seed."""

    def __init__(self, env, rng, scene):
        self.env, self.rng, self.scene = env, rng, scene

    @property
    def company(self):
        return self.env.company

    def other_company(self):
        """Return another company of the run."""
        ids = [id_ for id_ in self.scene["company_ids"] if id_ != self.company.id]
        return self.env["res.company"].browse(self.rng.choice(ids))

    def chance(self, share):
        return self.rng.random() < share

    def pick(self, model, domain, recent=0.8):
        """Return a record of the run at random, mostly a recent one."""
        records = self.env[model].with_context(active_test=False)
        found = records.search(domain, order="id DESC", limit=_RECENT * 10)
        if not found:
            raise NothingToDo(model)
        if self.chance(recent):
            found = found[:_RECENT]
        return self.rng.choice(found).with_env(self.env)

    def pick_document(self, model, *domain, recent=0.8):
        """Return a document of the run's customers in the current company."""
        return self.pick(
            model,
            [
                ("partner_id.ref", "=", self.scene["mark"]),
                ("company_id", "=", self.company.id),
                *domain,
            ],
            recent,
        )

    def pick_contact(self, *domain):
        """Return a contact of the run at random, some far more often than others."""
        found = self.env["res.partner"].search(
            [("ref", "=", self.scene["mark"]), *domain], order="id"
        )
        if not found:
            raise NothingToDo("res.partner")
        return found[int(len(found) * self.rng.random() ** 2)]

    def pick_customer(self, *domain):
        """Return a customer of the run, that is a contact without a parent."""
        return self.pick_contact(("parent_id", "=", False), *domain)

    def past_day(self):
        """Return a day of the last years, today more often than others."""
        today = datetime.date.today()
        if self.chance(0.3):
            return today
        # Few days, so that documents meet on one.
        return today - datetime.timedelta(days=self.rng.randint(0, _DAYS_BACK // 30) * 30)

    def past_moment(self):
        """Return a moment of such a day that is no future in any company."""
        day = self.past_day()
        if day == datetime.date.today():
            return datetime.datetime.now().replace(microsecond=0)
        return datetime.datetime.combine(day, datetime.time(self.rng.randint(0, 23)))

    def price(self):
        return self.rng.choice([0.0, 10.0, 49.9, 100.0, 250.0])

    def product(self):
        return self.env["product.product"].browse(self.rng.choice(self.scene["product_ids"]))
