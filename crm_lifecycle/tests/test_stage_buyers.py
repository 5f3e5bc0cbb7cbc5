from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestBuyers(LifecycleCase):
    """How often and over how long makes first-time, repeat and long-term buyers."""

    def test_purchases_make_buyers(self):
        table = [
            # purchase days, stage on the day of the last one
            (["2026-01-05"], "first_buyer"),
            (["2026-01-05", "2026-01-06"], "repeat_buyer"),
            (["2026-01-05", "2026-01-15", "2026-02-04"], "repeat_buyer"),
            (["2023-01-05", "2026-01-05"], "repeat_buyer"),
            (["2025-01-01", "2025-06-01", "2025-12-31"], "repeat_buyer"),  # 364 days
            (["2025-01-01", "2025-06-01", "2026-01-01"], "long_term"),  # 365 days
            (["2025-01-01", "2025-12-31", "2026-01-01"], "long_term"),
            (["2024-01-01", "2024-06-01", "2024-12-31"], "long_term"),  # a leap year
            (["2023-01-05", "2024-01-05", "2025-01-05", "2026-01-05"], "long_term"),
        ]
        for days, stage in table:
            with self.subTest(days):
                customer = self._create_customer()
                self._buy(customer, *days)
                self.assertEqual(self._stage_on(days[-1], customer), stage)
                self.assertEqual(self._profile(customer).purchase_count, len(days))

    def test_time_alone_makes_nobody_long_term(self):
        once = self._create_customer("Once")
        self._buy(once, "2020-01-01")
        thrice = self._create_customer("Thrice in a month")
        self._buy(thrice, "2020-01-01", "2020-01-11", "2020-01-21")
        self.assertEqual(self._stage_on("2026-01-01", once), "first_buyer")
        self.assertEqual(self._stage_on("2026-01-01", thrice), "repeat_buyer")

    def test_two_documents_on_one_day_are_one_purchase(self):
        customer = self._create_customer()
        with self.at("2026-01-05 08:00:00"):
            self._confirm_order(customer)
            self.assertEqual(self._stage(customer), "first_buyer")
        with self.at("2026-01-05 18:00:00"):
            self._confirm_order(customer)
            self._post_invoice(customer)
            self.assertEqual(self._stage(customer), "first_buyer")
        profile = self._profile(customer)
        self.assertEqual(profile.purchase_count, 1)
        self.assertEqual(profile.purchase_amount, 300.0)

    def test_three_documents_on_two_days_are_two_purchases(self):
        customer = self._create_customer()
        self._buy(customer, "2026-01-05", "2026-01-05", "2026-01-06")
        self.assertEqual(self._stage(customer), "repeat_buyer")
        self.assertEqual(self._profile(customer).purchase_count, 2)

    def test_a_zero_amount_is_no_purchase(self):
        for name, buy in (
            ("order", lambda customer: self._confirm_order(customer, 0.0)),
            ("order below zero", lambda customer: self._confirm_order(customer, -10.0)),
            ("invoice", lambda customer: self._post_invoice(customer, 0.0)),
            (
                "credit note",
                lambda customer: self._post_invoice(customer, move_type="out_refund"),
            ),
        ):
            with self.subTest(name):
                customer = self._create_customer(name)
                with self.at("2026-01-05"):
                    buy(customer)
                    self.assertEqual(self._stage(customer), "suspect")
                self.assertEqual(self._profile(customer).purchase_count, 0)
                self.assertFalse(self._profile(customer).first_purchase_date)

    def test_a_free_order_beside_a_paid_one_takes_nothing_away(self):
        customer = self._create_customer()
        with self.at("2026-01-05"):
            self._confirm_order(customer, 100.0)
            self._confirm_order(customer, 0.0)
            self.assertEqual(self._stage(customer), "first_buyer")

    def test_a_refund_shortens_the_time_of_a_long_term_customer(self):
        customer = self._create_customer()
        with self.at("2025-01-01"):
            first = self._post_invoice(customer)
        self._buy(customer, "2025-06-01", "2025-07-01", "2026-01-01")
        self.assertEqual(self._stage_on("2026-01-01", customer), "long_term")
        with self.at("2026-02-01"):
            self._refund(first)
            # Three purchases are left, over 214 days.
            self.assertEqual(self._stage(customer), "repeat_buyer")
        profile = self._profile(customer)
        self.assertEqual(profile.purchase_count, 3)
        self.assertEqual(str(profile.first_purchase_date), "2025-06-01")

    def test_a_refund_in_between_leaves_a_long_term_customer(self):
        customer = self._create_customer()
        self._buy(customer, "2025-01-01")
        with self.at("2025-06-01"):
            between = self._post_invoice(customer)
        self._buy(customer, "2025-09-01", "2026-01-01")
        with self.at("2026-02-01"):
            self._refund(between)
            self.assertEqual(self._stage(customer), "long_term")
        with self.at("2026-03-01"):
            self.env["sale.order"].search([("partner_id", "=", customer.id)])[1].action_cancel()
            self.assertEqual(self._stage(customer), "repeat_buyer")

    def test_a_future_purchase_counts_from_its_day_on(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            self._post_invoice(customer, invoice_date="2026-03-10")
            self.assertFalse(self._stage(customer))
        self.assertFalse(self._stage_on("2026-03-09", customer))
        self.assertEqual(self._stage_on("2026-03-10", customer), "first_buyer")
