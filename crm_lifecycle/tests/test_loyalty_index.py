from dataclasses import replace

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..engine import rules
from ..engine.loyalty import LoyaltyRule
from ..engine.rules import Condition
from .rules_common import RuleCase

# Weights that a reader can reckon with: four parts of which each is a quarter.
QUARTERS = LoyaltyRule(
    degree_weight=25.0,
    persistence_weight=25.0,
    change_weight=25.0,
    satisfaction_weight=0.0,
    complaints_weight=0.0,
    referral_weight=25.0,
    breadth_weight=0.0,
    payment_weight=0.0,
    full_purchases=4,
    full_days=400,
    full_referrals=2,
)


@tagged("post_install", "-at_install")
class TestLoyaltyIndex(RuleCase):
    """The index equals what a reader reckons by hand, today and on any day before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls("_set_up_purchases")._set_up_purchases()

    def _set_up_purchases(self):
        # From the first to the last purchase: 380 days.
        self._buy(
            self.customer, "2024-01-01", "2024-04-01", "2024-07-01", "2024-10-01", "2025-01-15"
        )

    def _index(self, day, rule=QUARTERS, customer=None):
        ruleset = replace(self._default_rules(), loyalty=rule)
        row = self._evaluate(day, ruleset, customer)
        return row and row["loyalty_index"]

    def test_by_hand(self):
        for day, expected in (
            # Before the first purchase nothing is known.
            ("2023-12-31", None),
            # 1 of 4 purchases, 0 days, no year before, 0 referrals: (25 + 0 + 0) / 3 parts.
            ("2024-01-01", 8),
            # 4 of 4, 274 of 400 days, no year before: (100 + 68.5 + 0) / 3 = 56.2.
            ("2024-12-01", 56),
            # 4 of 4 (the first has dropped out), 380 of 400 days, 4 of 1 before:
            # (100 + 95 + 100 + 0) / 4 = 73.75.
            ("2025-01-15", 74),
            # 2 of 4, 95, 2 of 3 before: (50 + 95 + 66.7 + 0) / 4 = 52.9.
            ("2025-08-01", 53),
            # None in twelve months; 95; 0 of 1 before: (0 + 95 + 0 + 0) / 4 = 23.75.
            ("2026-02-01", 24),
            # Nor in the twelve months before: (0 + 95 + 0) / 3 = 31.7.
            ("2027-02-01", 32),
        ):
            with self.subTest(day):
                self.assertEqual(self._index(day), expected)

    def test_a_referral_lifts_it_from_the_purchase_on(self):
        friend = self._create_customer("Friend", lifecycle_referrer_id=self.customer.id)
        self._buy(friend, "2024-12-10")
        # A quarter of 50 more, while the year before is unknown a third.
        self.assertEqual(self._index("2024-12-09"), 56)
        self.assertEqual(self._index("2024-12-10"), 73)

    def test_a_refund_takes_the_purchase_out(self):
        customer = self._create_customer("Refunded")
        with self.at("2024-01-01"):
            self._post_invoice(customer)
        with self.at("2024-02-01"):
            invoice = self._post_invoice(customer)
        with self.at("2024-03-01"):
            self._refund(invoice)
        # 2 of 4 purchases, 31 of 400 days: (50 + 7.75 + 0) / 3 = 19.25; then 1 of 4.
        self.assertEqual(self._index("2024-02-01", customer=customer), 19)
        self.assertEqual(self._index("2024-03-01", customer=customer), 8)

    def test_satisfaction_complaints_and_payments(self):
        rule = replace(
            QUARTERS,
            persistence_weight=0.0,
            change_weight=0.0,
            referral_weight=0.0,
            satisfaction_weight=25.0,
            complaints_weight=25.0,
            payment_weight=25.0,
            known_share=0.0,
        )
        customer = self._create_customer("Asked")
        with self.at("2024-01-01"):
            invoice = self._post_invoice(customer, invoice_date_due="2024-01-31")
        # 1 of 4 purchases, no complaint: (25 + 100) / 2.
        self.assertEqual(self._index("2024-01-02", rule, customer), 63)
        with self.at("2024-01-05"):
            self._pay(invoice)
        # Paid in time: (25 + 100 + 100) / 3.
        self.assertEqual(self._index("2024-01-06", rule, customer), 75)
        with self.at("2024-01-10"):
            self._rate(invoice, customer, 3)
        # Half satisfied: (25 + 100 + 100 + 50) / 4 = 68.75.
        self.assertEqual(self._index("2024-01-11", rule, customer), 69)
        with self.at("2024-01-20"):
            self.env["crm.complaint"].create(
                {"subject": "It squeaks", "partner_id": customer.id, "company_id": self.company.id}
            )
        # One complaint for the one invoice: (25 + 0 + 100 + 50) / 4 = 43.75.
        self.assertEqual(self._index("2024-01-21", rule, customer), 44)

    def test_too_little_is_known(self):
        # Satisfaction is half of the weights, and nobody said anything.
        rule = replace(QUARTERS, referral_weight=0.0, satisfaction_weight=75.0, change_weight=0.0)
        self.assertIsNone(self._index("2024-12-01", rule))
        # (100 + 68.5) / 2 by what is known.
        self.assertEqual(self._index("2024-12-01", replace(rule, known_share=0.4)), 84)

    def test_nobody_without_a_purchase_has_one(self):
        customer = self._create_customer("Prospect")
        with self.at("2024-01-01"):
            self._create_opportunity(customer)
        self.assertIsNone(self._index("2024-02-01", replace(QUARTERS, known_share=0.0), customer))

    def test_no_weights_no_index(self):
        none = replace(
            QUARTERS,
            degree_weight=0.0,
            persistence_weight=0.0,
            change_weight=0.0,
            referral_weight=0.0,
        )
        self.assertIsNone(self._index("2024-12-01", none))

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    def test_a_rule_asks_for_it(self):
        ruleset = self._ruleset(("advocate", Condition("loyalty", ">=", 50)), loyalty=QUARTERS)
        self.assertStages(
            (
                ("2024-01-02", "suspect"),
                ("2024-12-01", "advocate"),
                ("2025-08-01", "advocate"),
                ("2026-02-01", "suspect"),
            ),
            ruleset,
        )

    def test_other_weights_in_a_draft_decide_otherwise(self):
        wanted = ("advocate", Condition("loyalty", ">=", 50))
        light = replace(QUARTERS, persistence_weight=100.0, known_share=0.0)
        # (100 + 4 x 68.5 + 0) / 6 = 62.3 in place of 56.
        self.assertEqual(self._index("2024-12-01", light), 62)
        self.assertStages((("2026-02-01", "suspect"),), self._ruleset(wanted, loyalty=QUARTERS))
        # (0 + 4 x 95 + 0 + 0) / 7 = 54.3.
        self.assertStages((("2026-02-01", "advocate"),), self._ruleset(wanted, loyalty=light))

    def test_the_profile_keeps_it(self):
        self._activate(replace(self._default_rules(), loyalty=QUARTERS))
        self.assertEqual(self._look_on("2025-01-15").loyalty_index, 74)
        self.assertEqual(self._look_on("2025-08-01").loyalty_index, 53)
        # It is looked at again before the next purchase drops out of its twelve months.
        self.assertLessEqual(str(self._profile(self.customer).review_date), "2025-10-01")

    def test_policies_and_rules_are_the_same(self):
        policy = self._activate(replace(self._default_rules(), loyalty=QUARTERS))
        self.assertEqual(policy._get_ruleset().loyalty, QUARTERS)
        default = self.env["crm.lifecycle.policy"].create(
            {"name": "New", "company_id": self.company.id}
        )
        self.assertEqual(default._get_ruleset().loyalty, rules.DEFAULT.loyalty)
        changed = {subject for subject, _old, _new in policy._get_differences(default)}
        self.assertIn("Weight of Satisfaction", changed)

    def test_weights_and_limits_that_make_no_sense(self):
        policy = self.env["crm.lifecycle.policy"].create(
            {"name": "New", "company_id": self.company.id}
        )
        for vals in ({"loyalty_degree_weight": -1.0}, {"loyalty_payment_weight": 101.0}):
            with self.subTest(vals), self.assertRaises(ValidationError):
                policy.write(vals)
