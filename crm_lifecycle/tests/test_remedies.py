from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .remedy_common import RemedyCase


@tagged("post_install", "-at_install")
class TestRemedyDocuments(RemedyCase):
    """Remedies become documents of the host."""

    def test_a_credit_note_is_a_draft(self):
        remedy = self._propose()
        action = self._make(remedy)
        refund = remedy.credit_move_id
        self.assertEqual(
            (
                refund.move_type,
                refund.state,
                refund.amount_total,
                refund.reversed_entry_id,
                refund.create_uid,
            ),
            ("out_refund", "draft", 100.0, self.invoice, self.bookkeeper),
        )
        self.assertIn(self.complaint.name, refund.ref)
        self.assertEqual(action["res_id"], refund.id)
        self.assertEqual(
            (remedy.state, remedy.done_by_id, remedy.done_on),
            ("done", self.bookkeeper, fields.Date.to_date("2026-03-10")),
        )
        # The invoice stays disputed until the complaint is solved, and is settled by then.
        self.assertEqual(self._flags(), [True, False])
        with self.at("2026-03-11"):
            refund.action_post()
            self.complaint.action_solve()
        self.assertEqual(self.invoice.payment_state, "reversed")
        self.assertEqual(self._flags(), [False, False])

    def test_a_part_of_an_invoice_of_several_lines_and_taxes(self):
        self.company.account_fiscal_country_id = self.env.ref("base.de")
        where = {"company_id": self.company.id, "country_id": self.env.ref("base.de").id}
        group = self.env["account.tax.group"].create({"name": "Taxes", **where})
        taxes = self.env["account.tax"].create(
            [
                {"name": f"{rate} %", "amount": rate, "tax_group_id": group.id, **where}
                for rate in (19.0, 7.0)
            ]
        )
        with self.at("2026-03-02"):
            invoice = self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": fields.Date.today(),
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "quantity": quantity,
                                "price_unit": price,
                                "discount": discount,
                                "tax_ids": [Command.set(tax.ids)],
                            }
                        )
                        for quantity, price, discount, tax in (
                            (3, 33.33, 0, taxes[0]),
                            (7, 19.99, 10, taxes[1]),
                        )
                    ],
                }
            )
            invoice.action_post()
        self.complaint.move_ids |= invoice
        for amount in (50.0, 0.07, 99.99, 100.01):
            with self.subTest(amount=amount), self.env.cr.savepoint() as savepoint:
                remedy = self._propose(amount, move_id=invoice.id)
                self._make(remedy)
                refund = remedy.credit_move_id
                self.assertAlmostEqual(refund.amount_total, amount, delta=0.011)
                self.assertEqual(refund.invoice_line_ids.tax_ids, taxes)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_what_an_order_has_invoiced_stays(self):
        with self.at("2026-03-02"):
            order = self._confirm_order(self.customer)
            invoice = self._invoice_order(order)
        self.complaint.move_ids |= invoice
        remedy = self._propose(40.0, move_id=invoice.id)
        self._make(remedy)
        with self.at("2026-03-11"):
            remedy.credit_move_id.action_post()
        self.assertEqual(remedy.credit_move_id.amount_total, 40.0)
        self.assertEqual(order.order_line.qty_invoiced, 1.0)
        self.assertEqual(invoice.amount_residual, 60.0)

    def test_a_full_credit_is_not_invoiced_again(self):
        with self.at("2026-03-02"):
            order = self._confirm_order(self.customer)
            invoice = self._invoice_order(order)
        self.complaint.move_ids |= invoice
        remedy = self._propose(invoice.amount_total, move_id=invoice.id)
        self._make(remedy)
        with self.at("2026-03-11"):
            remedy.credit_move_id.action_post()
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual((order.order_line.qty_invoiced, order.invoice_status), (1.0, "invoiced"))

    def test_no_reminder_until_the_credit_is_posted(self):
        remedy = self._propose()
        self.complaint.action_solve()
        self._send("2026-03-10")
        self.assertEqual(self._told(self.invoice), [(7, "skipped", "promised")])
        self.assertIn(self.complaint.name, self._notices(self.invoice).reason_note)
        self._make(remedy)
        self._send("2026-03-11")
        self.assertEqual(self._told(self.invoice), [(7, "skipped", "promised")])
        remedy.credit_move_id.button_cancel()
        self._send("2026-03-12")
        self.assertEqual(self._told(self.invoice), [(7, "sent", False)])

    def test_documents_that_are_deleted(self):
        draft = self._create_invoice(self.customer)
        self.complaint.move_ids |= draft
        order = self._create_order(self.customer, 200.0, user_id=self.salesperson.id)
        credit = self._propose(move_id=draft.id)
        discount = self._propose(50.0, kind="discount", move_id=False, order_id=order.id)
        self._as(self.salesperson, discount).action_cancel()
        draft.unlink()
        order.unlink()
        self.assertFalse(credit.move_id | discount.order_id.invoice_ids)
        self.assertEqual((discount.state, discount.amount), ("cancelled", 50.0))
        with self.assertRaises(UserError):
            self._make(credit)

    def test_a_deleted_document_leaves_the_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        draft = self._create_invoice(self.customer, currency_id=dollar.id)
        self.complaint.move_ids |= draft
        remedy = self._propose(60.0, move_id=draft.id)
        worth = remedy.amount_company
        draft.unlink()
        self.assertEqual((remedy.currency_id, remedy.amount_company), (dollar, worth))

    def test_a_paid_invoice(self):
        with self.at("2026-03-05"):
            self._pay(self.invoice)
        remedy = self._propose(30.0)
        self._make(remedy)
        with self.at("2026-03-11"):
            remedy.credit_move_id.action_post()
        self.assertEqual(self.invoice.payment_state, "paid")
        self.assertEqual(remedy.credit_move_id.amount_residual, 30.0)

    def test_another_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 2.0,
            }
        )
        invoice = self._invoice(currency_id=dollar.id)
        self.complaint.move_ids |= invoice
        remedy = self._propose(60.0, move_id=invoice.id)
        self.assertEqual((remedy.currency_id, remedy.amount_company), (dollar, 30.0))
        self._make(remedy)
        self.assertEqual(
            (remedy.credit_move_id.amount_total, remedy.credit_move_id.currency_id),
            (60.0, dollar),
        )

    def test_no_more_than_is_left(self):
        with self.assertRaises(ValidationError):
            self._propose(100.01)
        first, second = self._propose(70.0), self._propose(70.0)
        self._make(first)
        with self.assertRaises(ValidationError):
            self._make(second)
        self.assertEqual(second.state, "approved")
        first.credit_move_id.button_cancel()
        self._make(second)
        self.assertEqual(second.state, "done")

    def test_once_alone_unless_it_is_gone(self):
        remedy = self._propose()
        self._make(remedy)
        with self.assertRaises(UserError):
            self._make(remedy)
        remedy.credit_move_id.unlink()
        self._make(remedy)
        self.assertTrue(remedy.credit_move_id)

    def test_an_invoice_reset_to_draft(self):
        remedy = self._propose()
        self.invoice.button_draft()
        with self.assertRaises(UserError):
            self._make(remedy)
        self.assertEqual(remedy.state, "approved")

    def test_an_invoice_that_is_not_complained_about(self):
        with self.assertRaises(ValidationError):
            self._propose(move_id=self.other.id)

    def test_a_discount_on_a_quotation(self):
        self.company.sale_discount_product_id = self.env["product.product"].create(
            {"name": "Discount", "type": "service", "taxes_id": False}
        )
        order = self._create_order(self.customer, 200.0, user_id=self.salesperson.id)
        remedy = self._propose(50.0, kind="discount", move_id=False, order_id=order.id)
        self._make(remedy, self.salesperson)
        self.assertEqual(order.amount_untaxed, 150.0)
        self.assertEqual(remedy.state, "done")

    def test_a_discount_on_what_is_confirmed(self):
        order = self._confirm_order(self.customer, 200.0, user_id=self.salesperson.id)
        remedy = self._propose(50.0, kind="discount", move_id=False, order_id=order.id)
        with self.assertRaises(UserError):
            self._make(remedy, self.salesperson)
        self.assertEqual(order.amount_untaxed, 200.0)

    def test_a_discount_for_somebody_else(self):
        order = self._create_order(self._create_customer("Other"), 200.0)
        with self.assertRaises(ValidationError):
            self._propose(50.0, kind="discount", move_id=False, order_id=order.id)

    def test_something_else_costs(self):
        remedy = self._propose(0.0, kind="other", move_id=False, cost=45.0)
        self._make(remedy, self.salesperson)
        self.assertEqual(remedy.state, "done")
        self.assertEqual(self.complaint.remedy_amount, 45.0)
        self.env.flush_all()
        entries = self.env["crm.lifecycle.value.entry"].search(
            [("partner_id", "=", self.customer.id), ("service_kind", "=", "remedy")]
        )
        self.assertEqual(
            entries.mapped(lambda entry: (entry.kind, entry.amount, entry.contribution)),
            [("service", -45.0, -45.0)],
        )

    def test_what_says_too_little(self):
        for vals in (
            {"move_id": False},
            {"amount": 0.0},
            {"kind": "discount", "move_id": False},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                self._propose(**{"amount": 10.0, **vals})

    def test_the_screen_suggests_the_invoice(self):
        form = Form(self.remedies.with_context(default_complaint_id=self.complaint.id))
        form.name = "Price back"
        self.assertEqual(form.move_id, self.invoice)
        self.assertEqual(form.amount, 100.0)

    def test_merged(self):
        remedy = self._propose()
        target = self._complain()
        self.complaint._merge_into(target)
        self.assertEqual(remedy.complaint_id, target)
        self._make(remedy)
        self.assertEqual(remedy.state, "done")

    def test_merged_when_a_refused_one_fits_no_longer(self):
        self.company.lifecycle_remedy_limit = 0.0
        refused = self._propose()
        refused.refuse_reason = "Half will do"
        self._as(self.manager, refused).action_refuse()
        with self.at("2026-03-05"):
            self._refund(self.invoice, share=0.5)
        approved = self._propose(50.0)
        with self.at("2026-03-06"):
            self._refund(self.invoice, share=0.5)
        target = self._complain()
        self.complaint._merge_into(target)
        self.assertEqual((refused | approved).complaint_id, target)
