from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SALES, SALES_ALL, SALES_MANAGER
from .type_common import TypeCase


@tagged("post_install", "-at_install")
class TestTypePreview(TypeCase):
    """What a draft would make of customers' types."""

    def setUp(self):
        super().setUp()
        self.hybrid = self._create_customer("Hybrid")
        self.fresh = self._create_customer("Fresh")
        self._buy(self.customer, "2025-12-01", "2025-12-20")
        self._buy(self.hybrid, "2025-11-01", "2025-12-01", "2025-12-20")
        self._buy(self.fresh, "2025-12-20")
        for customer in (self.customer, self.hybrid, self.fresh):
            self._look("2026-01-01", customer)
        self.active = self._set_rules()
        with self.at("2026-01-01"):
            self._process_queue()

    def _preview(self, day=None, **settings):
        draft = self.active.copy(settings)
        with self.at("2026-01-01"):
            return self.env["crm.lifecycle.preview"].create(
                {"policy_id": draft.id, **({"date": day} if day else {})}
            )

    def test_without_other_settings_nothing_is_said_of_types(self):
        preview = self._preview(minimum_stay=3)
        self.assertFalse(preview.type_counts)
        self.assertEqual(preview.type_moved_count, 0)

    def test_the_matrix_counts_before_and_after(self):
        preview = self._preview(type_hybrid_purchases=2)
        self.assertEqual(
            sorted(preview.type_counts, key=str),
            sorted(
                [
                    [None, None, 1],
                    ["hybrid", "hybrid", 1],
                    ["transactional", "hybrid", 1],
                ],
                key=str,
            ),
        )
        self.assertEqual(preview.type_moved_count, 1)
        places = {place["key"]: place for place in preview.type_matrix["places"]}
        self.assertEqual((places["hybrid"]["before"], places["hybrid"]["after"]), (1, 2))
        self.assertEqual((places["none"]["before"], places["none"]["after"]), (1, 1))

    def test_cells_open_their_customers(self):
        preview = self._preview(type_hybrid_purchases=2)
        lines = self.env["crm.lifecycle.preview.type"]
        for before, after, expected in (
            ("transactional", "hybrid", self.customer),
            ("hybrid", "hybrid", self.hybrid),
            (False, "hybrid", self.customer | self.hybrid),
            ("none", "none", self.fresh),
            ("none", False, self.fresh),
        ):
            with self.subTest(before=before, after=after):
                action = preview.action_open_customers("type", before, after)
                self.assertEqual(lines.search(action["domain"]).partner_id, expected)
        [line] = lines.search(preview.action_open_types()["domain"])
        self.assertEqual(line.partner_id, self.customer)
        self.assertEqual(line.reason, "Points: Hybrid 3, Transactional 2.")
        action = line.action_open_customer()
        self.assertEqual(action["res_id"], self._profile(self.customer).id)
        with self.assertRaises(UserError):
            preview.action_open_customers("type", "nothing", False)

    def test_price_sensitivity_has_a_matrix_of_its_own(self):
        for place, (price, quantity) in enumerate([(100, 1), (50, 2)] * 4):
            self._order_lines(f"2025-12-{10 + place}", (self.product, quantity, price, 0))
        self.assertEqual(self._look("2026-01-01").price_sensitivity, "moderate")
        preview = self._preview(sensitivity_sensitive=1.0)
        self.assertFalse(preview.type_counts)
        self.assertEqual(
            sorted(preview.sensitivity_counts, key=str),
            sorted([[None, None, 2], ["moderate", "sensitive", 1]], key=str),
        )
        places = {place["key"]: place for place in preview.sensitivity_matrix["places"]}
        self.assertEqual((places["none"]["before"], places["sensitive"]["after"]), (2, 1))
        lines = self.env["crm.lifecycle.preview.type"]
        action = preview.action_open_customers("sensitivity", "moderate", "sensitive")
        [line] = lines.search(action["domain"])
        self.assertEqual(line.partner_id, self.customer)
        # With the two lines of before, at 100 each.
        self.assertEqual((line.price_elasticity, line.price_sample), (-1.0, 10))
        with self.assertRaises(UserError):
            preview.action_open_customers("sensitivity", "hybrid", False)
        self.assertFalse(self._preview(type_hybrid_purchases=2).sensitivity_counts)

    def test_rules_of_other_parts_that_are_evidence_are_previewed(self):
        # Three payments 16 days late, which the rules call more than usual.
        for _number in range(3):
            invoice = self._invoice_on("2025-11-01")
            self._pay_on("2025-12-17", invoice)
        self._look("2026-01-01")
        before = self._profile(self.customer).customer_type
        self.assertFalse(self._preview(payment_slow_days=60).type_counts)
        for settings in (
            {"payment_usual_days": 16},
            {"payment_minimum": 2},
            {"company_interval": 2},
            {"basis": "paid"},
        ):
            with self.subTest(settings):
                preview = self._preview(**settings)
                self.assertEqual(sum(row[2] for row in preview.type_counts), 3)
        # Three paid invoices of a day are one purchase, and nobody else has any: no type is left.
        self.assertEqual(preview.type_moved_count, 2)
        with self.subTest("on account"):
            preview = self._preview(payment_usual_days=16, type_weight_payment=9)
            self.assertIn([before, "relational", 1], preview.type_counts)

    def test_what_is_previewed_is_what_activating_brings(self):
        for place, (price, quantity) in enumerate([(100, 1), (50, 2)] * 4):
            self._order_lines(f"2025-12-{10 + place}", (self.product, quantity, price, 0))
        self._lose(self.hybrid, "2025-12-10", quotations=2)
        self._create_segment("relational")
        customers = self.customer | self.hybrid | self.fresh
        for customer in customers:
            self._look("2026-01-01", customer)
        moved = []
        # Each on top of the one before.
        for settings in (
            {"type_weight_lost": 9},
            {"type_months": 1},
            {"type_weight_segment": 99, "sensitivity_sensitive": 0.9},
            {"type_weight_segment": 0, "type_minimum_purchases": 1, "type_minimum_points": 1},
            {"company_interval": 5, "type_one_time_intervals": 1.0},
            {"basis": "invoiced", "sensitivity_minimum": 11},
        ):
            with self.subTest(settings):
                preview = self._preview(**settings)
                lines = self.env["crm.lifecycle.preview.type"].search(
                    [("preview_id", "=", preview.id)]
                )
                expected = {
                    line.partner_id: (line.to_type, line.to_sensitivity, line.figures)
                    for line in lines
                }
                self.assertEqual(lines.partner_id, customers)
                moved.append(preview.type_moved_count)
                with self.at("2026-01-01"):
                    preview.action_activate()
                    self._process_queue()
                self.assertEqual(
                    {
                        profile.partner_id: (
                            profile.customer_type,
                            profile.price_sensitivity,
                            profile.type_figures,
                        )
                        for profile in map(self._profile, customers)
                    },
                    expected,
                )
                self.active = preview.policy_id
                self.assertEqual(self.active.state, "active")
        self.assertGreater(sum(map(bool, moved)), 2)
        self.assertFalse(self._profile(self.customer).price_sensitivity)

    def test_nobody_is_moved(self):
        self._preview(type_hybrid_purchases=2)
        self.assertEqual(self._profile(self.customer).customer_type, "transactional")
        self.assertEqual(len(self._moves_of_type()), 1)

    def test_on_a_past_day(self):
        preview = self._preview("2025-12-05", type_minimum_purchases=1)
        lines = self.env["crm.lifecycle.preview.type"].search([("preview_id", "=", preview.id)])
        self.assertEqual(
            {line.partner_id: (line.from_type, line.to_type) for line in lines},
            {
                # One purchase each, or two: one category alone makes three points too few.
                self.customer: (False, False),
                self.hybrid: ("transactional", "transactional"),
            },
        )

    def test_recomputing_begins_anew(self):
        preview = self._preview(type_hybrid_purchases=2)
        with self.at("2026-01-01"):
            preview.action_compute()
        lines = self.env["crm.lifecycle.preview.type"].search([("preview_id", "=", preview.id)])
        self.assertEqual(len(lines), 3)
        preview.date = fields.Date.to_date("2025-12-31")
        self.assertFalse(preview.type_counts)
        self.assertFalse(lines.exists())

    def test_by_hand_stays_by_hand(self):
        with self.at("2026-01-01"):
            self._override("relational")
            self._process_queue()
        preview = self._preview(type_hybrid_purchases=2)
        self.assertEqual(preview.type_moved_count, 0)


@tagged("post_install", "-at_install")
class TestTypeDistribution(TypeCase):
    """Own types beside the textbook's shares."""

    def setUp(self):
        super().setUp()
        self.hybrid = self._create_customer("Hybrid")
        self.fresh = self._create_customer("Fresh")
        self._buy(self.customer, "2025-12-01", "2025-12-20")
        self._buy(self.hybrid, "2025-11-01", "2025-12-01", "2025-12-20")
        self._buy(self.fresh, "2025-12-20")
        for customer in (self.customer, self.hybrid, self.fresh):
            self._look("2026-01-01", customer)

    def test_shares_are_of_those_whose_type_is_known(self):
        found = self.env["crm.lifecycle.profile"].get_type_distribution()
        self.assertEqual(
            [
                (row["key"], row["customers"], row["share"], row["textbook"])
                for row in found["rows"]
            ],
            [
                ("one_time", 0, 0.0, False),
                ("transactional", 1, 50.0, 30),
                ("hybrid", 1, 50.0, 30),
                ("relational", 0, 0.0, 40),
            ],
        )
        self.assertEqual((found["total"], found["unknown"], found["by_hand"]), (2, 1, 0))

    def test_marks_open_their_customers(self):
        profiles = self.env["crm.lifecycle.profile"]
        for key, customer in (
            ("transactional", self.customer),
            ("hybrid", self.hybrid),
            (False, self.fresh),
        ):
            with self.subTest(key):
                action = profiles.action_open_type(key)
                self.assertEqual(profiles.search(action["domain"]).partner_id, customer)
        with self.assertRaisesRegex(UserError, "no such customer type"):
            profiles.action_open_type("loyal")

    def test_everybody_who_reads_customers_sees_it(self):
        for group in (SALES, SALES_ALL, SALES_MANAGER):
            user = self._create_user(f"types_{group[-9:]}", group)
            profiles = self.env["crm.lifecycle.profile"].with_user(user)
            with self.subTest(group):
                self.assertEqual(profiles.get_type_distribution()["total"], 2)

    def test_types_are_filtered_sorted_and_grouped_on_contacts(self):
        customers = self.customer | self.hybrid | self.fresh
        by_id = [("id", "in", customers.ids)]
        partners = self.env["res.partner"]
        self.assertEqual(
            partners.search([*by_id, ("lifecycle_customer_type", "=", "hybrid")]), self.hybrid
        )
        groups = dict(partners._read_group(by_id, ["lifecycle_customer_type"], ["__count"]))
        self.assertEqual(groups, {"transactional": 1, "hybrid": 1, False: 1})
        self.assertEqual(
            partners.search([*by_id, ("lifecycle_price_sensitivity", "=", False)]), customers
        )
        self.assertEqual(
            self.hybrid.lifecycle_type_explanation, self._profile(self.hybrid).type_explanation
        )
