from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestAdvocates(LifecycleCase):
    """An advocate is long-term, says so, and has nothing against us."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()
        self.orders = self._buy(self.customer, "2024-01-10", "2024-07-10", "2025-01-10")
        self.assertEqual(self._stage_on("2025-01-10", self.customer), "long_term")

    def test_only_the_best_rating_makes_an_advocate(self):
        for value, stage in (
            (5, "advocate"),
            (4, "long_term"),
            (3, "long_term"),
            (2, "long_term"),
            (1, "long_term"),
        ):
            with self.subTest(value), self.at("2025-02-01"):
                rating = self._rate(self.orders[2], self.customer, value)
                self.assertEqual(self._stage(self.customer), stage)
                rating.unlink()

    def test_a_rating_speaks_for_a_year(self):
        with self.at("2025-02-01"):
            self._rate(self.orders[2], self.customer, 5)
            self._process_queue()
        for day, stage in (
            ("2026-01-31", "advocate"),
            ("2026-02-01", "long_term"),
        ):
            with self.subTest(day):
                self.assertEqual(self._stage_on(day, self.customer), stage)
        move = self._profile(self.customer).stage_transition_id
        self.assertEqual(move.cause, "rating_ended")

    def test_a_newer_rating_replaces_an_older_one(self):
        for value, stage in (
            (4, "long_term"),
            (1, "long_term"),
            (5, "advocate"),
        ):
            with self.subTest(value):
                with self.at("2025-02-01"):
                    best = self._rate(self.orders[2], self.customer, 5)
                    self.assertEqual(self._stage(self.customer), "advocate")
                with self.at("2025-03-01"):
                    newer = self._rate(self.orders[1], self.customer, value)
                    self.assertEqual(self._stage(self.customer), stage)
                (best | newer).unlink()
                self.assertEqual(self._stage_on("2025-03-02", self.customer), "long_term")

    def test_of_two_ratings_on_one_day_the_later_one_counts(self):
        with self.at("2025-02-01 09:00:00"):
            self._rate(self.orders[2], self.customer, 1)
        with self.at("2025-02-01 15:00:00"):
            self._rate(self.orders[1], self.customer, 5)
            self.assertEqual(self._stage(self.customer), "advocate")
        with self.at("2025-02-01 16:00:00"):
            self._rate(self.orders[0], self.customer, 2)
            self.assertEqual(self._stage(self.customer), "long_term")

    def test_a_request_that_nobody_answered_is_no_rating(self):
        with self.at("2025-02-01"):
            rating = self._rate(self.orders[2], self.customer, 5)
            rating.consumed = False
            self.assertEqual(self._stage(self.customer), "long_term")

    def test_a_contact_speaks_for_its_company(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Ben",
                "parent_id": self.customer.id,
            }
        )
        with self.at("2025-02-01"):
            self._rate(self.orders[2], contact, 5)
            self.assertEqual(self._stage(self.customer), "advocate")

    def test_an_exclusive_customer_is_an_advocate(self):
        with self.at("2025-02-01"):
            self._create_mark(self.customer, "exclusive")
            self.assertEqual(self._stage(self.customer), "advocate")
        # Without an end for ever, unlike a rating.
        self.assertEqual(self._stage_on("2030-01-01", self.customer), "advocate")

    def test_an_exclusive_mark_holds_through_its_last_day(self):
        with self.at("2025-02-01"):
            self._create_mark(self.customer, "exclusive", date_end="2025-06-30")
            self._process_queue()
        for day, stage in (
            ("2025-06-30", "advocate"),
            ("2025-07-01", "long_term"),
        ):
            with self.subTest(day):
                self.assertEqual(self._stage_on(day, self.customer), stage)
        self.assertEqual(self._profile(self.customer).stage_transition_id.cause, "mark_ended")

    def test_a_poor_rating_stands_against_an_exclusive_customer(self):
        with self.at("2025-02-01"):
            self._create_mark(self.customer, "exclusive")
            self._process_queue()
        for value, stage in (
            (2, "long_term"),
            (3, "advocate"),
        ):
            with self.subTest(value), self.at("2025-03-01"):
                rating = self._rate(self.orders[2], self.customer, value)
                self.assertEqual(self._stage(self.customer), stage)
                rating.unlink()

    def test_a_poor_rating_is_forgotten_after_a_year(self):
        with self.at("2025-02-01"):
            self._create_mark(self.customer, "exclusive")
            self._rate(self.orders[2], self.customer, 1)
            self.assertEqual(self._stage(self.customer), "long_term")
        self.assertEqual(self._stage_on("2026-01-31", self.customer), "long_term")
        self.assertEqual(self._stage_on("2026-02-01", self.customer), "advocate")

    def test_only_a_long_term_customer_is_an_advocate(self):
        newcomer = self._create_customer("Newcomer")
        orders = self._buy(newcomer, "2025-01-01", "2025-01-05", "2025-02-01")
        with self.at("2025-02-02"):
            self._rate(orders[0], newcomer, 5)
            self._create_mark(newcomer, "exclusive")
            self.assertEqual(self._stage(newcomer), "repeat_buyer")

    def test_praise_before_the_third_purchase_counts_from_then_on(self):
        customer = self._create_customer("Early Praise")
        orders = self._buy(customer, "2024-01-10", "2024-07-10")
        with self.at("2024-08-01"):
            self._rate(orders[0], customer, 5)
            self.assertEqual(self._stage(customer), "repeat_buyer")
        self._buy(customer, "2025-01-10")
        self.assertEqual(self._stage_on("2025-01-10", customer), "advocate")

    def test_a_rating_counts_in_the_company_that_was_rated(self):
        other = self._create_company("Other Company", "base.EUR")
        with self.at("2025-02-01"):
            order = self._create_order(self.customer, company_id=other.id)
            self._rate(order, self.customer, 5)
            self.assertEqual(self._stage(self.customer), "long_term")
            self.assertEqual(self._stage(self.customer, other), "suspect")
