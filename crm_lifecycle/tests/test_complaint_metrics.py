from odoo.tests import tagged

from ..engine import rules
from ..engine.rules import Condition
from .rules_common import RuleCase


@tagged("post_install", "-at_install")
class TestComplaintMetrics(RuleCase):
    """Rules can ask how many complaints are open, how many there were, and how many for each
    invoiced order.
    """

    def _complain(self, day, customer=None, **vals):
        with self.at(day):
            return self.env["crm.complaint"].create(
                {
                    "subject": "It squeaks",
                    "partner_id": (customer or self.customer).id,
                    "company_id": self.company.id,
                    **vals,
                }
            )

    def _move(self, day, complaint, code):
        with self.at(day):
            complaint._set_step(code)
            self.env.flush_all()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_customer")._set_up_customer()

    def _set_up_customer(self):
        with self.at("2025-01-01"):
            self._create_lead(self.customer)

    def test_open_from_the_report_to_the_solution(self):
        complaint = self._complain("2025-03-03")
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        other = self._complain("2025-03-10", contact, reject_reason="No fault of ours")
        for day, code in (("2025-03-05", "waiting"), ("2025-03-08", "solved")):
            self._move(day, complaint, code)
        self._move("2025-04-01", complaint, "closed")
        self._move("2025-03-20", other, "rejected")
        table = (
            ("2025-03-02", 0),
            ("2025-03-03", 1),
            ("2025-03-07", 1),
            ("2025-03-08", 0),
            ("2025-03-10", 1),
            ("2025-03-20", 0),
            ("2025-04-02", 0),
        )
        self.assertFigures("open_complaints", table)
        self.assertMeets(
            Condition("open_complaints", "=", 0), (("2025-03-07", False), ("2025-03-08", True))
        )

    def test_a_reopened_one_was_open_all_along(self):
        complaint = self._complain("2025-03-03")
        self._move("2025-03-08", complaint, "solved")
        with self.at("2025-03-12"):
            complaint.action_reopen()
        self.assertFigures("open_complaints", (("2025-03-10", 1), ("2026-03-10", 1)))

    def test_what_is_no_complaint_or_told_twice_does_not_count(self):
        complaint = self._complain("2025-03-03")
        duplicate = self._complain("2025-03-04")
        with self.at("2025-03-05"):
            duplicate._merge_into(complaint)
        self._complain("2025-03-03", kind="question")
        self._complain("2025-03-03", active=False)
        self._complain("2025-03-03", self._create_customer("Somebody else"))
        self.assertFigures("open_complaints", (("2025-03-04", 1), ("2025-03-06", 1)))
        self.assertFigures("complaints", (("2025-03-06", 1),))

    def test_a_complaint_drops_out_of_its_window(self):
        for day in ("2025-03-03", "2025-06-15"):
            self._move(day, self._complain(day), "solved")
        table = (("2025-06-15", 2), ("2026-03-02", 2), ("2026-03-03", 1), ("2026-06-15", 0))
        self.assertFigures("complaints", table, 12)
        self.assertFigures("complaints", (("2026-06-15", 2),))

    def test_the_rate_is_complaints_for_each_hundred_invoiced_orders(self):
        with self.at("2025-02-01"):
            order = self._confirm_order(self.customer)
            self._confirm_order(self.customer)
        with self.at("2025-02-10"):
            self._invoice_order(order)
        self._complain("2025-02-05")
        self._complain("2025-03-03")
        with self.at("2025-04-01"):
            # From no order.
            self._post_invoice(self.customer)
            self._post_invoice(self.customer, 30.0, move_type="out_refund")
            self._create_invoice(self.customer)
        table = (
            ("2025-02-09", None),  # nothing was invoiced yet
            ("2025-02-10", 100),
            ("2025-03-03", 200),  # may exceed a hundred
            ("2025-04-01", 100),
        )
        self.assertFigures("complaint_rate", table)
        self.assertFigures(
            "complaint_rate",
            (
                ("2026-02-04", 100),
                ("2026-02-05", 50),
                ("2026-02-10", 100),
                ("2026-03-03", 0),
                ("2026-04-01", None),
            ),
            12,
        )

    def test_the_rate_is_said_in_percent(self):
        policy = self.env["crm.lifecycle.policy"].create(
            {"name": "Draft", "company_id": self.company.id}
        )
        criterion = self.env["crm.lifecycle.criterion"].create(
            {
                "policy_id": policy.id,
                "stage_id": self.stages["strategic"].id,
                "metric": "complaint_rate",
                "operator": "<=",
                "value": 150,
                "months": 12,
            }
        )
        self.assertEqual(criterion.unit, "%")
        self.assertIn("150%", criterion.summary)


@tagged("post_install", "-at_install")
class TestAdvocateComplains(RuleCase):
    """Who complains is no advocate until it is solved; the move says why, and is undone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_advocate")._set_up_advocate()

    def _set_up_advocate(self):
        self._buy(self.customer, "2024-01-10", "2024-07-10", "2025-01-10")
        with self.at("2025-02-01"):
            self._create_mark(self.customer, "exclusive")
            self._process_queue()

    def _complain(self):
        return self.env["crm.complaint"].create(
            {
                "subject": "It squeaks",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
            }
        )

    def test_an_open_complaint_stands_against_an_advocate(self):
        self.assertEqual(self._stage(self.customer), "advocate")
        with self.at("2025-03-03"):
            complaint = self._complain()
            self.assertEqual(self._stage(self.customer), "long_term")
            down = self._profile(self.customer).stage_transition_id
            self.assertEqual(down.cause, "complaint")
            self.assertIn(complaint.display_name, down.reason)
            self.assertEqual((down.res_model, down.res_id), ("crm.complaint", complaint.id))
        with self.at("2025-03-10"):
            complaint.action_solve()
            self.assertEqual(self._stage(self.customer), "advocate")
        up = self._profile(self.customer).stage_transition_id
        self.assertEqual(up.cause, "complaint_ended")
        # Evaluated as of a past day it is the same.
        self.assertStages((("2025-03-09", "long_term"), ("2025-03-10", "advocate")))
        with self.at("2025-03-11"):
            complaint.action_reopen()
            self.assertEqual(self._stage(self.customer), "long_term")
        with self.at("2025-03-12"):
            complaint.unlink()
            self.assertEqual(self._stage(self.customer), "advocate")

    def test_what_is_missing_is_said(self):
        with self.at("2025-03-03"):
            self._complain()
            self._process_queue()
            told = str(self._profile(self.customer).explanation)
        self.assertIn("a solution of what is complained about", told)

    def test_another_company_is_not_concerned(self):
        other = self._create_company("Other Company", "base.EUR")
        with self.at("2025-03-03"):
            self._complain().company_id = other
            self.assertEqual(self._stage(self.customer), "advocate")


@tagged("post_install", "-at_install")
class TestRenewedRules(RuleCase):
    """An update gives companies by the product's own rules what these ask for anew."""

    def _former(self):
        stages = tuple(
            rules.StageRule(
                rule.code,
                tuple(
                    tuple(line for line in group if line.metric != "open_complaints")
                    for group in rule.groups
                ),
            )
            for rule in rules.DEFAULT.stages
        )
        return rules.RuleSet(stages, minimum_stay=30)

    def test_the_product_s_former_rules_are_renewed_once(self):
        former = self._activate(self._former())
        self.env["crm.lifecycle.policy"]._renew_former_default()
        renewed = self.env["crm.lifecycle.policy"].search(
            [("company_id", "=", self.company.id), ("state", "=", "active")]
        )
        self.assertEqual(renewed._get_ruleset().stages, rules.DEFAULT.stages)
        self.assertEqual(renewed.minimum_stay, 30)
        self.assertEqual((renewed.previous_id, former.state), (former, "retired"))
        self.assertTrue(renewed.description)
        self.assertFalse(self.env["crm.lifecycle.policy"]._renew_former_default())

    def test_rules_of_one_s_own_stay(self):
        own = self._activate(self._ruleset(("first_buyer", Condition("purchases", ">=", 2))))
        self.env["crm.lifecycle.policy"]._renew_former_default()
        self.assertEqual(own.state, "active")
