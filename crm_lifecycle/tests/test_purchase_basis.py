from odoo.tests import tagged

from .rules_common import RuleCase

BASES = ("confirmed", "invoiced", "paid")


class BasisCase(RuleCase):
    """Rules that differ in nothing but which purchases count."""

    def _purchases(self, basis, day, customer=None):
        """Return (number, amount, first day) of the purchases as of a day."""
        row = self._evaluate(day, self._default_rules(basis=basis), customer)
        if not row:
            return None
        first = row["first_purchase_date"]
        return row["purchase_count"], row["purchase_amount"], first and str(first)

    def assertBasis(self, table):
        """Check the purchases: ``{basis: ((day, what _purchases returns), ...)}``."""
        for basis, rows in table.items():
            for day, expected in rows:
                with self.subTest(basis, day=day):
                    self.assertEqual(self._purchases(basis, day), expected)

    def _pay_part(self, invoice, amount):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create({"amount": amount})._create_payments()


@tagged("post_install", "-at_install")
class TestPurchaseBasis(BasisCase):
    """An order is a purchase once it is confirmed, invoiced or paid."""

    def test_down_payment_and_final_invoice_are_one_purchase(self):
        with self.at("2026-01-01"):
            order = self._confirm_order(self.customer, 1000.0)
        with self.at("2026-01-10"):
            down_payment = self._invoice_down_payment(order, 30)
        with self.at("2026-01-15"):
            self._pay(down_payment)
        with self.at("2026-02-10"):
            final = order._create_invoices(final=True)
            final.invoice_date = "2026-02-10"
            final.action_post()
        self.assertEqual(final.amount_untaxed, 700.0)
        for day, amount in (("2026-02-20", 300.0), ("2026-03-05", 400.0)):
            with self.at(day):
                self._pay_part(final, amount)
        self.assertEqual(final.amount_residual, 0.0)
        self.assertBasis(
            {
                "confirmed": (
                    ("2026-01-01", (1, 1000, "2026-01-01")),
                    ("2026-03-05", (1, 1000, "2026-01-01")),
                ),
                "invoiced": (
                    ("2026-01-09", (0, 0, None)),
                    ("2026-01-10", (1, 300, "2026-01-10")),
                    ("2026-02-09", (1, 300, "2026-01-10")),
                    ("2026-02-10", (1, 1000, "2026-01-10")),
                ),
                "paid": (
                    ("2026-01-14", (0, 0, None)),
                    ("2026-01-15", (1, 300, "2026-01-15")),
                    ("2026-02-20", (1, 300, "2026-01-15")),
                    ("2026-03-04", (1, 300, "2026-01-15")),
                    # Paid in full by the second part.
                    ("2026-03-05", (1, 1000, "2026-01-15")),
                ),
            }
        )

    def test_two_orders_are_two_purchases_also_in_one_month(self):
        for day, invoiced in (("2026-01-01", "2026-01-05"), ("2026-01-02", "2026-01-06")):
            with self.at(day):
                order = self._confirm_order(self.customer)
            with self.at(invoiced):
                self._invoice_order(order)
        self.assertBasis(
            {
                "confirmed": (("2026-01-10", (2, 200, "2026-01-01")),),
                "invoiced": (("2026-01-10", (2, 200, "2026-01-05")),),
                "paid": (("2026-01-10", (0, 0, None)),),
            }
        )

    def test_an_invoice_without_an_order(self):
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-01-20"):
            self._pay(invoice)
        self.assertBasis(
            {
                "confirmed": (("2026-01-01", (1, 100, "2026-01-01")),),
                "invoiced": (("2026-01-01", (1, 100, "2026-01-01")),),
                "paid": (
                    # Known, but no buyer.
                    ("2026-01-01", (0, 0, None)),
                    ("2026-01-19", (0, 0, None)),
                    ("2026-01-20", (1, 100, "2026-01-20")),
                ),
            }
        )

    def test_never_paid(self):
        with self.at("2026-01-01"):
            order = self._confirm_order(self.customer)
        with self.at("2026-01-10"):
            invoice = self._invoice_order(order)
        with self.at("2026-01-20"):
            self._pay_part(invoice, 99.99)
        self.assertBasis(
            {
                "invoiced": (("2030-01-01", (1, 100, "2026-01-10")),),
                "paid": (("2030-01-01", (0, 0, None)),),
            }
        )

    def test_a_draft_invoice_is_none(self):
        with self.at("2026-01-01"):
            order = self._confirm_order(self.customer)
            order._create_invoices()
            self._create_invoice(self._create_customer("Grace"))
        self.assertBasis({"invoiced": (("2026-01-10", (0, 0, None)),)})

    def test_a_full_refund_takes_it_back(self):
        with self.at("2026-01-01"):
            order = self._confirm_order(self.customer)
        with self.at("2026-01-05"):
            invoice = self._invoice_order(order)
        with self.at("2026-01-10"):
            self._pay(invoice)
        with self.at("2026-01-20"):
            self._refund(invoice)
        self.assertBasis(
            {
                "confirmed": (
                    ("2026-01-19", (1, 100, "2026-01-01")),
                    ("2026-01-20", (0, 0, None)),
                ),
                "invoiced": (
                    ("2026-01-19", (1, 100, "2026-01-05")),
                    ("2026-01-20", (0, 0, None)),
                ),
                "paid": (
                    ("2026-01-19", (1, 100, "2026-01-10")),
                    ("2026-01-20", (0, 0, None)),
                ),
            }
        )

    def test_a_partial_refund_lowers_its_amount(self):
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-01-10"):
            self._pay(invoice)
        with self.at("2026-01-20"):
            self._refund(invoice, 0.4)
        for basis, first in (("invoiced", "2026-01-01"), ("paid", "2026-01-10")):
            self.assertBasis(
                {basis: (("2026-01-19", (1, 100, first)), ("2026-01-20", (1, 60, first)))}
            )

    def test_a_refund_before_the_payment_leaves_the_rest(self):
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-01-10"):
            self._refund(invoice, 0.4)
        with self.at("2026-01-20"):
            self._pay(invoice)
        self.assertBasis(
            {
                "invoiced": (
                    ("2026-01-09", (1, 100, "2026-01-01")),
                    ("2026-01-10", (1, 60, "2026-01-01")),
                ),
                "paid": (("2026-01-19", (0, 0, None)), ("2026-01-20", (1, 60, "2026-01-20"))),
            }
        )

    def test_an_unpaid_invoice_that_is_refunded_never_was_paid(self):
        with self.at("2026-01-01"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-01-10"):
            self._refund(invoice)
        self.assertBasis(
            {
                "invoiced": (
                    ("2026-01-09", (1, 100, "2026-01-01")),
                    ("2026-01-10", (0, 0, None)),
                ),
                "paid": (("2026-01-09", (0, 0, None)), ("2026-01-10", (0, 0, None))),
            }
        )

    def test_a_down_payment_refunded_and_the_order_invoiced_in_full(self):
        with self.at("2026-01-01"):
            order = self._confirm_order(self.customer, 1000.0)
        with self.at("2026-01-10"):
            down_payment = self._invoice_down_payment(order, 30)
        with self.at("2026-01-20"):
            self._refund(down_payment)
        with self.at("2026-02-10"):
            self._invoice_order(order)
        self.assertBasis(
            {
                "invoiced": (
                    ("2026-01-19", (1, 300, "2026-01-10")),
                    ("2026-01-20", (0, 0, None)),
                    ("2026-02-09", (0, 0, None)),
                    # The order's purchase is still that of its first invoice's day.
                    ("2026-02-10", (1, 1000, "2026-01-10")),
                )
            }
        )

    def test_a_cancelled_invoice_is_not_the_first_one(self):
        with self.at("2026-01-01"):
            order = self._confirm_order(self.customer)
        with self.at("2026-01-10"):
            wrong = self._invoice_order(order)
            wrong.button_draft()
            wrong.button_cancel()
        with self.at("2026-02-10"):
            self._invoice_order(order)
        self.assertBasis(
            {
                "invoiced": (
                    ("2026-02-09", (0, 0, None)),
                    ("2026-02-10", (1, 100, "2026-02-10")),
                )
            }
        )

    def test_an_order_that_is_not_invoiced_leaves_its_customer_known(self):
        with self.at("2026-01-01"):
            self._confirm_order(self.customer)
        for basis in ("invoiced", "paid"):
            self.assertStages((("2026-01-01", "suspect"),), self._default_rules(basis=basis))


@tagged("post_install", "-at_install")
class TestBasisOfCompanies(BasisCase):
    """Each company goes by its own basis, and can switch to another one."""

    def _live(self, customer):
        """Confirm, invoice and pay an order, and invoice another one."""
        with self.at("2026-01-01"):
            order = self._confirm_order(customer)
        with self.at("2026-01-10"):
            invoice = self._invoice_order(order)
        with self.at("2026-01-20"):
            self._pay(invoice)
        with self.at("2026-02-01"):
            order = self._confirm_order(customer)
        with self.at("2026-02-10"):
            self._invoice_order(order)
        with self.at("2026-03-01"):
            self._confirm_order(customer)

    def test_two_companies_in_one_statement(self):
        other = self._create_company("Lifecycle Paid Company", "base.EUR")
        self._activate(self._default_rules(basis="paid"), other)
        for company in (self.company, other):
            with self.at("2026-01-01"):
                order = self._confirm_order(self.customer, company_id=company.id)
            with self.at("2026-01-10"):
                self._invoice_order(order.with_company(company))
        self.env.cr.flush()
        with self.at("2026-02-01"):
            rows = {
                row["company_id"]: (row["purchase_count"], row["status"])
                for row in self.events._derive(self.customer.ids)
            }
        self.assertEqual(rows, {self.company.id: (1, "active"), other.id: (0, "new")})

    def test_referred_customers_count_by_the_companys_basis(self):
        referred = self._create_customer("Grace", lifecycle_referrer_id=self.customer.id)
        self._buy(self.customer, "2026-01-01")
        with self.at("2026-01-05"):
            invoice = self._post_invoice(referred)
        with self.at("2026-01-20"):
            self._pay(invoice)
        condition_met = {
            "confirmed": "2026-01-05",
            "invoiced": "2026-01-05",
            "paid": "2026-01-20",
        }
        for basis, met in condition_met.items():
            with self.subTest(basis):
                row = self._evaluate("2026-02-01", self._default_rules(basis=basis))
                self.assertEqual(row["figures"]["referrals_0"], 1)
                row = self._evaluate("2026-01-19", self._default_rules(basis=basis))
                self.assertEqual(row["figures"]["referrals_0"], int(met <= "2026-01-19"))

    def test_a_switch_tells_the_history_anew_and_back(self):
        self._live(self.customer)
        confirmed = [
            (None, "first_buyer", "2026-01-01"),
            ("first_buyer", "repeat_buyer", "2026-02-01"),
        ]
        invoiced = [
            (None, "suspect", "2026-01-01"),
            ("suspect", "first_buyer", "2026-01-10"),
            ("first_buyer", "repeat_buyer", "2026-02-10"),
        ]
        paid = [
            (None, "suspect", "2026-01-01"),
            ("suspect", "first_buyer", "2026-01-20"),
        ]
        with self.at("2026-04-01"):
            self._process_queue()
            self.assertEqual(self._history(self.customer), confirmed)
            before = self._moves(self.customer).ids
        for day, basis, history in (
            ("2026-04-02", "invoiced", invoiced),
            ("2026-04-03", "paid", paid),
            ("2026-04-04", "confirmed", confirmed),
        ):
            with self.subTest(basis), self.at(day):
                policy = self._activate(self._default_rules(basis=basis))
                self._process_queue()
                self.assertEqual(self._history(self.customer), history)
                self.assertEqual(self._profile(self.customer).policy_id, policy)
        # What was believed before the switch stays readable.
        believed = self.env["crm.lifecycle.transition"].browse(before)
        self.assertEqual(
            {str(moment)[:10] for moment in believed.mapped("superseded_at")}, {"2026-04-02"}
        )
