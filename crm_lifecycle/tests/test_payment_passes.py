from odoo.tests import tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentHooks(PaymentCase):
    """Whatever changes what a customer owes or has paid counts once the queue is worked off."""

    def assertKept(self, day, **expected):
        """Check what is kept after the queue was worked off, without another look."""
        with self.at(day):
            value = self._value()
        self.assertEqual({name: value[name] for name in expected}, expected)

    def setUp(self):
        super().setUp()
        self.invoice = self._invoice_on("2026-01-01")
        self.assertKept("2026-01-01", receivable=100.0, paid_count=0)

    def test_a_payment_and_its_undoing(self):
        payment = self._pay_on("2026-01-11", self.invoice)
        self.assertKept("2026-01-11", receivable=0.0, paid_count=1, days_to_pay=10.0)
        with self.at("2026-01-12"):
            self._receivable(self.invoice).remove_move_reconcile()
        self.assertKept("2026-01-12", receivable=0.0, unallocated=100.0, paid_count=0)
        with self.at("2026-01-13"):
            payment.action_draft()
        self.assertKept("2026-01-13", receivable=100.0, unallocated=0.0)
        with self.at("2026-01-14"):
            payment.action_cancel()
            payment.unlink()
        self.assertKept("2026-01-14", receivable=100.0)

    def test_a_partial_payment(self):
        self._pay_on("2026-01-11", self.invoice, 40.0)
        self.assertKept("2026-01-11", receivable=60.0, paid_count=1)

    def test_a_credit_note_reconciled_and_taken_apart(self):
        with self.at("2026-01-11"):
            refund = self._post_lines((self.advice, 1, 100.0, 0), move_type="out_refund")
        self.assertKept("2026-01-11", receivable=0.0, unallocated=100.0)
        with self.at("2026-01-12"):
            self._receivable(self.invoice, refund).reconcile()
        self.assertKept("2026-01-12", unallocated=0.0, paid_count=0)
        with self.at("2026-01-13"):
            self._receivable(refund).remove_move_reconcile()
        self.assertKept("2026-01-13", unallocated=100.0)

    def test_a_payment_that_nothing_is_allocated_to(self):
        payment = self._receive_on("2026-01-11", 30.0)
        self.assertKept("2026-01-11", receivable=70.0, unallocated=30.0)
        with self.at("2026-01-12"):
            self._receivable(self.invoice, payment.move_id).reconcile()
        self.assertKept("2026-01-12", receivable=70.0, unallocated=0.0, paid_count=1)

    def test_another_entry(self):
        entry = self._post_entry("2026-01-11", 30.0)
        self.assertKept("2026-01-11", receivable=70.0, unallocated=30.0)
        with self.at("2026-01-12"):
            entry.button_draft()
        self.assertKept("2026-01-12", receivable=100.0)

    def test_another_due_date(self):
        with self.at("2026-02-10"):
            self._look_again(self.customer)
            self.assertKept("2026-02-10", overdue=100.0)
            self._receivable(self.invoice).date_maturity = "2026-02-28"
        self.assertKept("2026-02-10", overdue=0.0)

    def test_what_falls_due_is_found_at_night(self):
        with self.at("2026-01-31"):
            self._gather("night")
            self._process_queue()
        self.assertKept("2026-01-31", overdue=0.0)
        for day, figures in (
            ("2026-02-01", {"overdue": 100.0, "overdue_30": 100.0}),
            ("2026-03-03", {"overdue_30": 0.0, "overdue_60": 100.0}),
            ("2026-04-02", {"overdue_60": 0.0, "overdue_90": 100.0}),
            ("2026-05-02", {"overdue_90": 0.0, "overdue_older": 100.0}),
        ):
            with self.subTest(day):
                with self.at(day):
                    self.assertIn(self.customer.id, self._gathered(self._gather("night")))
                self.assertKept(day, **figures)


@tagged("post_install", "-at_install")
class TestPaymentTraces(PaymentCase):
    """What no hook saw, such as an import by SQL, is found at night."""

    def setUp(self):
        super().setUp()
        invoice = self._invoice_on("2026-01-01")
        self._pay_on("2026-01-11", invoice)
        self.partial = self._receivable(invoice).matched_credit_ids
        with self.at("2026-01-12"):
            self._gather("week")
            self._process_queue()
            self.assertEqual(self._value().days_to_pay, 10.0)

    def _change(self, query):
        self.env.flush_all()
        self.env.cr.execute(query, [self.partial.id])
        self.env.invalidate_all()

    def test_a_reconciliation_written_by_sql(self):
        self._change(
            "UPDATE account_partial_reconcile SET amount = 60, write_date = '2026-01-20'"
            " WHERE id = %s"
        )
        with self.at("2026-01-20"):
            self.assertIn(self.customer.id, self._gathered(self._gather("night")))
            self.assertEqual(self._value().receivable, 0.0)
            self.assertEqual(self._value().unallocated, 40.0)

    def test_a_reconciliation_deleted_by_sql_is_found_by_the_weekly_check(self):
        self._change("DELETE FROM account_partial_reconcile WHERE id = %s")
        with self.at("2026-01-20"):
            self.assertIn(self.customer.id, self._gathered(self._gather("week")))
            self.assertEqual(self._value().paid_count, 0)

    def test_what_suppliers_are_paid_makes_nobody_look(self):
        trace = next(
            trace
            for trace in self.env["crm.lifecycle.event"]._get_traces()
            if trace.table == "account_partial_reconcile"
        )
        self._change(
            "UPDATE account_account SET account_type = 'liability_payable' WHERE id = ("
            " SELECT account_id FROM account_move_line line JOIN account_partial_reconcile part"
            " ON part.debit_move_id = line.id WHERE part.id = %s)"
        )
        contacts = self.env.execute_query(trace.select(trace.partner))
        self.assertNotIn((self.customer.id,), contacts)
