from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestFigures(LifecycleCase):
    """What the profile adds up: purchases, the last twelve months, the pipeline."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()

    def test_purchases_are_counted_and_added_up(self):
        self._buy(self.customer, "2025-01-05", amount=100.0)
        self._buy(self.customer, "2026-01-05", "2026-01-05", amount=25.0)
        self._buy(self.customer, "2026-02-05", amount=50.5)
        self.assertEqual(self._stage_on("2026-02-06", self.customer), "long_term")
        profile = self._profile(self.customer)
        self.assertEqual(profile.purchase_count, 3)
        self.assertEqual(profile.purchase_amount, 200.5)
        self.assertEqual(profile.purchase_amount_12m, 100.5)
        self.assertEqual(profile.purchase_average, 66.83)
        self.assertEqual(str(profile.first_purchase_date), "2025-01-05")
        self.assertEqual(str(profile.last_purchase_date), "2026-02-05")

    def test_twelve_months_end_with_the_day_a_year_ago(self):
        self._buy(self.customer, "2025-03-03", amount=100.0)
        for day, amount in (
            ("2025-03-03", 100.0),
            ("2026-03-02", 100.0),
            ("2026-03-03", 0.0),
        ):
            with self.subTest(day):
                self._stage_on(day, self.customer)
                self.assertEqual(self._profile(self.customer).purchase_amount_12m, amount)
        self.assertEqual(self._profile(self.customer).purchase_amount, 100.0)

    def test_twelve_months_follow_a_leap_day(self):
        self._buy(self.customer, "2024-02-29", amount=100.0)
        for day, amount in (
            ("2025-02-27", 100.0),
            ("2025-02-28", 100.0),
            ("2025-03-01", 0.0),
        ):
            with self.subTest(day):
                self._stage_on(day, self.customer)
                self.assertEqual(self._profile(self.customer).purchase_amount_12m, amount)

    def test_a_refund_lessens_the_year_of_the_purchase(self):
        with self.at("2025-01-05"):
            invoice = self._post_invoice(self.customer, 100.0)
        self._buy(self.customer, "2026-01-04", amount=10.0)
        with self.at("2026-01-10"):
            self._refund(invoice, 0.5)
            self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual(profile.purchase_amount, 60.0)
        self.assertEqual(profile.purchase_amount_12m, 10.0)
        self.assertEqual(profile.purchase_average, 30.0)

    def test_open_opportunities_are_counted_and_added_up(self):
        with self.at("2026-03-02"):
            first = self._create_opportunity(self.customer, expected_revenue=1000.0)
            second = self._create_opportunity(self.customer, expected_revenue=250.0)
            self._create_lead(self.customer, expected_revenue=99.0)
            self.assertPipeline(2, 1250.0)
        with self.at("2026-03-03"):
            first.expected_revenue = 800.0
            self.assertPipeline(2, 1050.0)
        with self.at("2026-03-04"):
            second.action_set_lost()
            self.assertPipeline(1, 800.0)
        with self.at("2026-03-05"):
            first.action_set_won()
            self.assertPipeline(0, 0.0)

    def assertPipeline(self, count, revenue):
        self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual((profile.opportunity_count, profile.opportunity_revenue), (count, revenue))

    def test_no_purchase_is_an_empty_date_and_not_a_zero(self):
        self._create_lead(self.customer)
        self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual(profile.purchase_count, 0)
        self.assertIs(profile.first_purchase_date, False)
        self.assertIs(profile.last_purchase_date, False)
