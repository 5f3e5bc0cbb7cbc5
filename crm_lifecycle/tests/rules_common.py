"""What tests of the engine's decisions build on: rules of one's own, and days to look at."""

from datetime import date, timedelta

from odoo import fields

from ..engine.rules import DEFAULT, RANK, STAGES, Condition, RuleSet, StageRule, StatusRule
from .common import LifecycleCase

# Reached by a single purchase, so that whoever falls out of a stage falls to here.
FIRST_BUYER = StageRule("first_buyer", ((Condition("purchases", ">=", 1),),))


class RuleCase(LifecycleCase):
    """A company whose rules a test chooses, and customers on any day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.events = cls.env["crm.lifecycle.event"]
        cls.customer = cls._create_customer()

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    @staticmethod
    def _ruleset(*stages, status=None, **options):
        """Return rules of stages, each (code, condition ...) or (code, [group, ...])."""
        rules = [
            StageRule(
                code,
                tuple(map(tuple, conditions[0]))
                if isinstance(conditions[0], list)
                else (tuple(conditions),),
            )
            for code, *conditions in stages
        ]
        rules.sort(key=lambda rule: RANK[rule.code], reverse=True)
        return RuleSet(tuple(rules), status=StatusRule(**(status or {})), **options)

    @staticmethod
    def _default_rules(**options):
        """Return the rules that a company starts with, with other settings."""
        status = options.pop("status", {})
        return RuleSet(DEFAULT.stages, status=StatusRule(**status), **options)

    def _activate(self, ruleset, company=None):
        """Make rules those of a company, by a version of its policy."""
        company = company or self.company
        policy = (
            self.env["crm.lifecycle.policy"]
            .sudo()
            .create(
                {
                    "name": "Rules of the Test",
                    "company_id": company.id,
                    **self.env["crm.lifecycle.policy"]._prepare_vals(ruleset),
                }
            )
        )
        policy._activate()
        return policy

    # ------------------------------------------------------------
    # EVALUATE: nothing is recorded
    # ------------------------------------------------------------

    def _evaluate(self, day, ruleset=None, customer=None, company=None):
        """Return what the documents tell of a customer as of a day, None if nothing."""
        company = company or self.company
        self.env.cr.flush()
        rows = self.events._derive(
            (customer or self.customer).ids,
            as_of=fields.Date.to_date(day),
            drafts={company.id: (None, ruleset)} if ruleset else None,
        )
        return next((row for row in rows if row["company_id"] == company.id), None)

    def _meets(self, day, condition, customer=None):
        """Tell whether a customer meets a condition on a day."""
        row = self._evaluate(day, self._ruleset(("partner", condition)), customer)
        return row is not None and STAGES[row["stage_rank"] - 1] == "partner"

    def _figure(self, day, metric, months=0, customer=None):
        """Return a figure of a customer on a day, None if unknown.

        Figures that grow by the day are stored as the date that they count from.
        """
        condition = Condition(metric, ">=", 1, months)
        row = self._evaluate(day, self._ruleset(("partner", condition)), customer)
        return row and row["figures"][condition.column]

    def assertFigures(self, metric, table, months=0, customer=None):
        """Check a figure on several days: ``((day, figure), ...)``."""
        for day, expected in table:
            with self.subTest(metric, day=day, months=months):
                self.assertEqual(self._figure(day, metric, months, customer), expected)

    def assertMeets(self, condition, table, customer=None):
        """Check on which days a condition is met: ``((day, bool), ...)``."""
        for day, expected in table:
            with self.subTest(condition, day=day):
                self.assertEqual(self._meets(day, condition, customer), expected)

    def assertStages(self, table, ruleset=None, customer=None, company=None):
        """Check the stage on several days: ``((day, code or None), ...)``."""
        for day, expected in table:
            with self.subTest(day):
                row = self._evaluate(day, ruleset, customer, company)
                self.assertEqual(row and STAGES[row["stage_rank"] - 1], expected)

    def assertStatuses(self, table, customer=None, company=None, ruleset=None):
        """Check the status on several days: ``((day, status), ...)``."""
        for day, expected in table:
            with self.subTest(day):
                row = self._evaluate(day, ruleset, customer, company)
                self.assertEqual(row and row["status"], expected)

    # ------------------------------------------------------------
    # DOCUMENTS
    # ------------------------------------------------------------

    def _order_traced(self, day, customer=None, amount=100.0, **vals):
        """Confirm an order whose chatter tells of it, so that it can be cancelled."""
        with self.at(day):
            order = self._create_order(customer or self.customer, amount, **vals)
            self.env.cr.flush()
            order.action_confirm()
            self.env.cr.flush()
        return order

    # ------------------------------------------------------------
    # RECORD
    # ------------------------------------------------------------

    def _look_on(self, day, customer=None):
        """Have a customer looked at on a day, and return the profile."""
        with self.at(str(day)):
            self._look_again(customer or self.customer)
        return self._profile(customer or self.customer)

    def _look_daily(self, first, last, customer=None):
        """Have a customer looked at on every day, as the nightly pass does."""
        day, last = date.fromisoformat(first), date.fromisoformat(last)
        while day <= last:
            self._look_on(day, customer)
            day += timedelta(days=1)

    def _status_history(self, customer=None, company=None):
        """Return the moves between statuses that hold, as (status, day, cause)."""
        moves = self._profile(customer or self.customer, company).transition_ids.filtered(
            lambda move: move.status_moved and not move.superseded_at
        )
        return [
            (move.to_status, str(move.effective_date), move.cause)
            for move in moves.sorted(lambda move: (move.effective_date, move.id))
        ]
