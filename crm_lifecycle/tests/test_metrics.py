from odoo import Command
from odoo.tests import tagged

from ..engine.rules import OPERATORS, Condition
from .rules_common import RuleCase


@tagged("post_install", "-at_install")
class TestPurchaseMetrics(RuleCase):
    """Figures of purchases on the days around those on which they change."""

    def test_purchases_ever(self):
        with self.at("2026-01-01"):
            self._create_lead(self.customer)
        self._buy(self.customer, "2026-01-10", "2026-01-10", "2026-02-10")
        self._buy(self.customer, "2026-03-10", amount=0.0)
        self.assertFigures(
            "purchases",
            (
                ("2026-01-09", 0),
                ("2026-01-10", 1),  # two orders of a day are one purchase
                ("2026-02-09", 1),
                ("2026-02-10", 2),
                ("2026-03-10", 2),  # given away free
                ("2036-01-01", 2),
            ),
        )
        for operator, table in (
            (">=", (("2026-01-10", False), ("2026-02-10", True))),
            (">", (("2026-02-10", False),)),
            ("=", (("2026-01-10", False), ("2026-02-10", True))),
            ("<=", (("2026-01-01", True), ("2026-02-10", True))),
            ("<", (("2026-02-09", True), ("2026-02-10", False))),
        ):
            self.assertMeets(Condition("purchases", operator, 2), table)

    def test_a_purchase_drops_out_of_its_window(self):
        for bought, months, last, dropped in (
            ("2025-06-15", 12, "2026-06-14", "2026-06-15"),
            ("2025-06-15", 1, "2025-07-14", "2025-07-15"),
            # A day that the other month lacks drops out with the month.
            ("2025-03-31", 1, "2025-04-30", "2025-05-01"),
            ("2025-03-30", 1, "2025-04-29", "2025-04-30"),
            ("2025-01-31", 1, "2025-02-28", "2025-03-01"),
            ("2025-01-28", 1, "2025-02-27", "2025-02-28"),
            ("2025-12-31", 2, "2026-02-28", "2026-03-01"),
            # The leap day.
            ("2024-02-29", 12, "2025-02-28", "2025-03-01"),
            ("2024-02-28", 12, "2025-02-27", "2025-02-28"),
            ("2024-02-29", 48, "2028-02-28", "2028-02-29"),
            ("2023-02-28", 12, "2024-02-27", "2024-02-28"),
        ):
            with self.subTest(bought, months=months):
                customer = self._create_customer()
                self._buy(customer, bought)
                self.assertFigures(
                    "purchases", ((bought, 1), (last, 1), (dropped, 0)), months, customer
                )

    def test_each_purchase_drops_out_by_itself(self):
        self._buy(self.customer, "2025-01-10", "2025-06-10", "2025-12-10")
        table = (
            ("2025-12-10", 3),
            ("2026-01-09", 3),
            ("2026-01-10", 2),
            ("2026-06-10", 1),
            ("2026-12-09", 1),
            ("2026-12-10", 0),
        )
        self.assertFigures("purchases", table, 12)
        self.assertFigures("purchases", (("2026-12-10", 3),))

    def test_a_refund_within_the_window_and_after_it(self):
        for refunded, table in (
            ("2025-03-01", (("2025-02-28", 1), ("2025-03-01", 0), ("2026-01-10", 0))),
            ("2026-03-01", (("2026-01-09", 1), ("2026-01-10", 0), ("2026-03-01", 0))),
        ):
            customer = self._create_customer()
            with self.at("2025-01-10"):
                invoice = self._post_invoice(customer)
            with self.at(refunded):
                self._refund(invoice)
            self.assertFigures("purchases", table, 12, customer)
        self.assertFigures("purchases", (("2026-02-28", 1), ("2026-03-01", 0)), 0, customer)

    def test_amount_ever_and_in_a_window(self):
        with self.at("2025-06-15"):
            invoice = self._post_invoice(self.customer, 1000.0)
        for day, amount in (("2025-07-01", 400.0), ("2026-07-01", 300.0)):
            with self.at(day):
                self._post_invoice(
                    self.customer, amount, move_type="out_refund", reversed_entry_id=invoice.id
                )
        self.assertFigures(
            "purchase_amount",
            (
                ("2025-06-15", 1000),
                ("2025-06-30", 1000),
                ("2025-07-01", 600),
                ("2026-06-30", 600),
                ("2026-07-01", 300),  # the refund counts for ever
            ),
        )
        self.assertFigures(
            "purchase_amount",
            (
                ("2025-07-01", 600),
                ("2026-06-14", 600),
                ("2026-06-15", 0),
                ("2026-07-01", 0),  # what has dropped out is not taken off again
                ("2027-07-01", 0),
            ),
            12,
        )

    def test_an_amount_at_its_limit_to_the_cent(self):
        with self.at("2026-01-01"):
            self._post_invoice(self.customer, 999.99)
        with self.at("2026-01-02"):
            self._post_invoice(self.customer, 0.01)
        for operator, before, after in (
            (">=", False, True),
            (">", False, False),
            ("=", False, True),
            ("<=", True, True),
            ("<", True, False),
        ):
            self.assertMeets(
                Condition("purchase_amount", operator, 1000),
                (("2026-01-01", before), ("2026-01-02", after)),
            )

    def test_amounts_are_in_the_companys_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "name": "2026-01-01",
                "rate": 2.0,
            }
        )
        with self.at("2026-01-05"):
            self._post_invoice(self.customer, 100.0, currency_id=dollar.id)
        self.assertFigures("purchase_amount", (("2026-01-05", 50),))

    def test_tenure_grows_from_the_first_purchase_that_holds(self):
        with self.at("2024-12-01"):
            self._create_lead(self.customer)
        with self.at("2025-03-01"):
            first = self._post_invoice(self.customer)
        self._buy(self.customer, "2025-05-01")
        with self.at("2026-03-10"):
            self._refund(first)
        self.assertFigures(
            "tenure",
            (
                ("2024-12-01", None),
                ("2025-03-01", "2025-03-01"),
                ("2026-03-09", "2025-03-01"),
                ("2026-03-10", "2025-05-01"),
            ),
        )
        self.assertMeets(
            Condition("tenure", ">=", 365),
            (
                ("2026-02-28", False),  # 364 days
                ("2026-03-01", True),
                ("2026-03-09", True),
                ("2026-03-10", False),
                ("2026-04-30", False),
                ("2026-05-01", True),
            ),
        )
        self.assertMeets(
            Condition("tenure", "=", 30),
            (("2025-03-30", False), ("2025-03-31", True), ("2025-04-01", False)),
        )
        self.assertMeets(
            Condition("tenure", "<", 1),
            (("2025-02-28", False), ("2025-03-01", True), ("2025-03-02", False)),
        )

    def test_recency_counts_from_the_latest_purchase_that_holds(self):
        self._buy(self.customer, "2026-01-01")
        with self.at("2026-02-01"):
            latest = self._post_invoice(self.customer)
        with self.at("2026-04-10"):
            self._refund(latest)
        self.assertFigures(
            "recency",
            (
                ("2026-01-31", "2026-01-01"),
                ("2026-02-01", "2026-02-01"),
                ("2026-04-10", "2026-01-01"),
            ),
        )
        self.assertMeets(
            Condition("recency", ">", 90),
            (("2026-04-09", False), ("2026-04-10", True)),  # 99 days after January 1
        )
        other = self._create_customer()
        self._buy(other, "2026-01-01")
        for operator, table in (
            # 89, 90 and 91 days
            ("<=", (("2026-03-31", True), ("2026-04-01", True), ("2026-04-02", False))),
            ("<", (("2026-03-31", True), ("2026-04-01", False), ("2026-04-02", False))),
            (">=", (("2026-03-31", False), ("2026-04-01", True), ("2026-04-02", True))),
            (">", (("2026-03-31", False), ("2026-04-01", False), ("2026-04-02", True))),
            ("=", (("2026-03-31", False), ("2026-04-01", True), ("2026-04-02", False))),
        ):
            self.assertMeets(Condition("recency", operator, 90), table, other)

    def test_the_buying_period_is_unknown_without_a_purchase(self):
        with self.at("2025-12-01"):
            self._create_lead(self.customer)
        self._buy(self.customer, "2026-01-01", "2026-02-10")
        with self.at("2026-03-01"):
            latest = self._post_invoice(self.customer)
        with self.at("2026-03-05"):
            self._refund(latest)
        self.assertFigures(
            "purchase_span",
            (
                ("2025-12-01", None),
                ("2026-01-01", 0),
                ("2026-02-09", 0),
                ("2026-02-10", 40),
                ("2026-03-01", 59),
                ("2026-03-05", 40),
                ("2027-01-01", 40),
            ),
        )

    def test_the_interval_is_unknown_with_fewer_than_three_purchases(self):
        self._buy(self.customer, "2026-01-01", "2026-01-21", "2026-03-02")
        with self.at("2026-03-12"):
            latest = self._post_invoice(self.customer)
        with self.at("2026-03-20"):
            self._refund(latest)
        self.assertFigures(
            "purchase_interval",
            (
                ("2026-01-01", None),
                ("2026-01-21", None),
                ("2026-03-01", None),
                ("2026-03-02", 30),  # 20 and 40
                ("2026-03-12", 20),  # 20, 40 and 10
                ("2026-03-20", 30),
            ),
        )
        self.assertMeets(
            Condition("purchase_interval", "<=", 25),
            (("2026-01-21", False), ("2026-03-02", False), ("2026-03-12", True)),
        )


@tagged("post_install", "-at_install")
class TestProductLines(RuleCase):
    """Different product categories among the purchases."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        categories = cls.env["product.category"].create([{"name": "Seats"}, {"name": "Lamps"}])
        cls.seat, cls.stool, cls.lamp = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "service",
                    "categ_id": category.id,
                    "invoice_policy": "order",
                    "taxes_id": [Command.clear()],
                }
                for name, category in (
                    ("Seat", categories[0]),
                    ("Stool", categories[0]),
                    ("Lamp", categories[1]),
                )
            ]
        )

    def _lines(self, *products):
        return [
            Command.create({"product_id": product.id, "price_unit": 10.0}) for product in products
        ]

    def _order_of(self, day, *products):
        with self.at(day):
            return self._confirm_order(self.customer, order_line=self._lines(*products))

    def test_each_line_counts_once(self):
        self._order_of("2026-01-01", self.seat)
        self._order_of("2026-01-10", self.stool)
        self._order_of("2026-01-20", self.lamp, self.seat)
        self.assertFigures(
            "product_lines", (("2026-01-01", 1), ("2026-01-19", 1), ("2026-01-20", 2))
        )
        self.assertMeets(
            Condition("product_lines", ">=", 2), (("2026-01-19", False), ("2026-01-20", True))
        )

    def test_invoices_without_an_order_count_as_well(self):
        with self.at("2026-01-01"):
            self._post_invoice(
                self.customer, invoice_line_ids=self._lines(self.seat, self.stool, self.lamp)
            )
        self.assertFigures("product_lines", (("2026-01-01", 2),))

    def test_a_refunded_order_takes_its_line_back(self):
        self._order_of("2026-01-01", self.seat)
        order = self._order_of("2026-01-10", self.lamp)
        with self.at("2026-01-12"):
            invoice = self._invoice_order(order)
        with self.at("2026-01-20"):
            self._refund(invoice)
        self.assertFigures(
            "product_lines", (("2026-01-10", 2), ("2026-01-19", 2), ("2026-01-20", 1))
        )

    def test_a_line_drops_out_of_its_window(self):
        self._order_of("2025-01-10", self.lamp)
        self._order_of("2025-03-31", self.seat)
        self._order_of("2025-06-10", self.stool)
        self.assertFigures(
            "product_lines",
            (
                ("2025-06-10", 2),
                ("2026-01-09", 2),
                ("2026-01-10", 1),  # the lamp
                ("2026-03-31", 1),  # the seat, but its line was bought again
                ("2026-06-09", 1),
                ("2026-06-10", 0),
            ),
            12,
        )
        self.assertFigures("product_lines", (("2026-06-10", 2),))


@tagged("post_install", "-at_install")
class TestRelationMetrics(RuleCase):
    """Figures of what stands, happened, or was said."""

    def test_open_opportunities_and_their_revenue(self):
        with self.at("2026-01-01"):
            first = self._create_opportunity(self.customer, expected_revenue=1000.0)
        with self.at("2026-01-10"):
            second = self._create_opportunity(self.customer, expected_revenue=250.5)
            self._create_lead(self.customer, expected_revenue=99.0)
        with self.at("2026-01-20"):
            first.action_set_won()
        with self.at("2026-02-01"):
            second.action_set_lost()
        self.assertFigures(
            "opportunities",
            (
                ("2026-01-01", 1),
                ("2026-01-09", 1),
                ("2026-01-10", 2),
                ("2026-01-19", 2),
                ("2026-01-20", 1),
                ("2026-01-31", 1),
                ("2026-02-01", 0),
            ),
        )
        self.assertFigures(
            "expected_revenue",
            (
                ("2026-01-09", 1000),
                ("2026-01-10", 1250.5),
                ("2026-01-20", 250.5),
                ("2026-02-01", 0),
            ),
        )
        self.assertMeets(
            Condition("expected_revenue", ">", 1250),
            (("2026-01-09", False), ("2026-01-10", True), ("2026-01-20", False)),
        )

    def test_inquiries_drop_out_of_their_window(self):
        for day, create in (
            ("2026-01-31", self._create_lead),
            ("2026-02-10", self._create_opportunity),
        ):
            with self.at(day):
                create(self.customer)
        self.assertFigures("inquiries", (("2026-01-31", 1), ("2026-02-10", 2), ("2030-01-01", 2)))
        self.assertFigures(
            "inquiries",
            (
                ("2026-02-28", 2),
                ("2026-03-01", 1),
                ("2026-03-09", 1),
                ("2026-03-10", 0),
            ),
            1,
        )

    def test_quotations_are_open_while_sent_and_valid(self):
        with self.at("2026-01-01"):
            expiring = self._create_order(self.customer, validity_date="2026-01-20")
            accepted = self._create_order(self.customer, validity_date="2026-02-28")
            self.env.cr.flush()
        with self.at("2026-01-05"):
            (expiring | accepted).action_quotation_sent()
            self.env.cr.flush()
        with self.at("2026-02-10"):
            accepted.action_confirm()
            self.env.cr.flush()
        self.assertFigures(
            "quotations",
            (
                ("2026-01-04", 0),
                ("2026-01-05", 2),
                ("2026-01-20", 2),
                ("2026-01-21", 1),
                ("2026-02-09", 1),
                ("2026-02-10", 0),
            ),
        )

    def _rate_on(self, *ratings):
        with self.at("2025-01-01"):
            order = self._create_order(self.customer)
        for day, value in ratings:
            with self.at(day):
                self._rate(order, self.customer, value)

    def test_the_average_rating_is_unknown_without_one(self):
        self._rate_on(("2026-01-10", 5), ("2026-01-20", 2), ("2026-02-10", 4))
        self.assertFigures(
            "rating",
            (
                ("2026-01-09", None),
                ("2026-01-10", 5),
                ("2026-01-20", 3.5),
                ("2026-02-10", 3.67),
                ("2030-01-01", 3.67),
            ),
        )
        self.assertFigures(
            "rating",
            (
                ("2026-02-09", 3.5),
                ("2026-02-10", 3),  # 2 and 4: the 5 has dropped out
                ("2026-02-20", 4),
                ("2026-03-09", 4),
                ("2026-03-10", None),
            ),
            1,
        )
        self.assertMeets(
            Condition("rating", ">=", 3.5),
            (("2026-01-09", False), ("2026-01-20", True), ("2026-02-10", True)),
        )
        self.assertMeets(
            Condition("rating", "<=", 3, 1),
            (("2026-02-09", False), ("2026-02-10", True), ("2026-03-10", False)),
        )

    def test_best_and_poor_ratings_are_the_latest_of_a_year(self):
        self._rate_on(("2026-01-10", 5), ("2026-01-20", 2), ("2026-01-30", 3), ("2026-02-10", 1))
        self.assertFigures(
            "best_ratings",
            (("2026-01-09", 0), ("2026-01-10", 1), ("2026-01-19", 1), ("2026-01-20", 0)),
        )
        self.assertFigures(
            "poor_ratings",
            (
                ("2026-01-19", 0),
                ("2026-01-20", 1),
                ("2026-01-29", 1),
                ("2026-01-30", 0),
                ("2026-02-10", 1),
                ("2027-02-09", 1),
                ("2027-02-10", 0),
            ),
        )

    def test_a_rating_of_the_leap_day_speaks_until_the_year_is_over(self):
        self._rate_on(("2028-02-29", 5))
        self.assertFigures("best_ratings", (("2029-02-28", 1), ("2029-03-01", 0)))

    def test_referred_customers_count_while_they_are_buyers(self):
        with self.at("2026-01-01"):
            self._create_lead(self.customer)
        first, second, _silent = [
            self._create_customer(f"Grace {number}", lifecycle_referrer_id=self.customer.id)
            for number in range(3)
        ]
        self._buy(first, "2026-01-05", "2026-01-06")
        with self.at("2026-01-10"):
            invoice = self._post_invoice(second)
        with self.at("2026-01-20"):
            self._refund(invoice)
        self.assertFigures(
            "referrals",
            (
                ("2026-01-04", 0),
                ("2026-01-05", 1),
                ("2026-01-06", 1),
                ("2026-01-10", 2),
                ("2026-01-19", 2),
                ("2026-01-20", 1),
            ),
        )

    def test_agreements_run_from_their_first_day_to_their_last(self):
        with self.at("2026-01-01"):
            self._create_lead(self.customer)
            self._create_agreement(self.customer, "2026-02-01", "2026-02-28")
            self._create_agreement(self.customer, "2026-02-15", kind="shareholder")
        self.assertFigures(
            "agreements",
            (
                ("2026-01-31", 0),
                ("2026-02-01", 1),
                ("2026-02-15", 2),
                ("2026-02-28", 2),
                ("2026-03-01", 1),
            ),
        )

    def test_credit_notes_are_returns(self):
        with self.at("2026-01-10"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-01-31"):
            self._refund(invoice, 0.5)
        with self.at("2026-02-10"):
            draft = self._create_invoice(self.customer, 5.0, move_type="out_refund")
            self._post_invoice(self.customer, 5.0, move_type="out_refund")
        self.assertEqual(draft.state, "draft")
        self.assertFigures(
            "returns", (("2026-01-30", 0), ("2026-01-31", 1), ("2026-02-10", 2), ("2030-01-01", 2))
        )
        self.assertFigures(
            "returns",
            (("2026-02-28", 2), ("2026-03-01", 1), ("2026-03-09", 1), ("2026-03-10", 0)),
            1,
        )

    def test_the_mark_of_buying_from_us_alone(self):
        with self.at("2026-01-01"):
            self._create_lead(self.customer)
            self._create_mark(
                self.customer, "exclusive", date_start="2026-02-01", date_end="2026-02-28"
            )
        self.assertFigures(
            "exclusive",
            (("2026-01-31", 0), ("2026-02-01", 1), ("2026-02-28", 1), ("2026-03-01", 0)),
        )
        self.assertMeets(
            Condition("exclusive", "=", 0), (("2026-01-31", True), ("2026-02-01", False))
        )


@tagged("post_install", "-at_install")
class TestPaidOnTime(RuleCase):
    """Share of the invoices paid by their due date."""

    def _bill(self, day="2026-01-01", due="2026-01-31", paid=None, amount=100.0):
        with self.at(day):
            invoice = self._post_invoice(self.customer, amount, invoice_date_due=due)
            self.assertEqual(str(invoice.invoice_date_due), due)
        if paid:
            with self.at(paid):
                self._pay(invoice)
        return invoice

    def test_unknown_without_an_invoice_that_is_paid_or_overdue(self):
        self._buy(self.customer, "2026-01-01")
        self.assertFigures("paid_on_time", (("2026-01-01", None), ("2030-01-01", None)))

    def test_an_invoice_counts_when_it_is_paid_or_overdue(self):
        for name, paid, table in (
            (
                "paid before it is due",
                "2026-01-10",
                (("2026-01-09", None), ("2026-01-10", 100), ("2026-02-01", 100)),
            ),
            (
                "paid on the due date",
                "2026-01-31",
                (("2026-01-30", None), ("2026-01-31", 100), ("2026-02-01", 100)),
            ),
            (
                "paid a day late",
                "2026-02-01",
                (("2026-01-31", None), ("2026-02-01", 0), ("2026-02-02", 0)),
            ),
            (
                "paid late",
                "2026-03-01",
                (("2026-01-31", None), ("2026-02-01", 0), ("2026-03-01", 0)),
            ),
            (
                "not paid",
                None,
                (("2026-01-31", None), ("2026-02-01", 0), ("2027-01-01", 0)),
            ),
        ):
            with self.subTest(name):
                self.customer = self._create_customer()
                self._bill(paid=paid)
                self.assertFigures("paid_on_time", table)

    def test_the_share_of_several(self):
        self._bill(paid="2026-01-20")
        self._bill(paid="2026-02-10")
        self._bill("2026-02-01", "2026-02-28", paid="2026-02-20")
        self.assertFigures(
            "paid_on_time",
            (
                ("2026-01-20", 100),
                ("2026-02-01", 50),
                ("2026-02-19", 50),
                ("2026-02-20", 66.67),
            ),
        )
        # By the day that told: January 20, February 1 and February 20.
        self.assertFigures(
            "paid_on_time",
            (
                ("2026-02-19", 50),
                ("2026-02-20", 50),  # one late, one in time
                ("2026-03-01", 100),
                ("2026-03-19", 100),
                ("2026-03-20", None),
            ),
            1,
        )
        self.assertMeets(
            Condition("paid_on_time", ">=", 60), (("2026-02-19", False), ("2026-02-20", True))
        )

    def test_refunds_are_nothing_to_be_paid(self):
        invoice = self._bill()
        with self.at("2026-01-10"):
            self._refund(invoice)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertFigures("paid_on_time", (("2026-01-10", None), ("2026-02-10", None)))

    def test_the_day_after_the_due_date_is_the_day_to_look(self):
        rules = self._ruleset(
            ("first_buyer", Condition("purchases", ">=", 1)),
            ("partner", Condition("paid_on_time", "<", 50)),
        )
        self._activate(rules)
        self._bill()
        profile = self._look_on("2026-01-15")
        self.assertEqual(
            (profile.stage_id.code, str(profile.review_date)), ("first_buyer", "2026-02-01")
        )
        self.assertEqual(self._look_on("2026-02-01").stage_id.code, "partner")


@tagged("post_install", "-at_install")
class TestSilence(RuleCase):
    """Days since the customer last did something."""

    def setUp(self):
        super().setUp()
        with self.at("2026-01-01"):
            self.lead = self._create_opportunity(self.customer)
            self.invoice = self._post_invoice(self.customer)
            self.order = self._create_order(self.customer)
            self.env.cr.flush()

    def test_what_is_a_sign_of_life(self):
        for name, act, is_sign in (
            ("a lead", lambda: self._create_lead(self.customer), True),
            ("an order", lambda: self._confirm_order(self.customer), True),
            ("an invoice without an order", lambda: self._post_invoice(self.customer), True),
            ("a payment", lambda: self._pay(self.invoice), True),
            ("a rating", lambda: self._rate(self.order, self.customer, 1), True),
            ("a quotation", lambda: self._create_order(self.customer), False),
            ("a quotation sent", self.order.action_quotation_sent, False),
            ("a refund", lambda: self._refund(self.invoice), False),
            ("an opportunity lost", self.lead.action_set_lost, False),
            ("a mark", lambda: self._create_mark(self.customer), False),
            ("a loss", lambda: self._create_loss(self.customer), False),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                with self.at("2026-02-10"):
                    act()
                    self.env.flush_all()
                    self.env.cr.flush()
                expected = "2026-02-10" if is_sign else "2026-01-01"
                self.assertEqual(self._figure("2026-03-01", "silence"), expected)
                self.assertEqual(self._figure("2026-02-09", "silence"), "2026-01-01")
                savepoint.rollback()
                self.env.invalidate_all()

    def test_it_grows_by_the_day(self):
        # 29, 30 and 31 days after January 1.
        for operator, table in (
            (">=", (("2026-01-30", False), ("2026-01-31", True), ("2026-02-01", True))),
            (">", (("2026-01-31", False), ("2026-02-01", True))),
            ("<=", (("2026-01-31", True), ("2026-02-01", False))),
            ("<", (("2026-01-30", True), ("2026-01-31", False))),
            ("=", (("2026-01-30", False), ("2026-01-31", True), ("2026-02-01", False))),
        ):
            self.assertMeets(Condition("silence", operator, 30), table)

    def test_a_sign_breaks_it(self):
        with self.at("2026-02-10"):
            self._create_lead(self.customer)
        self.assertMeets(
            Condition("silence", ">=", 30),
            (
                ("2026-01-31", True),
                ("2026-02-09", True),
                ("2026-02-10", False),
                ("2026-03-11", False),
                ("2026-03-12", True),
            ),
        )


@tagged("post_install", "-at_install")
class TestUnknown(RuleCase):
    """A figure that is unknown meets no condition, whichever way it asks."""

    def test_no_condition_is_met(self):
        with self.at("2026-01-01"):
            self._create_agreement(self.customer, "2026-01-01")
        for metric in (
            "tenure",
            "recency",
            "silence",
            "purchase_span",
            "purchase_interval",
            "rating",
            "paid_on_time",
        ):
            with self.subTest(metric):
                self.assertIsNone(self._figure("2026-01-05", metric))
                groups = [[Condition(metric, operator, 1)] for operator in OPERATORS]
                for options in ({}, {"tolerance": 0.1}):
                    rules = self._ruleset(("partner", groups), **options)
                    self.assertStages((("2026-01-05", "suspect"),), rules)
        # As a check of the check: what is known meets one of them.
        for metric in ("purchases", "agreements", "exclusive"):
            with self.subTest(metric):
                groups = [[Condition(metric, operator, 1)] for operator in OPERATORS]
                rules = self._ruleset(("partner", groups))
                self.assertStages((("2026-01-05", "partner"),), rules)
