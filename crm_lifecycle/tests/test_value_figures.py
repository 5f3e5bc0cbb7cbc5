from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.sources import Scope, company_cte
from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestSales(ValueCase):
    """Revenue, margin and discounts are those of the posted invoices' own lines."""

    def test_an_invoice_without_an_order(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 3, 100.0, 0))
            self.assertValue(
                revenue=300.0, margin=120.0, costed=300.0, refund=0.0, contribution=120.0
            )

    def test_a_draft_is_worth_nothing(self):
        with self.at("2026-03-03"):
            invoice = self._post_lines((self.product, 1, 100.0, 0))
            self.assertValue(revenue=100.0)
            invoice.button_draft()
            self.assertFalse(self._value())

    def test_an_order_that_is_not_invoiced_is_worth_nothing_yet(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer, 100.0)
            self.assertFalse(self._value())
            self._invoice_order(order)
            self.assertValue(revenue=100.0, margin=40.0)

    def test_refunds_come_off_with_their_cost(self):
        with self.at("2026-03-03"):
            invoice = self._post_lines((self.product, 2, 100.0, 0))
            refund = self._refund(invoice)
            self.assertValue(revenue=0.0, margin=0.0, refund=200.0)
        self.assertEqual(
            self._entries("kind", "amount", "contribution", "res_id"),
            [
                ("revenue", 200.0, 200.0, invoice.id),
                ("cost", -120.0, -120.0, invoice.id),
                ("refund", -200.0, -200.0, refund.id),
                ("cost", 120.0, 120.0, refund.id),
            ],
        )

    def test_discounts_are_what_list_prices_were_more(self):
        self.company.sale_discount_product_id = self.advice
        for lines, revenue, discount in (
            ([(self.product, 2, 100.0, 25.0)], 150.0, 50.0),
            ([(self.product, 1, 100.0, 100.0)], 0.0, 100.0),
            ([(self.product, 1, 100.0, 0), (self.advice, 1, -15.0, 0)], 85.0, 15.0),
        ):
            with self.subTest(lines), self.env.cr.savepoint() as savepoint:
                with self.at("2026-03-03"):
                    invoice = self._post_lines(*lines)
                    self.assertValue(revenue=revenue, discount=discount)
                    self._refund(invoice)
                    self.assertValue(revenue=0.0, discount=0.0)
                savepoint.rollback()

    def test_goods_given_away_cost_what_they_cost(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 100.0))
            self.assertValue(revenue=0.0, margin=-60.0, contribution=-60.0)

    def test_foreign_currency_counts_as_the_ledger_has_it(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 2.0,
            }
        )
        with self.at("2026-03-03"):
            invoice = self._post_lines((self.product, 1, 300.0, 50.0), currency_id=dollar.id)
            self.assertEqual(invoice.invoice_line_ids.balance, -75.0)
            self.assertValue(revenue=75.0, margin=15.0, discount=75.0)

    def test_units_of_measure(self):
        with self.at("2026-03-03"):
            invoice = self._create_invoice(self.customer, 1200.0)
            invoice.invoice_line_ids.product_uom_id = self.env.ref("uom.product_uom_dozen")
            invoice.action_post()
            self.assertValue(revenue=1200.0, margin=480.0)

    def test_down_payments_add_up_to_the_order(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer, 200.0)
            self._invoice_down_payment(order, 30)
            self.assertValue(revenue=60.0, margin=0.0, costed=60.0)
        with self.at("2026-03-10"):
            # The last invoice is over the 200 less the 60.
            invoice = self._invoice_order(order, final=True)
            self.assertEqual(invoice.amount_untaxed, 140.0)
            self.assertValue(revenue=200.0, margin=140.0, costed=200.0)

    def test_contacts_count_for_their_company(self):
        buyer = self.env["res.partner"].create({"name": "Ada", "parent_id": self.customer.id})
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0), customer=buyer)
            self.assertValue(revenue=100.0)

    def test_sums_over_customers_are_the_ledgers(self):
        other = self._create_customer("Hotel Rosa")
        payer = self._create_customer("Head Office")
        with self.at("2026-03-03"):
            for customer in (self.customer, other):
                invoice = self._post_lines(
                    (self.product, 3, 99.99, 12.5), (self.advice, 1, 33.33, 0), customer=customer
                )
                self._refund(invoice, 0.333)
                self._invoice_down_payment(self._confirm_order(customer, 77.77), 10)
            self._post_lines((self.product, 1, 50.0, 0), move_type="out_receipt")
            order = self._confirm_order(self.customer, 88.88)
            order.partner_invoice_id = payer
            self._invoice_order(order)
            self._process_queue()
        [[balance]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "income"),
            ],
            [],
            ["balance:sum"],
        )
        [[revenue]] = self.env["crm.lifecycle.value"]._read_group(
            [("company_id", "=", self.company.id)], [], ["revenue_total:sum"]
        )
        self.assertNotEqual(balance, 0.0)
        self.assertAlmostEqual(revenue, -balance, 2)
        self.assertValue(payer, revenue=88.88)
        self.assertEqual(self._profile(payer).stage_id, self.stages["suspect"])


@tagged("post_install", "-at_install")
class TestCosts(ValueCase):
    """A line's cost is the best that is known of it, and says where it is from."""

    def test_an_unknown_cost_shows_as_unknown(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0), (self.advice, 1, 300.0, 0))
            self.assertValue(revenue=400.0, margin=340.0, costed=100.0)
        self.assertEqual(self._value().cost_known, 0.25)
        self.assertEqual(
            self._entries("kind", "cost_basis", "amount"),
            [
                ("revenue", False, 100.0),
                ("cost", "product", -60.0),
                ("revenue", False, 300.0),
                ("cost", "unknown", 0.0),
            ],
        )

    def test_an_order_line_knows_its_cost_better_than_the_product(self):
        if "purchase_price" not in self.env["sale.order.line"]._fields:
            self.skipTest("Margins is not installed.")
        with self.at("2026-03-03"):
            order = self._create_order(self.customer, 100.0)
            order.order_line.purchase_price = 55.0
            order.order_line.product_uom_qty = 4
            order.action_confirm()
            self._invoice_order(order)
            self.product.standard_price = 90.0
            self.assertValue(revenue=400.0, margin=180.0)
        self.assertIn(("cost", "order", -220.0), self._entries("kind", "cost_basis", "amount"))

    def test_what_order_lines_say_in_their_units_and_currency(self):
        if "purchase_price" not in self.env["sale.order.line"]._fields:
            self.skipTest("Margins is not installed.")
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 2.0,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id}
        )
        with self.at("2026-03-03"):
            order = self._create_order(self.customer, 2400.0, pricelist_id=pricelist.id)
            line = order.order_line
            line.write(
                {
                    "product_uom_id": self.env.ref("uom.product_uom_dozen").id,
                    "price_unit": 2400.0,
                    "purchase_price": 1440.0,
                }
            )
            order.action_confirm()
            invoice = order._create_invoices()
            invoice.invoice_date = "2026-03-03"
            # A dozen ordered, and a piece of it invoiced.
            invoice.invoice_line_ids.write(
                {
                    "product_uom_id": self.env.ref("uom.product_uom_unit").id,
                    "quantity": 1,
                    "price_unit": 200.0,
                }
            )
            invoice.action_post()
            self.assertValue(revenue=100.0, margin=40.0)
        self.assertIn(("cost", "order", -60.0), self._entries("kind", "cost_basis", "amount"))

    def test_a_line_that_bills_several_order_lines_costs_their_average(self):
        if "purchase_price" not in self.env["sale.order.line"]._fields:
            self.skipTest("Margins is not installed.")
        with self.at("2026-03-03"):
            order = self._create_order(self.customer, 100.0)
            first = order.order_line
            second = first.copy({"order_id": order.id, "product_uom_qty": 3})
            first.purchase_price, second.purchase_price = 10.0, 30.0
            order.action_confirm()
            invoice = self._create_invoice(self.customer, 100.0)
            invoice.invoice_line_ids.write(
                {"quantity": 4, "sale_line_ids": [Command.set((first | second).ids)]}
            )
            invoice.action_post()
            self.assertValue(revenue=400.0, margin=300.0)

    def test_a_lowered_price_brings_no_goods_back(self):
        with self.at("2026-03-03"):
            invoice = self._post_lines((self.product, 2, 100.0, 0))
            self._refund(invoice, 0.1)
            self.assertValue(revenue=180.0, margin=60.0, refund=20.0)
        self.assertIn(("cost", "allowance", 0.0), self._entries("kind", "cost_basis", "amount"))

    def test_goods_that_come_back_bring_their_cost_back(self):
        with self.at("2026-03-03"):
            invoice = self._post_lines((self.product, 2, 100.0, 10.0))
            refund = invoice._reverse_moves([{"invoice_date": "2026-03-03"}])
            refund.invoice_line_ids.quantity = 1
            refund.action_post()
            self.assertValue(revenue=90.0, margin=30.0)

    def test_a_discount_line_has_no_cost_to_know(self):
        self.company.sale_discount_product_id = self.advice
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0), (self.advice, 1, -15.0, 0))
            self.assertValue(revenue=85.0, margin=25.0, costed=85.0)

    def test_each_sub_query_is_there_once(self):
        self.env.flush_all()
        values = self.env["crm.lifecycle.value"]
        source = values._get_sources(Scope([self.customer.id]))["sales"]
        company = company_cte(fields.Datetime.now())
        rows = self.env.execute_query(SQL("EXPLAIN (COSTS OFF) WITH %s %s", company, source))
        lookups = sum(" on sale_order_line_invoice_rel " in line for (line,) in rows)
        # The order lines' own costs, and those of what they delivered.
        self.assertLessEqual(lookups, 2, rows)

    def test_without_revenue_there_are_no_rates(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 100.0))
        value = self._value()
        self.assertEqual((value.margin_rate, value.cost_known), (0.0, 0.0))


@tagged("post_install", "-at_install")
class TestServices(ValueCase):
    """Done activities cost what the company says that they do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        call = cls.env.ref("mail.mail_activity_data_call")
        cls.rates = cls.env["crm.lifecycle.service.rate"].create(
            [
                {"company_id": cls.company.id, "amount": 10.0},
                {
                    "company_id": cls.company.id,
                    "amount": 25.0,
                    "activity_type_id": call.id,
                },
            ]
        )

    def test_the_rate_of_its_own_type_comes_first(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0))
            self._do(self.customer)
            self._do(self._create_order(self.customer), "mail.mail_activity_data_todo")
            self._do(self._create_opportunity(self.customer), "mail.mail_activity_data_todo")
            self._look_again(self.customer)
            self.assertValue(margin=40.0, service=45.0, contribution=-5.0)

    def test_one_that_nobody_was_to_do_costs_the_same(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0))
            activity = self.customer.activity_schedule("mail.mail_activity_data_call")
            activity.user_id = False
            activity.action_feedback()
            self._look_again(self.customer)
            self.assertValue(service=25.0)

    def test_an_activity_that_is_not_done_costs_nothing(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0))
            self.customer.activity_schedule("mail.mail_activity_data_call")
            self._look_again(self.customer)
            self.assertValue(service=0.0)

    def test_a_changed_rate_has_everybody_looked_at(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0))
            self._do(self.customer)
            self._look_again(self.customer)
            self.assertValue(service=25.0)
            self.rates[1].amount = 30.0
            self.assertValue(service=30.0)
            self.rates[1].action_archive()
            self.assertValue(service=10.0)
            self.rates.unlink()
            self.assertValue(service=0.0)


@tagged("post_install", "-at_install")
class TestDates(ValueCase):
    """Twelve months by the calendar, and any day can be asked for."""

    def setUp(self):
        super().setUp()
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0))
        with self.at("2026-09-03"):
            self._post_lines((self.product, 2, 100.0, 0))

    def test_an_entry_drops_out_after_twelve_months(self):
        for day, recent in (
            ("2026-09-03", 300.0),
            ("2027-03-02", 300.0),
            ("2027-03-03", 200.0),
            ("2027-09-03", 0.0),
        ):
            with self.subTest(day), self.at(day):
                self._look_again(self.customer)
                self.assertValue(revenue=recent)
                self.assertValue(span="total", revenue=300.0)

    def test_the_nightly_pass_finds_who_has_an_entry_drop_out(self):
        # A call, because purchases that drop out are due for the stage as well.
        self.env["crm.lifecycle.service.rate"].create(
            {"company_id": self.company.id, "amount": 10.0}
        )
        with self.at("2026-05-05"):
            self._do(self.customer)
            self._look_again(self.customer)
            self.assertValue(service=10.0)
        with self.at("2027-05-04"):
            # Whatever else is due.
            self._gather("night")
            self._process_queue()
            self.assertEqual(str(self._value().lapse_date), "2027-05-05")
            self.assertNotEqual(str(self._profile(self.customer).review_date), "2027-05-05")
            self.assertNotIn(self.customer.id, self._gathered(self._gather("night")))
            self._process_queue()
        with self.at("2027-05-05"):
            self.assertIn(self.customer.id, self._gathered(self._gather("night")))
            self.assertValue(service=0.0)
            self.assertValue(span="total", service=10.0)

    def test_as_of_any_day(self):
        values = self.env["crm.lifecycle.value"]
        for day, recent, total in (
            ("2026-03-02", 0.0, 0.0),
            ("2026-03-03", 100.0, 100.0),
            ("2027-03-03", 200.0, 300.0),
        ):
            with self.subTest(day), self.at("2027-06-01"):
                [found] = values._derive(self.customer.ids, as_of=day)
                self.assertEqual((found["revenue_12m"], found["revenue_total"]), (recent, total))

    def test_what_is_kept_is_what_is_derived(self):
        with self.at("2026-10-01"):
            self._look_again(self.customer)
            kept = self._value().read()[0]
            [found] = self.env["crm.lifecycle.value"]._derive(self.customer.ids)
            [everybody] = [
                row
                for row in self.env["crm.lifecycle.value"]._derive()
                if row["partner_id"] == self.customer.id
            ]
        self.assertEqual(found, everybody)
        for name in found.keys() - {"partner_id", "company_id"}:
            with self.subTest(name):
                # A column that is empty is read as 0.
                self.assertEqual(kept[name] or None, found[name] or None)

    def test_a_second_run_writes_nothing(self):
        with self.at("2026-10-01"):
            self._look_again(self.customer)
            value = self._value()
            self.assertEqual(self.env["crm.lifecycle.value"]._record(self.customer.ids), [])
            self._set_cost(70.0)
            self.assertEqual(
                self.env["crm.lifecycle.value"]._record(self.customer.ids), self.customer.ids
            )
            self.assertEqual(value.margin_12m, 90.0)

    def test_it_goes_with_the_profile(self):
        with self.at("2026-10-01"):
            value = self._value()
            self.assertTrue(value)
            self._profile(self.customer).unlink()
            self.assertFalse(value.exists())
            self._look_again(self.customer)
            self.assertValue(revenue=300.0)


@tagged("post_install", "-at_install")
class TestCompanies(ValueCase):
    """Each company has its own view, in its own currency."""

    def test_two_companies(self):
        dollars = self._create_company("Lifecycle Dollar Company", "base.USD")
        self.env.user.company_ids = [Command.link(dollars.id)]
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0))
            self.env["account.move"].with_company(dollars).create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2026-03-03",
                    "company_id": dollars.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.advice.id,
                                "price_unit": 70.0,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            ).action_post()
            for company, revenue, currency in (
                (self.company, 100.0, "EUR"),
                (dollars, 70.0, "USD"),
            ):
                with self.subTest(company.name):
                    value = self._value(company=company)
                    self.assertEqual(
                        (value.revenue_12m, value.currency_id.name), (revenue, currency)
                    )
