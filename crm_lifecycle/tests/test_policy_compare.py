from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .test_policy import PolicyCase


@tagged("post_install", "-at_install")
class TestCompare(PolicyCase):
    """What differs between two versions reads as lines."""

    def _line_of(self, policy, code, metric):
        return policy.criterion_ids.filtered(
            lambda line: line.stage_id.code == code and line.metric == metric
        )

    def test_copies_differ_in_nothing(self):
        draft = self.active.copy()
        self.assertEqual(draft._get_differences(self.active), [])
        compare = self.env["crm.lifecycle.policy.compare"].create(
            {"policy_id": draft.id, "other_id": self.active.id}
        )
        self.assertIn("Both decide the same", compare.differences)

    def test_settings_and_conditions_that_changed(self):
        draft = self.active.copy()
        draft.write(
            {
                "basis": "paid",
                "tolerance": 10,
                "company_interval": 60,
                "override_needs_approval": False,
                "criterion_ids": [
                    Command.update(
                        self._line_of(draft, "repeat_buyer", "purchases").id,
                        {"value": 3, "months": 0},
                    ),
                    Command.delete(self._line_of(draft, "strategic", "purchases").id),
                    self._line("partner", "purchase_amount", value=1000, months=12),
                ],
            }
        )
        amount = "\N{EURO SIGN}1,000.00"
        differences = [
            tuple(part and part.replace("\N{NO-BREAK SPACE}", "") for part in line)
            for line in draft._get_differences(self.active)
        ]
        self.assertIn(
            differences[-1][2],
            (
                f"Purchased amount in the last 12 months: at least {text}"
                for text in (amount, "1,000.00\N{EURO SIGN}")
            ),
        )
        self.assertEqual(
            differences[:-1],
            [
                ("Basis", "Confirmed orders", "Paid invoices"),
                ("Tolerance", "0%", "10%"),
                ("Approve Stages Set by Hand", "yes", "no"),
                ("Usual Interval", "90", "60"),
                ("Repeat buyer", "Purchases: at least 2", "Purchases: at least 3"),
                ("Strategic customer", "Purchases: at least 1", None),
            ],
        )
        self.assertEqual(differences[-1][:2], ("Business partner", None))

    def test_the_number_of_an_alternative_is_no_difference(self):
        draft = self.active.copy()
        lines = draft.criterion_ids.filtered(lambda line: line.stage_id.code == "advocate")
        draft.write(
            {
                "criterion_ids": [
                    Command.update(line.id, {"group": 3 - line.group}) for line in lines
                ]
            }
        )
        self.assertEqual(draft._get_differences(self.active), [])
        line = lines.filtered(lambda line: line.metric == "best_ratings")
        draft.write({"criterion_ids": [Command.update(line.id, {"value": 2})]})
        self.assertEqual(
            draft._get_differences(self.active),
            [("Advocate", "Best ratings: at least 1", "Best ratings: at least 2")],
        )

    def test_the_button_compares_with_the_active_version(self):
        draft = self.active.copy({"tolerance": 10})
        action = draft.with_user(self.manager).action_compare()
        compare = self.env[action["res_model"]].with_user(self.manager)
        with Form(compare.with_context(**action["context"])) as form:
            self.assertEqual(form.other_id, self.active)
            self.assertIn("<td>10%</td>", form.differences)
        draft.action_activate()
        self.assertEqual(draft.action_compare()["context"]["default_other_id"], self.active.id)

    def test_companies_are_not_compared(self):
        company = self.env["res.company"].create({"name": "Lifecycle Other Company"})
        with self.assertRaises(ValidationError):
            self.env["crm.lifecycle.policy.compare"].create(
                {"policy_id": self.active.id, "other_id": self._active_policy(company).id}
            )
