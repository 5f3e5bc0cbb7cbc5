from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestForeignCurrency(LifecycleCase):
    """Amounts are in the company's currency, at the rate of the purchase."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()
        self.dollar = self.env.ref("base.USD")
        self.dollar.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "rate": rate,
                    "currency_id": self.dollar.id,
                    "company_id": self.company.id,
                }
                for day, rate in (
                    ("2026-01-01", 1.25),
                    ("2026-02-01", 1.0),
                    ("2026-03-01", 1.1),
                    ("2026-04-01", 3.0),
                )
            ]
        )
        self.pricelist = self.env["product.pricelist"].create(
            {
                "name": "Dollars",
                "currency_id": self.dollar.id,
                "company_id": self.company.id,
            }
        )

    def _confirm_dollar_order(self, amount):
        order = self._confirm_order(self.customer, amount, pricelist_id=self.pricelist.id)
        self.assertEqual(order.currency_id, self.dollar)
        return order

    def test_an_order_is_valued_at_the_rate_of_its_day(self):
        with self.at("2026-01-10"):
            self._confirm_dollar_order(100.0)
            self.assertPurchases(self.customer, "first_buyer", 1, 80.0)
        with self.at("2026-02-10"):
            self._confirm_dollar_order(100.0)
            self.assertPurchases(self.customer, "repeat_buyer", 2, 180.0)

    def test_a_full_refund_leaves_nothing_whatever_the_rate_did(self):
        with self.at("2026-01-10"):
            order = self._confirm_dollar_order(99.99)
            self.assertPurchases(self.customer, "first_buyer", 1, 79.99)
        for day, rate in (("2026-02-10", 1.0), ("2026-03-10", 1.1), ("2026-04-10", 3.0)):
            with self.subTest(rate=rate), self.env.cr.savepoint() as savepoint:
                with self.at("2026-01-20"):
                    invoice = self._invoice_order(order)
                with self.at(day):
                    self._refund(invoice)
                    self.assertPurchases(self.customer, "suspect", 0, 0.0)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_partial_refund_takes_its_share_of_the_purchase(self):
        with self.at("2026-01-10"):
            order = self._confirm_dollar_order(100.0)
        with self.at("2026-02-10"):
            invoice = self._invoice_order(order)
        with self.at("2026-04-10"):
            self._refund(invoice, share=0.25)
            self.assertPurchases(self.customer, "first_buyer", 1, 60.0)
            self._refund(invoice, share=0.75)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)

    def test_a_refund_that_names_no_order_line_is_valued_at_the_orders_rate(self):
        with self.at("2026-01-10"):
            invoice = self._invoice_order(self._confirm_dollar_order(100.0))
        with self.at("2026-04-10"):
            for amount, stage, count, left in (
                (25.0, "first_buyer", 1, 60.0),
                (75.0, "suspect", 0, 0.0),
            ):
                self._post_invoice(
                    self.customer,
                    amount,
                    move_type="out_refund",
                    reversed_entry_id=invoice.id,
                    currency_id=self.dollar.id,
                )
                self.assertPurchases(self.customer, stage, count, left)

    def test_an_order_invoiced_at_another_rate_keeps_its_amount(self):
        with self.at("2026-01-10"):
            order = self._confirm_dollar_order(100.0)
        with self.at("2026-04-10"):
            self._invoice_order(order)
            self.assertPurchases(self.customer, "first_buyer", 1, 80.0)

    def test_a_full_refund_of_an_invoice_without_an_order_leaves_nothing(self):
        with self.at("2026-01-10"):
            invoice = self._post_invoice(self.customer, 99.99, currency_id=self.dollar.id)
            self.assertPurchases(self.customer, "first_buyer", 1, 79.99)
        with self.at("2026-04-10"):
            self._refund(invoice)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)

    def test_thirds_of_an_invoice_add_up(self):
        # 18 dollars are 16.36 euros; three times a third, rounded, is 16.35.
        with self.at("2026-03-10"):
            invoice = self._post_invoice(self.customer, 18.0, currency_id=self.dollar.id)
            self.assertPurchases(self.customer, "first_buyer", 1, 16.36)
        with self.at("2026-03-11"):
            self._refund(invoice, share=1 / 3)
        with self.at("2026-03-12"):
            self._refund(invoice, share=1 / 3)
            self.assertPurchases(self.customer, "first_buyer", 1, 5.45)
        with self.at("2026-03-13"):
            self._refund(invoice, share=1 / 3)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)

    def test_a_refund_in_another_currency_is_valued_on_its_own_day(self):
        with self.at("2026-01-10"):
            invoice = self._post_invoice(self.customer, 100.0, currency_id=self.dollar.id)
            self.assertPurchases(self.customer, "first_buyer", 1, 80.0)
        with self.at("2026-02-10"):
            self._post_invoice(
                self.customer, 30.0, move_type="out_refund", reversed_entry_id=invoice.id
            )
            self.assertPurchases(self.customer, "first_buyer", 1, 50.0)

    def test_two_companies_count_in_currencies_of_their_own(self):
        other = self._create_company("Dollar Company", "base.USD")
        with self.at("2026-01-10"):
            self._confirm_dollar_order(100.0)
            self._confirm_order(self.customer, 70.0, company_id=other.id)
            self._process_queue()
        self.assertPurchases(self.customer, "first_buyer", 1, 80.0)
        self.assertPurchases(self.customer, "first_buyer", 1, 70.0, other)
        self.assertEqual(self._profile(self.customer).currency_id, self.env.ref("base.EUR"))
        self.assertEqual(self._profile(self.customer, other).currency_id, self.dollar)
