from odoo import Command
from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestDaysToPay(PaymentCase):
    """How long a customer takes to pay, by amount, from invoices to reconciliations."""

    def test_early_on_time_and_late(self):
        for paid, days, late, on_time in (
            ("2026-01-11", 10.0, -20.0, 1.0),
            ("2026-01-31", 30.0, 0.0, 1.0),
            ("2026-02-01", 31.0, 1.0, 0.0),
            ("2026-03-02", 60.0, 30.0, 0.0),
        ):
            with self.subTest(paid), self.env.cr.savepoint() as savepoint:
                invoice = self._invoice_on("2026-01-01")
                self._pay_on(paid, invoice)
                self.assertFigures(
                    "2026-06-01",
                    paid_count=1.0,
                    days_to_pay=days,
                    days_late=late,
                    on_time_share=on_time,
                    receivable=0.0,
                    overdue=0.0,
                )
                savepoint.rollback()

    def test_amounts_are_the_weights(self):
        # 300 after 10 days, 100 after 50: 20 days, 10 early, three quarters on time.
        self._pay_on("2026-01-11", self._invoice_on("2026-01-01", 300.0))
        self._pay_on("2026-02-20", self._invoice_on("2026-01-01", 100.0))
        self.assertFigures(
            "2026-06-01", paid_count=2.0, days_to_pay=20.0, days_late=-10.0, on_time_share=0.75
        )

    def test_partial_payments_count_as_they_come(self):
        invoice = self._invoice_on("2026-01-01", 400.0)
        self._pay_on("2026-01-11", invoice, 100.0)
        self.assertFigures(
            "2026-01-20", paid_count=1.0, days_to_pay=10.0, receivable=300.0, overdue=0.0
        )
        self._pay_on("2026-02-10", invoice, 50.0)
        # (100 x 10 + 50 x 40) / 150
        self.assertFigures(
            "2026-02-10",
            paid_count=2.0,
            days_to_pay=20.0,
            days_late=-10.0,
            on_time_share=0.6667,
            receivable=250.0,
            overdue=250.0,
            overdue_30=250.0,
        )

    def test_one_payment_for_several_invoices_is_one(self):
        invoices = self._invoice_on("2026-01-01") | self._invoice_on("2026-01-11")
        self._pay_on("2026-01-31", invoices)
        self.assertFigures("2026-02-01", paid_count=1.0, days_to_pay=25.0)

    def test_instalments_are_late_each_by_itself(self):
        term = self._create_term((50.0, 0), (30.0, 30), (20.0, 60))
        invoice = self._invoice_on("2026-01-01", 1000.0, invoice_payment_term_id=term.id)
        self.assertFigures("2026-01-01", overdue=0.0, receivable=1000.0)
        self.assertFigures("2026-01-02", overdue=500.0, overdue_30=500.0)
        self.assertFigures("2026-02-01", overdue=800.0, overdue_30=300.0, overdue_60=500.0)
        self._pay_on("2026-02-10", invoice, 1000.0)
        # 40, 10 and -20 days late.
        self.assertFigures(
            "2026-02-10",
            paid_count=1.0,
            days_to_pay=40.0,
            days_late=(500 * 40 + 300 * 10 - 200 * 20) / 1000,
            on_time_share=0.2,
            overdue=0.0,
        )

    def test_a_credit_note_is_no_payment(self):
        invoice = self._invoice_on("2026-01-01", 300.0)
        with self.at("2026-01-05"):
            refund = self._refund(invoice, 1 / 3)
            self._receivable(invoice, refund).reconcile()
        self.assertFigures(
            "2026-01-10", paid_count=0.0, days_to_pay=None, receivable=200.0, unallocated=0.0
        )
        self._pay_on("2026-01-21", invoice)
        self.assertFigures("2026-01-21", paid_count=1.0, days_to_pay=20.0, receivable=0.0)

    def test_an_entry_that_writes_off_is_no_payment(self):
        invoice = self._invoice_on("2026-01-01", 100.0)
        self._pay_on("2026-01-11", invoice, 90.0)
        self._receivable(invoice, self._post_entry("2026-05-01", 10.0)).reconcile()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFigures("2026-04-30", days_to_pay=10.0, receivable=10.0, overdue=10.0)
        self.assertFigures("2026-05-01", days_to_pay=10.0, receivable=0.0, overdue=0.0)

    def test_what_is_written_off_with_a_payment_is_settled_by_it(self):
        invoice = self._invoice_on("2026-01-01", 100.0)
        self._pay_on(
            "2026-01-21",
            invoice,
            95.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self._account("expense").id,
        )
        self.assertFigures("2026-01-21", paid_count=1.0, days_to_pay=20.0, receivable=0.0)

    def test_an_entry_in_a_bank_journal_is_a_payment(self):
        invoice = self._invoice_on("2026-01-01", 100.0)
        entry = self._post_entry("2026-01-16", 100.0, "asset_cash", "bank")
        self._receivable(invoice, entry).reconcile()
        self.assertFigures("2026-01-16", paid_count=1.0, days_to_pay=15.0)

    def test_a_bank_statement_line_is_a_payment(self):
        invoice = self._invoice_on("2026-01-01", 100.0)
        journal = self._journal("bank")
        journal.suspense_account_id = self._account("asset_current")
        with self.at("2026-01-16"):
            line = self.env["account.bank.statement.line"].create(
                {
                    "journal_id": journal.id,
                    "date": "2026-01-16",
                    "payment_ref": "Transfer",
                    "partner_id": self.customer.id,
                    "amount": 100.0,
                }
            )
            _liquidity, suspense, _other = line._seek_for_lines()
            suspense.account_id = self._account("asset_receivable")
            self._receivable(invoice, line.move_id).reconcile()
        self.assertFigures("2026-01-16", paid_count=1.0, days_to_pay=15.0, receivable=0.0)

    def test_paid_in_advance_is_paid_at_once(self):
        payment = self._receive_on("2026-01-01", 100.0)
        self.assertFigures("2026-01-01", receivable=-100.0, unallocated=100.0, paid_count=0.0)
        with self.at("2026-01-20"):
            invoice = self._invoice_on("2026-01-20")
            self._receivable(invoice, payment.move_id).reconcile()
        self.assertFigures("2026-01-19", receivable=-100.0, unallocated=100.0, days_to_pay=None)
        self.assertFigures("2026-01-20", receivable=0.0, unallocated=0.0, days_to_pay=0.0)

    def test_taken_back_it_was_no_payment(self):
        invoice = self._invoice_on("2026-01-01")
        payment = self._pay_on("2026-01-11", invoice)
        self.assertFigures("2026-02-20", paid_count=1.0, overdue=0.0)
        with self.at("2026-02-15"):
            payment.action_draft()
        self.assertFigures("2026-02-20", paid_count=0.0, days_to_pay=None, overdue=100.0)

    def test_what_a_draft_is_reconciled_with_is_open(self):
        payment = self._receive_on("2026-01-01", 100.0)
        with self.at("2026-01-02"):
            invoice = self._post_lines((self.advice, 1, 100.0, 0))
            self._receivable(invoice, payment.move_id).reconcile()
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE account_move_line SET parent_state = 'draft' WHERE move_id = %s",
                [invoice.id],
            )
        self.assertFigures("2026-01-02", receivable=-100.0, unallocated=100.0)

    def test_contacts_pay_for_their_company(self):
        buyer = self.env["res.partner"].create({"name": "Ada", "parent_id": self.customer.id})
        invoice = self._invoice_on("2026-01-01", customer=buyer)
        self._pay_on("2026-01-11", invoice)
        self.assertFigures("2026-01-11", paid_count=1.0, days_to_pay=10.0)

    def test_what_a_supplier_is_owed_is_no_receivable(self):
        bank = self._journal("bank")
        with self.at("2026-01-01"):
            self.env["account.payment"].create(
                {
                    "payment_type": "outbound",
                    "partner_type": "supplier",
                    "partner_id": self.customer.id,
                    "amount": 50.0,
                    "journal_id": bank.id,
                }
            ).action_post()
        self.assertIsNone(self._figures("2026-01-11"))


@tagged("post_install", "-at_install")
class TestOverdue(PaymentCase):
    """What is open after its due date, by age, and what turns older by itself."""

    def test_ages(self):
        self._invoice_on("2026-01-01", 70.0)
        # Due on January 31.
        for day, figures, turns in (
            ("2026-01-31", {}, "2026-02-01"),
            ("2026-02-01", {"overdue_30": 70.0}, "2026-03-03"),
            ("2026-03-02", {"overdue_30": 70.0}, "2026-03-03"),
            ("2026-03-03", {"overdue_60": 70.0}, "2026-04-02"),
            ("2026-04-01", {"overdue_60": 70.0}, "2026-04-02"),
            ("2026-04-02", {"overdue_90": 70.0}, "2026-05-02"),
            ("2026-05-01", {"overdue_90": 70.0}, "2026-05-02"),
            # Then the revenue drops out of the twelve months.
            ("2026-05-02", {"overdue_older": 70.0}, "2027-01-01"),
            ("2027-01-01", {"overdue_older": 70.0}, "None"),
        ):
            with self.subTest(day):
                expected = dict.fromkeys(
                    ("overdue_30", "overdue_60", "overdue_90", "overdue_older"), 0.0
                )
                self.assertFigures(
                    day, receivable=70.0, overdue=sum(figures.values()), **expected | figures
                )
                self.assertEqual(str(self._figures(day)["lapse_date"]), turns)

    def test_the_oldest_due_date_is_kept(self):
        invoices = self._invoice_on("2026-01-01") | self._invoice_on("2026-01-11")
        self.assertIsNone(self._figures("2026-01-31")["overdue_since"])
        self.assertEqual(str(self._figures("2026-03-01")["overdue_since"]), "2026-01-31")
        self._pay_on("2026-03-05", invoices[0])
        self.assertEqual(str(self._figures("2026-03-01")["overdue_since"]), "2026-01-31")
        self.assertEqual(str(self._figures("2026-03-05")["overdue_since"]), "2026-02-10")

    def test_what_is_not_allocated_is_off_the_receivable_alone(self):
        self._invoice_on("2026-01-01", 100.0)
        self._receive_on("2026-02-10", 30.0)
        with self.at("2026-02-11"):
            self._post_lines((self.advice, 1, 20.0, 0), move_type="out_refund")
        self.assertFigures("2026-02-11", receivable=50.0, unallocated=50.0, overdue=100.0)

    def test_payments_lapse_after_twelve_months(self):
        invoice = self._invoice_on("2026-01-01")
        self._pay_on("2026-03-15", invoice)
        self.assertEqual(str(self._figures("2026-02-01")["lapse_date"]), "2026-03-03")
        self.assertEqual(str(self._figures("2026-03-15")["lapse_date"]), "2027-01-01")
        self.assertEqual(str(self._figures("2027-01-01")["lapse_date"]), "2027-03-15")
        self.assertFigures("2027-03-14", paid_count=1.0, days_to_pay=73.0)
        self.assertFigures("2027-03-15", paid_count=0.0, days_to_pay=None, receivable=0.0)

    def test_what_is_dated_ahead_comes_on_its_day(self):
        invoice = self._invoice_on("2026-03-01")
        self._pay_on("2026-03-20", invoice)
        self.assertFigures("2026-02-20", receivable=None, overdue=None, paid_count=None)
        self.assertEqual(str(self._figures("2026-02-20")["lapse_date"]), "2026-03-01")
        self.assertEqual(str(self._figures("2026-03-01")["lapse_date"]), "2026-03-20")

    def test_who_never_had_an_invoice_has_no_figures(self):
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
            self.assertFalse(self._value())


@tagged("post_install", "-at_install")
class TestOrderToCash(PaymentCase):
    """From the confirmation of an order to its payment."""

    def test_from_the_confirmation_to_the_payment(self):
        with self.at("2026-01-01"):
            order = self._confirm_order(self.customer, 100.0)
        with self.at("2026-01-11"):
            invoice = self._invoice_order(order)
        self._pay_on("2026-01-31", invoice)
        self.assertFigures(
            "2026-02-01", days_to_pay=20.0, order_to_cash_days=30.0, ordered_count=1.0
        )

    def test_invoices_without_an_order_are_left_out(self):
        self._pay_on("2026-01-31", self._invoice_on("2026-01-01"))
        self.assertFigures(
            "2026-02-01", days_to_pay=30.0, order_to_cash_days=None, ordered_count=0.0
        )

    def test_an_invoice_of_several_orders(self):
        with self.at("2026-01-01"):
            first = self._confirm_order(self.customer, 300.0)
        with self.at("2026-01-21"):
            second = self._confirm_order(self.customer, 100.0)
        with self.at("2026-01-25"):
            invoice = self._invoice_order(first | second)
            self.assertEqual(len(invoice), 1)
        self._pay_on("2026-01-31", invoice)
        # (300 x 30 + 100 x 10) / 400
        self.assertFigures("2026-02-01", order_to_cash_days=25.0)

    def test_down_payments(self):
        with self.at("2026-01-01"):
            order = self._confirm_order(self.customer, 200.0)
            down = self._invoice_down_payment(order, 25)
        self._pay_on("2026-01-11", down)
        self.assertFigures("2026-01-11", order_to_cash_days=10.0, days_to_pay=10.0)
        with self.at("2026-01-21"):
            final = self._invoice_order(order, final=True)
        self._pay_on("2026-02-20", final)
        # 50 after 10 days, 150 after 50: from the order; 10 and 30 from the invoices.
        self.assertFigures("2026-02-20", order_to_cash_days=40.0, days_to_pay=25.0)

    def test_the_day_is_the_companys(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        with self.at("2026-01-01 20:00:00"):
            order = self._confirm_order(self.customer)
            invoice = self._invoice_order(order)
        self._pay_on("2026-01-12", invoice)
        self.assertFigures("2026-02-01", order_to_cash_days=10.0)


@tagged("post_install", "-at_install")
class TestCurrencies(PaymentCase):
    """In the company's currency, as the ledger has it, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dollar = cls.env.ref("base.USD")
        cls.dollar.active = True
        cls.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "currency_id": cls.dollar.id,
                    "company_id": cls.company.id,
                    "rate": rate,
                }
                for day, rate in (("2026-01-01", 2.0), ("2026-02-01", 2.5), ("2026-03-01", 1.6))
            ]
        )

    def test_an_exchange_difference_is_no_payment(self):
        # 150 euros; the payment brings 120, and 30 are lost.
        invoice = self._invoice_on("2026-01-01", 300.0, currency_id=self.dollar.id)
        self._pay_on("2026-02-10", invoice, currency_id=self.dollar.id)
        self.assertTrue(invoice.line_ids.matched_credit_ids.exchange_move_id)
        self.assertFigures(
            "2026-02-10",
            paid_count=1.0,
            days_to_pay=40.0,
            days_late=10.0,
            receivable=0.0,
            overdue=0.0,
            unallocated=0.0,
        )

    def test_an_exchange_gain_is_no_payment(self):
        invoice = self._invoice_on("2026-02-01", 300.0, currency_id=self.dollar.id)
        self.assertFigures("2026-02-01", receivable=120.0)
        self._pay_on("2026-03-13", invoice, currency_id=self.dollar.id)
        self.assertFigures(
            "2026-03-13", paid_count=1.0, days_to_pay=40.0, receivable=0.0, unallocated=0.0
        )

    def test_partial_payments_in_another_currency(self):
        invoice = self._invoice_on("2026-01-01", 299.99, currency_id=self.dollar.id)
        self._pay_on("2026-01-11", invoice, 100.0, currency_id=self.dollar.id)
        self._pay_on("2026-02-10", invoice, 33.33, currency_id=self.dollar.id)
        [line] = self._receivable(invoice)
        for day, open_amount in (("2026-01-10", 150.0), ("2026-01-11", 100.0)):
            self.assertFigures(day, receivable=open_amount)
        self.assertFigures("2026-02-10", receivable=line.amount_residual)
        self.assertFigures("2026-02-10", overdue=line.amount_residual, paid_count=2.0)

    def test_a_payment_in_euros_of_an_invoice_in_dollars(self):
        invoice = self._invoice_on("2026-01-01", 300.0, currency_id=self.dollar.id)
        self._pay_on("2026-02-10", invoice, 60.0, currency_id=self.company.currency_id.id)
        [line] = self._receivable(invoice)
        figures = self._figures("2026-02-10")
        self.assertEqual(float(figures["receivable"]), line.amount_residual)
        self.assertEqual(float(figures["days_to_pay"]), 40.0)


@tagged("post_install", "-at_install")
class TestLedger(PaymentCase):
    """Sums over customers are the balance of the receivable accounts, on every day."""

    def _balance(self, day):
        [[balance]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("date", "<=", day),
            ],
            [],
            ["balance:sum"],
        )
        return balance

    def test_sums_are_the_ledgers(self):
        other = self._create_customer("Hotel Rosa")
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-02-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 1.37,
            }
        )
        first = self._invoice_on("2026-01-01", 333.33)
        second = self._invoice_on("2026-01-15", 77.77, customer=other, currency_id=dollar.id)
        third = self._invoice_on("2026-02-03", 55.55, customer=other)
        self._pay_on("2026-02-07", second, 33.33, currency_id=dollar.id)
        self._pay_on("2026-02-09", first, 100.01)
        self._receive_on("2026-02-12", 10.01, customer=other)
        with self.at("2026-02-20"):
            self._receivable(third, self._refund(third, 0.5)).reconcile()
        self._receivable(first, self._post_entry("2026-02-25", 3.33)).reconcile()
        # Hotel Rosa pays for the parks.
        payment = self._receive_on("2026-03-02", 50.0, customer=other)
        self._receivable(first, payment.move_id).reconcile()
        self._pay_on("2026-03-20", second, currency_id=dollar.id)
        values = self.env["crm.lifecycle.value"]
        for day in (
            "2025-12-31",
            "2026-01-01",
            "2026-02-07",
            "2026-02-12",
            "2026-02-22",
            "2026-03-01",
            "2026-03-02",
            "2026-04-01",
        ):
            with self.subTest(day):
                rows = [
                    row
                    for row in values._derive(as_of=day)
                    if row["company_id"] == self.company.id and row["receivable"] is not None
                ]
                self.assertEqual(
                    round(sum(float(row["receivable"]) for row in rows), 2),
                    round(self._balance(day), 2),
                )
                for row in rows:
                    ages = sum(
                        row[name]
                        for name in ("overdue_30", "overdue_60", "overdue_90", "overdue_older")
                    )
                    self.assertAlmostEqual(row["overdue"], ages, 2)
        for customer in (self.customer, other):
            # As the host shows it on the contact.
            self.assertFigures("2026-04-01", customer, receivable=customer.credit)

    def test_what_is_kept_is_what_is_derived(self):
        invoice = self._invoice_on("2026-01-01", 100.0)
        self._pay_on("2026-02-05", invoice, 40.0)
        with self.at("2026-02-10"):
            self._look_again(self.customer)
            value = self._value()
            [found] = self.env["crm.lifecycle.value"]._derive(self.customer.ids)
            for name in ("receivable", "overdue", "overdue_30", "days_to_pay", "on_time_share"):
                with self.subTest(name):
                    self.assertEqual(value[name], float(found[name]))
            self.assertEqual(value.overdue_since, found["overdue_since"])
            self.assertEqual(self.env["crm.lifecycle.value"]._record(self.customer.ids), [])

    def test_each_company_has_its_own(self):
        dollars = self._create_company("Lifecycle Dollar Company", "base.USD")
        self.env.user.company_ids = [Command.link(dollars.id)]
        self._pay_on("2026-01-11", self._invoice_on("2026-01-01", 100.0))
        with self.at("2026-01-01"):
            self.env["account.move"].with_company(dollars).create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2026-01-01",
                    "invoice_date_due": "2026-01-15",
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
        with self.at("2026-03-01"):
            self._look_again(self.customer)
            ours, theirs = self._value(), self._value(company=dollars)
        self.assertEqual((ours.receivable, ours.days_to_pay), (0.0, 10.0))
        self.assertEqual((theirs.receivable, theirs.overdue), (70.0, 70.0))
        self.assertEqual(theirs.paid_count, 0)
