from odoo import Command
from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestPurchasesByOrder(LifecycleCase):
    """A confirmed order is a purchase, from its day on and for its amount."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()

    def test_an_order_alone_is_a_purchase(self):
        with self.at("2026-03-03"):
            self._confirm_order(self.customer, 250.0)
            self.assertPurchases(self.customer, "first_buyer", 1, 250.0)

    def test_the_invoice_of_an_order_is_not_counted_twice(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer, 250.0)
            self._process_queue()
        with self.at("2026-03-20"):
            self._invoice_order(order)
            self.assertPurchases(self.customer, "first_buyer", 1, 250.0)
        self.assertEqual(len(self._history(self.customer)), 1)

    def test_an_order_and_an_invoice_of_its_own_are_two_purchases(self):
        with self.at("2026-03-03"):
            self._confirm_order(self.customer, 250.0)
        with self.at("2026-03-20"):
            self._post_invoice(self.customer, 50.0)
            self.assertPurchases(self.customer, "repeat_buyer", 2, 300.0)

    def test_down_payments_are_part_of_their_order(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer, 1000.0)
            self.assertPurchases(self.customer, "first_buyer", 1, 1000.0)
        with self.at("2026-03-05"):
            down_payment = self._invoice_down_payment(order, 30)
            self.assertEqual(down_payment.amount_untaxed, 300.0)
            self.assertPurchases(self.customer, "first_buyer", 1, 1000.0)
        with self.at("2026-03-25"):
            final = order._create_invoices(final=True)
            final.invoice_date = "2026-03-25"
            final.action_post()
            self.assertEqual(final.amount_untaxed, 700.0)
            self.assertPurchases(self.customer, "first_buyer", 1, 1000.0)
        with self.at("2026-04-01"):
            self._refund(final)
            self.assertPurchases(self.customer, "first_buyer", 1, 300.0)
        with self.at("2026-04-02"):
            self._refund(down_payment)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)

    def test_a_refunded_down_payment_is_made_up_for_by_the_invoice(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer, 1000.0)
        with self.at("2026-03-05"):
            down_payment = self._invoice_down_payment(order, 100)
        with self.at("2026-03-08"):
            self._refund(down_payment)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        with self.at("2026-03-25"):
            self._invoice_order(order)
            self.assertPurchases(self.customer, "first_buyer", 1, 1000.0)

    def test_a_cancelled_order_is_no_purchase(self):
        with self.at("2026-03-03"):
            order = self._create_order(self.customer)
            self._process_queue()
            order.action_confirm()
            self._process_queue()
        with self.at("2026-03-10"):
            order.action_cancel()
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        with self.at("2026-03-12"):
            order.action_draft()
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        self.assertEqual(
            self._history(self.customer),
            [(None, "first_buyer", "2026-03-03"), ("first_buyer", "suspect", "2026-03-10")],
        )
        # Before the order was confirmed on that day, they were a suspect.
        self.assertEqual(self._superseded(self.customer), [(None, "suspect", "2026-03-03")])

    def test_a_cancelled_order_whose_confirmation_left_no_trace_never_was_a_purchase(self):
        with self.at("2026-03-03"):
            order = self._create_order(self.customer, state="sale")
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        with self.at("2026-03-10"):
            order._action_cancel()
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        self.assertEqual(self._history(self.customer), [(None, "suspect", "2026-03-03")])
        self.assertEqual(self._superseded(self.customer), [(None, "first_buyer", "2026-03-03")])

    def test_an_order_confirmed_again_is_a_purchase_again(self):
        with self.at("2026-03-03"):
            order = self._create_order(self.customer)
            self._process_queue()
        with self.at("2026-03-04"):
            order.action_confirm()
            self._process_queue()
        with self.at("2026-03-10"):
            order.action_cancel()
            self._process_queue()
        with self.at("2026-03-12"):
            order.action_draft()
            order.action_confirm()
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        self.assertEqual(
            self._history(self.customer),
            [(None, "suspect", "2026-03-03"), ("suspect", "first_buyer", "2026-03-12")],
        )
        self.assertEqual(
            self._superseded(self.customer),
            [("suspect", "first_buyer", "2026-03-04"), ("first_buyer", "suspect", "2026-03-10")],
        )
        with self.at("2026-03-20"):
            order.action_cancel()
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        move = self._profile(self.customer).stage_transition_id
        self.assertEqual(move.cause, "order_cancelled")
        self.assertEqual(str(move.effective_date), "2026-03-20")
        self.assertEqual(
            self._history(self.customer),
            [
                (None, "suspect", "2026-03-03"),
                ("suspect", "first_buyer", "2026-03-12"),
                ("first_buyer", "suspect", "2026-03-20"),
            ],
        )

    def test_an_order_refunded_cancelled_and_confirmed_again_is_a_purchase(self):
        with self.at("2026-03-03"):
            order = self._create_order(self.customer)
            self._process_queue()
        with self.at("2026-03-04"):
            order.action_confirm()
            invoice = self._invoice_order(order)
            self._process_queue()
        with self.at("2026-03-10"):
            self._refund(invoice)
            self._process_queue()
            order.action_cancel()
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        with self.at("2026-03-12"):
            order.action_draft()
            order.action_confirm()
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_an_order_confirmed_again_is_settled_by_what_was_billed_before(self):
        """Billed, cancelled, confirmed again; then refunded, then billed once more."""
        with self.at("2026-03-03"):
            order = self._create_order(self.customer)
            self._process_queue()
        with self.at("2026-03-04"):
            order.action_confirm()
            invoice = self._invoice_order(order)
            self._process_queue()
        with self.at("2026-03-10"):
            order.action_cancel()
            self._process_queue()
        with self.at("2026-03-12"):
            order.action_draft()
            order.action_confirm()
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        with self.at("2026-03-20"):
            self._refund(invoice)
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        with self.at("2026-03-22"):
            self._invoice_order(order)
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_an_order_cancelled_while_its_invoice_stays_is_no_purchase(self):
        with self.at("2026-03-03"):
            order = self._create_order(self.customer)
            self._process_queue()
            order.action_confirm()
            self._invoice_order(order)
            self._process_queue()
        with self.at("2026-03-10"):
            order.action_cancel()
            self.assertPurchases(self.customer, "suspect", 0, 0.0)

    def test_an_order_created_as_confirmed_is_a_purchase(self):
        with self.at("2026-03-03"):
            self._create_order(self.customer, state="sale")
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_an_imported_order_is_a_purchase(self):
        with self.at("2026-03-03"):
            result = self.env["sale.order"].load(
                ["partner_id/.id", "state", "date_order", "company_id/.id"]
                + [f"order_line/{name}" for name in ("product_id/.id", "price_unit", "tax_ids")],
                [
                    [
                        str(self.customer.id),
                        "Sales Order",
                        "2026-02-20 10:00:00",
                        str(self.company.id),
                        str(self.product.id),
                        "80",
                        "",
                    ]
                ],
            )
            self.assertTrue(result["ids"], result["messages"])
            self.assertPurchases(self.customer, "first_buyer", 1, 80.0)
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-02-20")])

    def test_an_order_dated_back_counts_on_its_date(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer)
            order.date_order = "2026-01-15 09:00:00"
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        profile = self._profile(self.customer)
        self.assertEqual(str(profile.first_purchase_date), "2026-01-15")
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-01-15")])

    def test_a_changed_line_of_a_confirmed_order_changes_the_amount(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer)
            self._process_queue()
        with self.at("2026-03-05"):
            order.order_line.product_uom_qty = 3
            self.assertPurchases(self.customer, "first_buyer", 1, 300.0)
            order.write(
                {
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "price_unit": 11.0,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ]
                }
            )
            self.assertPurchases(self.customer, "first_buyer", 1, 311.0)

    def test_an_order_that_is_changed_to_nothing_is_no_purchase(self):
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer)
            self._process_queue()
        with self.at("2026-03-05"):
            order.order_line.product_uom_qty = 0
            self.assertPurchases(self.customer, "suspect", 0, 0.0)
        self.assertEqual(self._history(self.customer), [(None, "suspect", "2026-03-03")])
        self.assertEqual(self._superseded(self.customer), [(None, "first_buyer", "2026-03-03")])

    def test_taxes_are_no_part_of_the_amount(self):
        group = self.env["account.tax.group"].create(
            {
                "name": "Sales taxes",
                "company_id": self.company.id,
                "country_id": self.env.ref("base.de").id,
            }
        )
        tax = self.env["account.tax"].create(
            {
                "name": "20 %",
                "amount": 20.0,
                "company_id": self.company.id,
                "tax_group_id": group.id,
                "country_id": self.env.ref("base.de").id,
            }
        )
        with self.at("2026-03-03"):
            order = self._create_order(self.customer)
            order.order_line.tax_ids = tax
            order.action_confirm()
            self.assertEqual(order.amount_total, 120.0)
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_an_order_moved_to_another_customer_is_their_purchase(self):
        other = self._create_customer("Other")
        with self.at("2026-03-03"):
            order = self._confirm_order(self.customer)
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        with self.at("2026-03-04"):
            order.partner_id = other
            self.assertFalse(self._stage(self.customer))
            self.assertPurchases(other, "first_buyer", 1, 100.0)


@tagged("post_install", "-at_install")
class TestPurchasesByInvoice(LifecycleCase):
    """A posted invoice that comes from no order is a purchase."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()

    def test_an_invoice_without_an_order_is_a_purchase_once_it_is_posted(self):
        with self.at("2026-03-03"):
            invoice = self._create_invoice(self.customer)
            self.assertFalse(self._stage(self.customer))
        with self.at("2026-03-04"):
            invoice.action_post()
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-03")])

    def test_a_sales_receipt_is_a_purchase(self):
        with self.at("2026-03-03"):
            self._post_invoice(self.customer, move_type="out_receipt")
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_an_invoice_to_a_contact_is_its_companys_purchase(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Ben",
                "parent_id": self.customer.id,
            }
        )
        with self.at("2026-03-03"):
            self._post_invoice(contact)
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)

    def test_an_invoice_taken_back_is_no_purchase(self):
        for name, take_back in (
            ("back in draft", lambda invoice: invoice.button_draft()),
            ("cancelled", lambda invoice: (invoice.button_draft(), invoice.button_cancel())),
        ):
            with self.subTest(name):
                customer = self._create_customer(name)
                with self.at("2026-03-03"):
                    invoice = self._post_invoice(customer)
                    self.assertPurchases(customer, "first_buyer", 1, 100.0)
                with self.at("2026-03-10"):
                    take_back(invoice)
                    self.assertPurchases(customer, "suspect", 0, 0.0)
                self.assertEqual(self._history(customer), [(None, "suspect", "2026-03-03")])
                self.assertEqual(self._superseded(customer), [(None, "first_buyer", "2026-03-03")])

    def test_an_invoice_corrected_and_posted_again_is_a_purchase_again(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            self._process_queue()
        with self.at("2026-03-10"):
            invoice.button_draft()
            self._process_queue()
        with self.at("2026-03-12"):
            invoice.invoice_line_ids.price_unit = 90.0
            invoice.action_post()
            self.assertPurchases(self.customer, "first_buyer", 1, 90.0)
        # Believed on the first day, not from the tenth on, and again from the twelfth on.
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-03")])
        self.assertEqual(
            self._superseded(self.customer),
            [(None, "first_buyer", "2026-03-03"), (None, "suspect", "2026-03-03")],
        )
        self.assertEqual(
            [
                (str(move.known_at)[:10], str(move.superseded_at)[:10])
                for move in self._profile(self.customer).transition_ids.sorted("id")
            ],
            [("2026-03-03", "2026-03-10"), ("2026-03-10", "2026-03-12"), ("2026-03-12", "False")],
        )

    def test_an_invoice_corrected_in_one_go_moves_nobody(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            self._process_queue()
        with self.at("2026-03-10"):
            invoice.button_draft()
            invoice.invoice_line_ids.price_unit = 90.0
            invoice.action_post()
            self.assertPurchases(self.customer, "first_buyer", 1, 90.0)
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-03")])
        self.assertEqual(self._superseded(self.customer), [])

    def test_an_invoice_given_another_date_moves_the_purchase(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            self._process_queue()
        with self.at("2026-03-10"):
            invoice.button_draft()
            invoice.invoice_date = "2026-02-27"
            invoice.action_post()
            self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        profile = self._profile(self.customer)
        self.assertEqual(str(profile.first_purchase_date), "2026-02-27")

    def test_an_invoice_deleted_leaves_nobody_behind(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            self._process_queue()
        with self.at("2026-03-10"):
            invoice.button_draft()
            self.assertEqual(self._stage(self.customer), "suspect")
            invoice.unlink()
            self.assertFalse(self._stage(self.customer))

    def test_payment_and_unpayment_leave_the_stage_and_are_handled(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            self._process_queue()
        for day, change in (
            ("2026-03-05", lambda: self._pay(invoice)),
            ("2026-03-06", lambda: invoice.line_ids.remove_move_reconcile()),
        ):
            with self.subTest(day), self.at(day):
                paid = invoice.payment_state
                change()
                self.assertNotEqual(invoice.payment_state, paid)
                self.env.cr.flush()
                self.assertIn(self.customer.id, self.queue.search([]).mapped("partner_ref"))
                self.assertPurchases(self.customer, "first_buyer", 1, 100.0)
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-03")])
