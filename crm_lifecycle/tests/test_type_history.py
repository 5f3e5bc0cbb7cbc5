from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import INVOICING, SALES, SALES_ALL
from .test_query_counts import QueriesCase
from .type_common import TypeCase


@tagged("post_install", "-at_install")
class TestTypeHistory(TypeCase):
    """What became known of a customer's type, and what it was on any day."""

    def test_moves_tell_from_to_when_and_why(self):
        self._buy(self.customer, "2026-01-09")
        self._look("2026-01-10")
        self.assertEqual(self._moves_of_type(), [])
        self._look("2026-07-08")
        self._buy(self.customer, "2026-07-10")
        self._look("2026-07-11")
        with self.at("2026-07-12"):
            self._override("relational")
        self._look("2026-07-13")
        self._create_segment("hybrid")
        self._look("2026-07-14")
        self.assertEqual(
            self._moves_of_type(),
            [
                (False, "one_time", "rules", "2026-07-08"),
                ("one_time", "transactional", "rules", "2026-07-11"),
                ("transactional", "relational", "hand", "2026-07-13"),
            ],
        )

    def test_a_second_look_writes_nothing(self):
        self._buy(self.customer, "2025-12-01", "2025-12-20")
        self._look("2026-01-01")
        with self.at("2026-01-01"):
            refreshed = self.env["crm.lifecycle.profile"]._refresh(self.customer.ids)
        self.assertEqual(refreshed.changed_ids, [])
        self.assertEqual(len(self._moves_of_type()), 1)

    def test_moves_are_read_by_the_reason_of_their_time(self):
        self._buy(self.customer, "2025-12-01", "2025-12-20")
        self._look("2026-01-01")
        move = self.env["crm.lifecycle.type.move"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual(move.reason, "Points: Transactional 5.")
        self._set_rules(type_weight_purchases=9)
        self._look("2026-01-02")
        self.assertEqual(move.reason, "Points: Transactional 5.")

    def test_types_of_any_day_by_all_that_is_known_today(self):
        self._buy(self.customer, "2025-01-09", "2025-07-10", "2025-08-10", "2025-08-20")
        self._override("relational", date_start="2025-10-01", date_end="2025-10-31")
        with self.at("2026-01-01"):
            self._process_queue()
            for day, told, cause in (
                ("2025-01-10", None, None),
                ("2025-07-09", "one_time", "rules"),
                ("2025-07-10", "transactional", "rules"),
                ("2025-08-20", "hybrid", "rules"),
                ("2025-10-01", "relational", "hand"),
                ("2025-11-01", "hybrid", "rules"),
            ):
                with self.subTest(day):
                    [row] = self.env["crm.lifecycle.profile"]._derive_types(
                        self.customer.ids, fields.Date.to_date(day)
                    )
                    self.assertEqual((row["customer_type"], row["type_cause"]), (told, cause))

    def test_what_is_derived_for_today_is_what_is_recorded(self):
        self._buy(self.customer, "2025-07-10", "2025-08-10", "2025-08-20")
        self._lose(self.customer, "2025-12-10", quotations=2)
        profile = self._look("2026-01-01")
        with self.at("2026-01-01"):
            [row] = self.env["crm.lifecycle.profile"]._derive_types(self.customer.ids)
        for name in ("customer_type", "rule_type", "type_cause", "type_figures", "price_sample"):
            with self.subTest(name):
                self.assertEqual(row[name] or False, profile[name] or False)

    def test_the_profile_dropped_and_derived_anew_is_the_same(self):
        self._buy(self.customer, "2025-07-10", "2025-08-10", "2025-08-20")
        names = ("customer_type", "rule_type", "type_cause", "type_figures", "type_review_date")
        before = [self._look("2026-01-01")[name] for name in names]
        self._profile(self.customer).unlink()
        after = [self._look("2026-01-01")[name] for name in names]
        self.assertEqual(before, after)

    def test_merged_customers_keep_their_histories(self):
        other = self._create_customer("Other")
        for customer in (self.customer, other):
            self._buy(customer, "2025-12-01", "2025-12-20")
            self._look("2026-01-01", customer)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, self.customer
        )
        self._look("2026-01-02")
        profile = self._profile(self.customer)
        self.assertEqual(len(profile.type_move_ids), 2)
        self.assertEqual(self._moves_of_type(), 2 * self._moves_of_type()[:1])

    def test_the_explanation_tells_each_part_with_its_figure_and_points(self):
        self._buy(self.customer, "2025-11-01", "2025-12-01", "2025-12-20")
        profile = self._look("2026-01-01")
        seller = self._create_user("type_reader", SALES)
        with self.at("2026-01-01"):
            told = profile.with_user(seller).type_explanation
        self.assertEqual(told["title"], "Hybrid since January 1, 2026")
        self.assertEqual(told["lines"][0], "Points: Hybrid 3, Transactional 2.")
        self.assertEqual(len(told["lines"]), 9)
        self.assertIn(
            "Purchases in 12 months: 3, usually every 25 days, spread 6 (hybrid from 3,"
            " relational from 6 regular ones) → Hybrid, 3 points",
            told["lines"],
        )
        self.assertIn(
            "Product categories in 12 months: 1 (hybrid from 2, relational from 4)"
            " → Transactional, 2 points",
            told["lines"],
        )
        self.assertIn("Payments: none in 12 months → no points", told["lines"])

    def test_too_little_is_said(self):
        self._buy(self.customer, "2025-12-20")
        profile = self._look("2026-01-01")
        told = profile.type_explanation
        self.assertEqual(told["title"], "No customer type yet")
        self.assertIn("1 of 2 purchases needed: too few for the points to decide.", told["lines"])
        self._create_segment("hybrid")
        profile = self._look("2026-01-01")
        self.assertIn(
            "So it is the usual type of the segment Segment: Hybrid.",
            profile.type_explanation["lines"],
        )

    def test_the_state_on_a_day_has_the_type_of_that_day(self):
        self._buy(self.customer, "2026-01-09")
        self._look("2026-01-10")
        self._look("2026-07-08")
        self._buy(self.customer, "2026-07-10")
        self._look("2026-07-11")
        states = self.env["crm.lifecycle.state"]
        for day, known_at, told in (
            ("2026-07-07", None, False),
            ("2026-07-08", None, "one_time"),
            ("2026-07-10", None, "one_time"),
            ("2026-07-11", None, "transactional"),
            ("2026-07-11", "2026-07-10", "one_time"),
            (None, None, "transactional"),
        ):
            with self.subTest(day=day, known_at=known_at), self.at("2026-08-01"):
                found = states.with_context(lifecycle_date=day, lifecycle_known_at=known_at)
                domain = [("partner_id", "=", self.customer.id)]
                self.assertEqual(found.search(domain).customer_type, told)
                [(grouped, count)] = found._read_group(domain, ["customer_type"], ["__count"])
                self.assertEqual((grouped, count), (told, 1))

    def test_days_to_pay_are_told_to_whoever_reads_them_elsewhere(self):
        for _number in range(3):
            invoice = self._invoice_on("2025-10-01")
            self._pay_on("2025-10-23", invoice)
        profile = self._look("2026-01-01")
        for name, group, told in (
            ("type_own", SALES, False),
            ("type_wide", SALES_ALL, True),
            ("type_books", INVOICING, True),
        ):
            with self.subTest(group):
                user = self._create_user(name, group)
                of_user = profile.with_user(user)
                [line] = [line for line in of_user.type_explanation["lines"] if "Payments" in line]
                self.assertEqual("22 days after" in line, told)
                self.assertIn("Hybrid, 1 points", line)
                shown = self.customer.with_user(user).lifecycle_type_explanation
                self.assertIn(line, shown["lines"])
                with self.assertRaises(AccessError):
                    of_user.read(["type_figures"])
                with self.assertRaises(AccessError):
                    of_user.type_move_ids.read(["figures"])

    def test_contacts_show_of_how_many_lines_price_sensitivity_is_told(self):
        for place, (price, quantity) in enumerate([(100, 1), (50, 2)] * 4):
            self._order_lines(f"2025-12-{10 + place}", (self.product, quantity, price, 0))
        self._look("2026-01-01")
        seller = self._create_user("type_counter", SALES)
        self.assertEqual(
            self.customer.with_user(seller).lifecycle_sensitivity_reason,
            "A price 1% lower went with 1.00% more bought, over 8 order lines.",
        )

    def test_it_is_told_in_the_users_language_without_amounts(self):
        with self.at("2025-12-20"):
            self._post_lines((self.product, 1, 98765.0, 20))
            self._post_lines((self.product, 1, 98765.0, 20))
        profile = self._look("2026-01-01")
        told = str(profile.type_explanation)
        self.assertIn("20% of list prices", told)
        self.assertNotIn("98", told)
        self.assertNotIn("79", told)


@tagged("post_install", "-at_install")
class TestTypeQueries(QueriesCase):
    """Costs that do not grow with the number of customers."""

    def test_types_cost_a_fixed_number(self):
        profiles = self.env["crm.lifecycle.profile"]
        with self.at("2026-03-04"):
            self.assertSameCount(lambda customers: profiles._record_types(customers.ids), 10)
            self.assertSameCount(lambda customers: profiles._derive_types(customers.ids), 14)

    def test_explanations_cost_a_fixed_number(self):
        def read(customers):
            profiles = self.env["crm.lifecycle.profile"].search(
                [("partner_id", "in", customers.ids)]
            )
            for name in ("type_explanation", "sensitivity_reason"):
                profiles.mapped(name)

        self.assertSameCount(read, 10)
