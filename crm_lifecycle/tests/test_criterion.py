from dataclasses import replace
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_lifecycle.engine import rules
from odoo.addons.crm_lifecycle.engine.metrics import METRICS

from .test_policy import PolicyCase

BOUGHT = ("purchases", ">=", 1)

# An alternative of a stage, each condition as (figure, comparison, value[, months]), and
# a part of the sentence by which it is refused.
REFUSED = (
    ("suspect", [BOUGHT], "has no conditions"),
    # The window
    ("partner", [("agreements", ">=", 1, 12)], "not a sum over some months"),
    ("partner", [("tenure", ">=", 365, 12)], "not a sum over some months"),
    ("partner", [("purchases", ">=", 1, -1)], "can look back for 1 to 240 months"),
    ("partner", [("purchases", ">=", 1, 241)], "can look back for 1 to 240 months"),
    # The value
    ("partner", [("purchases", ">=", -1)], "never below 0"),
    ("partner", [("purchase_amount", "<", -5)], "never below 0"),
    ("partner", [("purchases", ">=", 1.5)], "counted in whole numbers"),
    ("partner", [("recency", "<=", 90.5)], "counted in whole days"),
    ("partner", [("paid_on_time", ">=", 101)], "cannot exceed 100%"),
    ("partner", [("paid_on_time", ">=", -1)], "never below 0"),
    ("partner", [("rating", ">=", 0.5)], "between 1 and 5"),
    ("partner", [("rating", ">=", 5.5)], "between 1 and 5"),
    ("partner", [("exclusive", ">=", 2)], "either yes or no"),
    ("partner", [("exclusive", "=", 1)], "either yes or no"),
    ("partner", [("exclusive", ">=", 0)], "either yes or no"),
    # What is always, or never, true
    ("partner", [("purchases", ">=", 0)], "always true"),
    ("partner", [("purchase_amount", ">=", 0, 12)], "always true"),
    ("partner", [("purchases", "<", 0)], "never true"),
    ("partner", [("paid_on_time", ">", 100)], "never true"),
    ("partner", [("rating", "<", 1)], "never true"),
    # Conditions of an alternative against each other
    ("partner", [("purchases", ">=", 5), ("purchases", "<=", 3)], "contradict"),
    ("partner", [("purchases", ">", 2), ("purchases", "<", 3)], "contradict"),
    ("partner", [("rating", ">", 4), ("rating", "<", 4)], "contradict"),
    ("partner", [("purchases", "=", 2, 12), ("purchases", ">", 2, 12)], "contradict"),
    ("partner", [("purchases", ">=", 5), ("purchases", ">=", 5)], "the same twice"),
    ("partner", [("purchases", ">=", 5), ("purchases", ">=", 3)], "the same twice"),
    # Buyers buy
    ("first_buyer", [("quotations", ">=", 1)], "nothing asks for a purchase"),
    ("first_buyer", [("purchases", "<=", 5)], "nothing asks for a purchase"),
    ("repeat_buyer", [("purchases", "=", 0)], "nothing asks for a purchase"),
    ("advocate", [("rating", ">=", 4)], "nothing asks for a purchase"),
    ("long_term", [("agreements", ">=", 1)], "nothing asks for a purchase"),
    # Somebody who bought only once never is a long-term customer
    ("long_term", [("purchases", ">=", 1)], "bought only once"),
    ("long_term", [("purchases", ">=", 1, 12), ("tenure", ">=", 365)], "bought only once"),
    ("long_term", [("purchase_amount", ">=", 5000)], "bought only once"),
    ("long_term", [("product_lines", ">=", 3)], "bought only once"),
)

ACCEPTED = (
    ("prospect", [("inquiries", ">=", 1, 3)]),
    ("partner", [("purchases", ">=", 1, 240)]),
    ("partner", [("rating", ">=", 4.5), ("rating", "<", 5)]),
    ("partner", [("rating", ">=", 1)]),
    ("partner", [("paid_on_time", ">=", 100)]),
    ("partner", [("exclusive", ">=", 1)]),
    ("partner", [("exclusive", "=", 0)]),
    ("partner", [("purchases", ">=", 5), ("purchases", ">=", 3, 12)]),
    ("partner", [("purchases", ">=", 3), ("purchases", "<=", 5)]),
    ("partner", [("purchase_amount", ">", 2), ("purchase_amount", "<", 3)]),
    ("first_buyer", [("recency", "<=", 90)]),
    ("first_buyer", [("tenure", ">=", 0)]),
    ("first_buyer", [("purchase_amount", ">", 0)]),
    ("advocate", [("purchase_interval", "<=", 60)]),
    ("long_term", [("purchases", ">", 1)]),
    ("long_term", [("purchases", "=", 2)]),
    ("long_term", [("purchase_span", ">=", 1)]),
    ("long_term", [("purchase_interval", "<=", 60)]),
    ("long_term", [("purchases", ">=", 2, 24)]),
)


class CriterionCase(PolicyCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draft = cls.active.copy({"criterion_ids": []})

    def _lines(self, code, conditions):
        return [
            self._line(code, metric, operator, value, months=sum(months))
            for metric, operator, value, *months in conditions
        ]


@tagged("post_install", "-at_install")
class TestRefusals(CriterionCase):
    """Bad combinations are refused with a sentence that says why."""

    def test_bad_combinations_are_refused(self):
        for code, conditions, reason in REFUSED:
            with self.subTest(stage=code, conditions=conditions):
                lines = self._lines(code, conditions)
                with self.assertRaisesRegex(ValidationError, reason), self.env.cr.savepoint():
                    self.draft.write({"criterion_ids": lines})
                self.env.invalidate_all()
                # Not by way of the policy either.
                with self.assertRaisesRegex(ValidationError, reason), self.env.cr.savepoint():
                    self.env["crm.lifecycle.criterion"].create(
                        [{**vals, "policy_id": self.draft.id} for _code, _id, vals in lines]
                    )
                self.env.invalidate_all()

    def test_sound_combinations_are_not(self):
        for code, conditions in ACCEPTED:
            with self.subTest(stage=code, conditions=conditions):
                with self.env.cr.savepoint() as savepoint:
                    self.draft.write({"criterion_ids": self._lines(code, conditions)})
                    self.draft.action_activate()
                    savepoint.rollback()
                self.env.invalidate_all()

    def test_a_sentence_names_stage_and_alternative(self):
        with self.assertRaises(ValidationError) as refusal:
            self.draft.write(
                {
                    "criterion_ids": [
                        self._line("partner", "agreements", value=1.5, group=2),
                        self._line("strategic", "exclusive", value=3),
                    ]
                }
            )
        self.assertEqual(
            str(refusal.exception).splitlines(),
            [
                "Strategic customer, alternative 1: “Buys from us alone” is either yes or no.",
                "Business partner, alternative 2: “Running agreements” is counted in whole"
                " numbers.",
            ],
        )

    def test_a_tolerance_does_not_make_a_single_purchase_long_term(self):
        self.draft.write({"criterion_ids": self._lines("long_term", [("purchases", ">=", 2)])})
        self.draft.tolerance = 49
        with self.assertRaisesRegex(ValidationError, "bought only once"):
            self.draft.tolerance = 50

    def test_lines_of_a_form_are_judged_together(self):
        # The first of them alone would be refused.
        self.draft.write({"criterion_ids": self._lines("advocate", [("rating", ">=", 4), BOUGHT])})
        rating, purchases = self.draft.criterion_ids
        self.draft.write(
            {
                "criterion_ids": [
                    (1, purchases.id, {"metric": "returns", "operator": "=", "value": 0}),
                    (1, rating.id, {"metric": "purchases", "value": 2}),
                ]
            }
        )
        with self.assertRaisesRegex(ValidationError, "nothing asks for a purchase"):
            self.draft.write({"criterion_ids": [(2, rating.id)]})

    def test_alternatives_are_numbered_from_1(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.draft.write({"criterion_ids": [self._line("partner", "agreements", group=0)]})
            self.env.flush_all()


@tagged("post_install", "-at_install")
class TestRules(CriterionCase):
    """Criteria become the engine's rules, and words."""

    def test_the_default_survives_the_round_trip(self):
        self.env.invalidate_all()
        self.assertEqual(self.active._get_ruleset(), rules.DEFAULT)

    def test_stages_groups_and_conditions_are_in_order(self):
        self.draft.write(
            {
                "criterion_ids": [
                    self._line("prospect", "quotations", group=7),
                    self._line("partner", "agreements"),
                    self._line("prospect", "inquiries", group=2, sequence=9, months=6),
                    self._line("prospect", "opportunities", value=2, group=2, sequence=3),
                ]
            }
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.draft._get_ruleset().stages,
            (
                rules.StageRule("partner", ((rules.Condition("agreements", ">=", 1),),)),
                rules.StageRule(
                    "prospect",
                    (
                        (
                            rules.Condition("opportunities", ">=", 2),
                            rules.Condition("inquiries", ">=", 1, 6),
                        ),
                        (rules.Condition("quotations", ">=", 1),),
                    ),
                ),
            ),
        )

    def test_a_stage_without_criteria_is_never_reached(self):
        self.assertEqual(self.draft._get_ruleset().stages, ())

    def test_words(self):
        words = {
            ("purchases", ">=", 3, 12): "Purchases in the last 12 months: at least 3",
            ("purchases", ">", 2, 1): "Purchases in the last month: more than 2",
            ("tenure", ">=", 365, 0): "Tenure: at least 365 days",
            ("recency", "<", 1, 0): "Recency: less than 1 day",
            ("paid_on_time", "<=", 87.5, 0): "Paid on time: at most 87.5%",
            ("rating", "=", 5, 0): "Average rating: exactly 5",
            ("exclusive", ">=", 1, 0): "Buys from us alone: yes",
            ("exclusive", "=", 0, 0): "Buys from us alone: no",
            ("unheard_of", ">=", 2, 0): "unheard_of >= 2",
        }
        for condition, expected in words.items():
            with self.subTest(condition):
                found = self.env["crm.lifecycle.criterion"]._describe(
                    rules.Condition(*condition), self.company
                )
                self.assertEqual(found, expected)

    def test_units(self):
        self.draft.write(
            {
                "criterion_ids": self._lines(
                    "partner",
                    [
                        ("purchase_amount", ">=", 5),
                        ("tenure", ">=", 5),
                        ("rating", ">=", 5),
                        ("paid_on_time", ">=", 5),
                        ("purchases", ">=", 5),
                    ],
                )
            }
        )
        self.assertEqual(
            self.draft.criterion_ids.mapped("unit"), ["EUR", "days", "of 5", "%", False]
        )
        self.assertIn("5.00", self.draft.criterion_ids[0].summary)

    def test_bridges_add_figures(self):
        criteria = self.env["crm.lifecycle.criterion"]
        delivered = replace(METRICS["returns"], key="delivered")
        metrics = self.registry["crm.lifecycle.criterion"]
        with patch.object(
            metrics, "_get_metrics", lambda self: {**METRICS, "delivered": delivered}
        ):
            self.assertIn(
                "delivered", dict(criteria._fields["metric"]._description_selection(self.env))
            )
            self.draft.write(
                {
                    "criterion_ids": [
                        self._line("partner", "delivered", months=3),
                        self._line("partner", "agreements"),
                        self._line("partner", "agreements", value=2, group=2),
                        self._line("strategic", "delivered"),
                    ]
                }
            )
            rule = self.draft._get_ruleset().stages[0]
            self.assertIn(rules.Condition("delivered", ">=", 1, 3), rule.groups[0])
        # The bridge was uninstalled: what nobody can tell any more never holds.
        self.env.invalidate_all()
        self.assertEqual(
            self.draft._get_ruleset().stages,
            (rules.StageRule("partner", ((rules.Condition("agreements", ">=", 2),),)),),
        )
        with self.assertRaisesRegex(ValidationError, "is not known"):
            self.draft.action_activate()

    def test_a_manager_writes_rules_in_the_form(self):
        with Form(self.draft.with_user(self.manager)) as form:
            with form.criterion_ids.new() as line:
                line.stage_id = self.stages["partner"]
                line.metric = "purchases"
                line.operator = ">"
                line.value = 5
                line.months = 12
            with form.criterion_ids.new() as line:
                line.stage_id = self.stages["partner"]
                line.metric = "purchases"
                line.value = 9
                line.months = 24
                # What the figure cannot have is put back.
                line.metric = "exclusive"
                self.assertEqual((line.operator, line.value, line.months), (">=", 1, 0))
                self.assertEqual(line.answer, "yes")
                line.answer = "no"
                self.assertEqual((line.operator, line.value), ("=", 0))
        self.assertEqual(
            self.draft.criterion_ids.mapped("summary"),
            ["Purchases in the last 12 months: more than 5", "Buys from us alone: no"],
        )
        self.draft.criterion_ids[1].answer = "yes"
        self.assertEqual(self.draft.criterion_ids[1].summary, "Buys from us alone: yes")
