"""One size, measured: ``python -m devtools.bench.session CONFIG FILE PLAN``.

PLAN is JSON: the size, the names of the databases with and, where there is one, without our
addons, how many rounds. All contenders run in this process, but for those that show how
several processes share the work, or what memory one takes that does nothing else.
"""

import json
import platform
import sys

from .. import measure
from ..console import say
from . import consumers, extras, facts, orm, passes, scheduling, screens
from .contender import interleave

#: Customers of a company whose types are derived in one go, to be scaled up.
_TYPED = 20_000
#: A member of staff, with the rules on what they may see.
_USER = 2


class Session:
    """The databases of one size and what was found on them.

    :param list arguments: that worker processes begin with
    """

    def __init__(self, config_file, plan):
        self.plan = plan
        self.customers, self.rounds = plan["customers"], plan["rounds"]
        self.arguments = [config_file, plan["with"]]
        self.results = {}
        self.found = {"failures": {}}

    def open(self):
        self.env = measure.open_environment(self.plan["with"])
        self.without = self.plan["without"] and measure.open_environment(self.plan["without"])
        self.cr = self.env.cr

    def interleave(self, contenders, rounds=None):
        """Measure a group of contenders; the ratios of the table are within a group."""
        self.results |= interleave(contenders, rounds or self.rounds, say)

    def at_least(self, rounds):
        """Rounds for what takes no time; a single one where nobody asks for figures."""
        return max(rounds, self.rounds) if self.rounds > 1 else 1

    def vacuum(self, *tables):
        """What autovacuum does after so many changes, before the next figures are taken."""
        self.cr.commit()
        connection = self.cr._cnx
        connection.autocommit = True
        try:
            with connection.cursor() as cr:
                for table in tables:
                    cr.execute(f"VACUUM (ANALYZE) {table}")
        finally:
            connection.autocommit = False

    # ------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------

    def fill(self):
        """The first time that everybody is derived, in a process of its own."""
        extras.add(self.cr)
        # Autovacuum would, within minutes; who waited for it would not start with a bad plan.
        self.vacuum(*extras.CHANGED)
        say("  first fill")
        self.found["fill"] = consumers.work(self.arguments, "fill")
        self.vacuum(*passes.WRITTEN)

    def read(self):
        """The facts, and passes that find nothing to do."""
        env, count = self.env, self.customers
        self.interleave(
            [
                facts.Statement("raw", "facts by SQL, best form", env, facts.best_sql()),
                facts.Statement("naive", "facts by SQL, naive form", env, facts.naive_sql()),
                passes.FirstStep("step", "our first step: fingerprints", env),
                passes.Pass("full", "full pass, nothing changed", env, "week", count),
            ]
        )
        self.interleave(
            [
                facts.Statement("raw_beside", "facts by SQL, beside these", env, facts.best_sql()),
                passes.Classification("classes", "segments, classes and scores", env),
                passes.Classification(
                    "types", "the same and customer types", env, types=True, limit=_TYPED
                ),
            ],
            min(2, self.rounds),
        )
        self.interleave(
            [
                passes.Pass("full_orm", "full pass, beside the ORM", env, "week", count),
                orm.Aggregates("aggregates", "_read_group and Python, nothing changed", env, count),
                orm.Aggregates(
                    "aggregates_20", "_read_group and Python, 20% written", env, count, share=0.2
                ),
                orm.OneByOne("one_by_one", "code per customer", env, count),
            ],
            min(2, self.rounds),
        )

    def change(self):
        """Passes that find something to do."""
        env, count = self.env, self.customers
        largest = count >= 1_000_000
        rounds = 1 if largest else min(2, self.rounds)
        full = passes.Pass("full_changed", "full pass, between changes", env, "week", count)
        night = passes.Pass("night", "nightly pass, 1% changed", env, "night", count, 0.01)
        shares = [
            passes.Pass(
                f"full_{share}", f"full pass, {share}% changed", env, "week", count, share / 100
            )
            for share in (2, 20, 100)
        ]
        self.interleave([full, night, *shares[:2]], rounds)
        if not largest:
            # Of a million, the rebuild tells it.
            self.interleave([shares[2]], 1)
        self.vacuum("sale_order", *passes.WRITTEN)

    def rebuild(self):
        """Everybody derived anew, and a draft of the rules tried."""
        env, count = self.env, self.customers
        self.interleave(
            [
                facts.Statement("raw_again", "facts by SQL, beside these", env, facts.best_sql()),
                passes.Pass("full_again", "full pass, beside these", env, "week", count),
                passes.WhatIf("what_if", "what-if of a draft policy", env),
            ],
            min(2, self.rounds),
        )
        say("  history rebuild")
        self.found["rebuild"] = consumers.work(self.arguments, "rebuild")
        self.vacuum(*passes.WRITTEN)

    def queue(self):
        """Customers of whom a document changed."""
        env, ids = self.env, consumers.buyers(self.cr, consumers.SHARED)
        some, one = ids[: min(1000, len(ids))], [consumers.largest(self.cr)]
        drain = consumers.Queued
        self.interleave(
            [
                drain("queued", "1,000 queued customers, unchanged", env, some),
                drain("queued_changed", "1,000 queued customers, changed", env, some, changed=True),
                drain("largest", "the largest customer, unchanged", env, one),
                drain("largest_changed", "the largest customer, changed", env, one, changed=True),
            ],
            self.at_least(3),
        )
        with consumers.Crew(self.arguments, 2) as crew:
            self.interleave(
                [
                    consumers.Consumers(
                        f"consumers_{count}", f"{count} consumers", env, ids, crew, count
                    )
                    for count in (1, 2)
                ],
                min(2, self.rounds),
            )

    def screens(self):
        """What people wait for, with our addons and without."""
        env = self.env(user=_USER)
        typical, largest = consumers.buyers(self.cr, 1)[0], consumers.largest(self.cr)
        firms = [("is_company", "=", True)]
        profile = "crm.lifecycle.profile"
        contenders = [
            screens.Groups("stages", "customers by stage, profile", env, profile, "stage_id"),
            screens.Groups("board", "board of the stages", env, profile, "stage_id", opened=True),
            screens.Listing("profiles", "list of the customers' profiles", env, profile, []),
            *self._of_knowledge(env),
            *self._of_loyalty(env),
        ]
        for name, side in (("without", self.without), ("with", self.env)):
            if side:
                side = side(user=_USER)
                contenders += [
                    screens.Form(f"form_{name}", f"form of a customer, {name}", side, typical),
                    screens.Form(f"big_form_{name}", f"form of the largest, {name}", side, largest),
                    screens.Listing(
                        f"list_{name}", f"list of firms, {name}", side, "res.partner", firms
                    ),
                ]
        self.interleave(contenders, self.at_least(5))

    @staticmethod
    def _of_knowledge(env):
        """Who customers are and who looks after whom: each the first page of its list."""
        profile = "crm.lifecycle.profile"
        incomplete = [("lifecycle_completeness", "<", 100)]
        return [
            screens.Listing("mismatches", "list of mismatches", env, "crm.lifecycle.mismatch", []),
            screens.Listing("coverage", "coverage", env, "crm.lifecycle.coverage", []),
            screens.Listing(
                "incomplete",
                "list of incomplete customers",
                env,
                profile,
                incomplete,
                "crm_lifecycle.crm_lifecycle_profile_view_list_incomplete",
            ),
            screens.Listing("review", "data to review", env, "crm.lifecycle.data.review", []),
            screens.Groups("segments", "customers by segment", env, profile, "segment_id"),
            screens.Groups("types_of", "customers by type", env, profile, "customer_type"),
        ]

    @staticmethod
    def _of_loyalty(env):
        """How satisfied customers are, and who brings others: the first page of each list."""
        return [
            screens.Listing(key, label, env, f"crm.lifecycle.{model}", [])
            for key, label, model in (
                ("said", "what customers said", "satisfaction"),
                ("indicators", "the seven indicators", "indicator"),
                ("repurchase", "what satisfaction is worth", "repurchase"),
                ("satisfaction_change", "satisfaction and margin", "satisfaction.change"),
                ("switching", "switching to competitors", "switching"),
                ("referrers", "referrers", "referrer"),
                ("referral_share", "referral share", "referral.share"),
            )
        ]

    def follow_ups(self):
        """Contacts planned for everybody who buys, all of them due on one day."""
        self.interleave(
            [scheduling.Scheduling("follow_ups", "follow-ups of all buyers planned", self.env)], 1
        )
        self.vacuum("mail_activity", "crm_lifecycle_follow_up", "crm_lifecycle_profile")

    def confirm(self):
        """Orders confirmed here and there, in pairs."""
        if self.without:
            pairs = measure.pair_confirmations(
                self.without, self.env, self.plan.get("orders") or measure.ORDERS
            )
            self.found["confirm"] = measure.compare(pairs)

    def column(self):
        """The stage as a stored column of the customers, against the profile."""
        screens.add_column(self.env)
        try:
            self.vacuum("res_partner")
            env = self.env(user=_USER)
            self.interleave(
                [
                    screens.Groups(
                        "stages_again",
                        "customers by stage, profile",
                        env,
                        "crm.lifecycle.profile",
                        "stage_id",
                    ),
                    screens.Groups(
                        "stages_column",
                        "customers by stage, column of theirs",
                        env,
                        "res.partner",
                        screens.COLUMN,
                    ),
                ],
                self.at_least(5),
            )
        finally:
            self.cr.rollback()
            screens.remove_column(self.env)

    # ------------------------------------------------------------
    # RUN
    # ------------------------------------------------------------

    GROUPS = (
        "fill",
        "read",
        "change",
        "rebuild",
        "queue",
        "screens",
        "confirm",
        "follow_ups",
        "column",
    )

    def run(self):
        """Run the groups; one that fails does not keep the others from being measured."""
        self.open()
        for name in self.plan.get("groups") or self.GROUPS:
            say(f"{self.plan['size']}: {name}")
            try:
                getattr(self, name)()
            except Exception as error:  # noqa: BLE001 what is missing is told in the table
                say(f"  FAILED: {type(error).__name__}: {error}")
                self.found["failures"][name] = f"{type(error).__name__}: {error}"
                for env in filter(None, (self.env, self.without)):
                    env.cr.rollback()
                    env.invalidate_all()
        for env in filter(None, (self.env, self.without)):
            env.cr.close()

    def report(self):
        """All that was found, as plain values."""
        return {
            **self.found,
            "contenders": {
                key: result.summary() for key, result in self.results.items() if result.samples
            },
            "machine": {"python": platform.python_version(), "system": platform.platform()},
        }


def main(config_file, output, plan):
    from odoo.tools import config

    config.parse_config(["-c", config_file, "--log-level=error", "--no-http"])
    session = Session(config_file, json.loads(plan))
    session.run()
    with open(output, "w", encoding="utf-8") as file:
        json.dump(session.report(), file, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
