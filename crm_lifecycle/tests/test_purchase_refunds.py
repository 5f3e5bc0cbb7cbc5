from odoo import Command
from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestRefundsOfOrders(LifecycleCase):
    """What an order's invoices were refunded is no longer part of the purchase."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()
        with self.at("2026-03-03"):
            self.order = self._create_order(self.customer, 100.0)
            # Confirmed later, so that the order's chatter tells of it.
            self.env.cr.flush()
            self.order.action_confirm()
            self._process_queue()
        with self.at("2026-03-05"):
            self.invoice = self._invoice_order(self.order)
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_a_full_refund_takes_the_purchase_back(self):
        with self.at("2026-03-10"):
            refund = self._refund(self.invoice)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        profile = self._profile(self.customer)
        self.assertFalse(profile.first_purchase_date)
        self.assertFalse(profile.last_purchase_date)
        self.assertEqual(profile.purchase_average, 0.0)
        move = profile.stage_transition_id
        self.assertEqual((move.cause, move.res_id), ("refund", refund.id))
        self.assertEqual(str(move.effective_date), "2026-03-10")

    def test_a_partial_refund_leaves_the_rest_of_the_purchase(self):
        with self.at("2026-03-10"):
            self._refund(self.invoice, share=0.4)
            self.assertPurchases(self.customer, "first_buyer", 1, 60.0)

    def test_partial_refunds_add_up_to_a_full_one(self):
        with self.at("2026-03-10"):
            self._refund(self.invoice, share=0.4)
            self._process_queue()
        with self.at("2026-03-12"):
            second = self._refund(self.invoice, share=0.6)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        move = self._profile(self.customer).stage_transition_id
        self.assertEqual(str(move.effective_date), "2026-03-12")
        self.assertEqual(move.res_id, second.id)

    def test_a_refund_counts_for_who_ordered_whoever_is_invoiced(self):
        payer = self._create_customer("Head Office")
        buyer = self._create_customer("Branch")
        with self.at("2026-03-03"):
            order = self._confirm_order(buyer, partner_invoice_id=payer.id)
            self.assertPurchases(buyer, "first_buyer", 1, 100.0)
        with self.at("2026-03-05"):
            invoice = self._invoice_order(order)
            self.assertEqual(invoice.partner_id, payer)
            self.assertPurchases(buyer, "first_buyer", 1, 100.0)
        with self.at("2026-03-10"):
            refund = self._refund(invoice)
            self.assertPurchases(buyer, "suspect", 0, 0.0)
        with self.at("2026-03-12"):
            refund.button_draft()
            self.assertPurchases(buyer, "first_buyer", 1, 100.0)

    def test_a_refund_of_more_than_the_purchase_leaves_nothing(self):
        with self.at("2026-03-10"):
            self._refund(self.invoice, share=1.5)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)

    def test_a_refund_taken_back_restores_the_purchase(self):
        for name, take_back in (
            ("back in draft", lambda refund: refund.button_draft()),
            ("cancelled", lambda refund: (refund.button_draft(), refund.button_cancel())),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                with self.at("2026-03-10"):
                    refund = self._refund(self.invoice)
                    self.assertPurchases(self.customer, "suspect", 0, 0.0)
                with self.at("2026-03-12"):
                    take_back(refund)
                    self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
                self.assertEqual(
                    self._history(self.customer), [(None, "first_buyer", "2026-03-03")]
                )
                self.assertEqual(
                    self._superseded(self.customer), [("first_buyer", "suspect", "2026-03-10")]
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_refund_and_invoice_again_is_a_purchase(self):
        with self.at("2026-03-10"):
            self._refund(self.invoice)
            self._process_queue()
        with self.at("2026-03-12"):
            again = self._invoice_order(self.order)
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        move = self._profile(self.customer).stage_transition_id
        self.assertEqual((move.cause, move.res_id), ("invoice", again.id))
        self.assertEqual(str(move.effective_date), "2026-03-12")
        # The purchase is still that of the order's day.
        self.assertEqual(str(self._profile(self.customer).first_purchase_date), "2026-03-03")
        with self.at("2026-03-15"):
            self._refund(again)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)

    def test_refund_and_invoice_again_on_one_day_moves_nobody(self):
        with self.at("2026-03-10"):
            self._refund(self.invoice)
            self._invoice_order(self.order)
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        self.assertEqual(len(self._history(self.customer)), 1)

    def test_a_refund_of_the_invoice_that_names_no_order_line_counts(self):
        for share, stage, count, amount in (
            (40.0, "first_buyer", 1, 60.0),
            (100.0, "suspect", 0, 0.0),
        ):
            with self.subTest(share), self.at("2026-03-10"), self.env.cr.savepoint() as savepoint:
                self._post_invoice(
                    self.customer,
                    share,
                    move_type="out_refund",
                    reversed_entry_id=self.invoice.id,
                )
                self.assertPurchases(self.customer, stage, count, amount)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_an_order_refunded_then_cancelled_stays_taken_back(self):
        with self.at("2026-03-10"):
            self._refund(self.invoice)
            self._process_queue()
        with self.at("2026-03-12"):
            self.order.action_cancel()
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        self.assertEqual(
            self._history(self.customer),
            [(None, "first_buyer", "2026-03-03"), ("first_buyer", "suspect", "2026-03-10")],
        )

    def test_a_refund_dated_before_its_order_takes_effect_with_the_order(self):
        with self.at("2026-03-10"):
            refund = self.invoice._reverse_moves([{"invoice_date": "2026-03-01"}])
            refund.action_post()
            self.assertPurchases(self.customer, "suspect", 0, 0.0)


@tagged("post_install", "-at_install")
class TestRefundsOfConsolidatedInvoices(LifecycleCase):
    """An invoice of two orders: its refund takes back of each what was billed."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()
        with self.at("2026-03-03"):
            self.first = self._confirm_order(self.customer, 100.0)
        with self.at("2026-03-04"):
            self.second = self._confirm_order(self.customer, 300.0)
        with self.at("2026-03-31"):
            self.invoice = self._invoice_order(self.first | self.second)
            self.assertEqual(self.invoice.amount_untaxed, 400.0)
            self.assertPurchases(self.customer, "repeat_buyer", 2, 400.0)

    def test_a_full_refund_takes_both_orders_back(self):
        with self.at("2026-04-02"):
            self._refund(self.invoice)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)

    def test_a_refund_of_one_orders_line_takes_that_order_back(self):
        with self.at("2026-04-02"):
            refund = self.invoice._reverse_moves([{"invoice_date": "2026-04-02"}])
            refund.write(
                {
                    "invoice_line_ids": [
                        Command.delete(line.id)
                        for line in refund.invoice_line_ids
                        if line.sale_line_ids.order_id != self.second
                    ]
                }
            )
            refund.action_post()
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_a_refund_that_names_no_order_line_is_shared_among_the_orders(self):
        for amount, stage, count, left in (
            (200.0, "repeat_buyer", 2, 200.0),
            (400.0, "suspect", 0, 0.0),
        ):
            with self.subTest(amount), self.at("2026-04-02"):
                refund = self._post_invoice(
                    self.customer,
                    amount,
                    move_type="out_refund",
                    reversed_entry_id=self.invoice.id,
                )
                self.assertPurchases(self.customer, stage, count, left)
                refund.button_draft()


@tagged("post_install", "-at_install")
class TestRefundsOfInvoices(LifecycleCase):
    """The same for an invoice without an order."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()
        with self.at("2026-03-03"):
            self.invoice = self._post_invoice(self.customer, 100.0)
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_refunds_take_the_purchase_back(self):
        for shares, stage, count, amount in (
            ((1.0,), "suspect", 0, 0.0),
            ((0.4,), "first_buyer", 1, 60.0),
            ((0.4, 0.6), "suspect", 0, 0.0),
            ((1.5,), "suspect", 0, -50.0),
        ):
            with self.subTest(shares), self.at("2026-03-10"), self.env.cr.savepoint() as savepoint:
                for share in shares:
                    self._refund(self.invoice, share)
                self.assertPurchases(self.customer, stage, count, amount)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_refund_on_the_invoices_own_day_leaves_a_suspect_of_that_day(self):
        with self.at("2026-03-03"):
            self._refund(self.invoice)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        self.assertEqual(self._history(self.customer), [(None, "suspect", "2026-03-03")])
        self.assertEqual(self._superseded(self.customer), [(None, "first_buyer", "2026-03-03")])

    def test_a_refund_taken_back_restores_the_purchase(self):
        with self.at("2026-03-10"):
            refund = self._refund(self.invoice)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        with self.at("2026-03-12"):
            refund.button_draft()
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_refund_and_invoice_again_is_a_purchase_of_the_new_day(self):
        with self.at("2026-03-10"):
            self._refund(self.invoice)
            self._process_queue()
        with self.at("2026-03-12"):
            self._post_invoice(self.customer, 100.0)
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        self.assertEqual(str(self._profile(self.customer).first_purchase_date), "2026-03-12")

    def test_a_standalone_credit_note_lessens_the_amount_alone(self):
        with self.at("2026-03-10"):
            self._post_invoice(self.customer, 30.0, move_type="out_refund")
            self.assertPurchases(self.customer, "first_buyer", 1, 70.0)

    def test_a_standalone_credit_note_of_the_same_day_can_undo_it(self):
        with self.at("2026-03-03"):
            self._post_invoice(self.customer, 100.0, move_type="out_refund")
            self.assertPurchases(self.customer, "suspect", 0, 0.0)

    def test_a_credit_note_alone_makes_a_suspect(self):
        customer = self._create_customer("Credited")
        with self.at("2026-03-03"):
            credit_note = self._post_invoice(customer, 30.0, move_type="out_refund")
            self.assertPurchases(customer, "suspect", 0, -30.0)
        self.assertEqual(
            self._profile(customer).stage_reason, f"Refund on March 3, 2026: {credit_note.name}"
        )

    def test_a_refund_of_an_invoice_back_in_draft_stands_alone(self):
        with self.at("2026-03-10"):
            self._refund(self.invoice)
            self.invoice.line_ids.remove_move_reconcile()
            self.invoice.button_draft()
            self.assertPurchases(self.customer, "suspect", 0, -100.0)
