from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import READONLY_ACCOUNTING, SALES, SALES_MANAGER
from .hold_common import HoldCase


class RemedyCase(HoldCase):
    """A complaint about an invoice, and people who propose, approve and make remedies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.remedies = cls.env["crm.complaint.remedy"]
        cls.manager = cls._create_user("remedy_manager", SALES_MANAGER)
        cls.company.lifecycle_remedy_limit = 1000.0
        cls.complaint = cls("_set_up_invoice")._dispute()

    def _as(self, user, records):
        return records.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def _propose(self, amount=100.0, user=None, complaint=None, **vals):
        remedy = self._as(user or self.salesperson, self.remedies).create(
            {
                "name": "The price back",
                "complaint_id": (complaint or self.complaint).id,
                "move_id": self.invoice.id,
                "amount": amount,
                **vals,
            }
        )
        remedy.action_propose()
        return remedy.sudo(False).with_env(self.env)

    def _make(self, remedy, user=None):
        with self.at("2026-03-10"):
            return self._as(user or self.bookkeeper, remedy).action_make()


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


@tagged("post_install", "-at_install")
class TestRemedyApproval(RemedyCase):
    """Above the company's limit a sales manager approves."""

    def test_below_and_above_the_limit(self):
        self.company.lifecycle_remedy_limit = 50.0
        self.assertEqual(self._propose(50.0).state, "approved")
        self.assertEqual(self._propose(0.01, name="And a little").state, "waiting")

    def test_cost_counts_and_what_is_refused_does_not(self):
        self.company.lifecycle_remedy_limit = 50.0
        first = self._propose(40.0, cost=20.0)
        self.assertEqual(first.state, "waiting")
        first.refuse_reason = "Too much"
        self._as(self.manager, first).action_refuse()
        self.assertEqual(first.state, "refused")
        second = self._propose(40.0)
        self.assertEqual(second.state, "approved")
        self._as(self.salesperson, second).action_cancel()
        self.assertEqual(self._propose(50.0).state, "approved")

    def test_no_limit_is_each(self):
        self.company.lifecycle_remedy_limit = 0.0
        self.assertEqual(self._propose(1.0).state, "waiting")

    def test_who_approves(self):
        self.company.lifecycle_remedy_limit = 0.0
        remedy = self._propose()
        for user in (self.salesperson, self.bookkeeper):
            with self.subTest(user.login):
                for name in ("action_approve", "action_refuse"):
                    with self.assertRaises(AccessError):
                        getattr(self._as(user, remedy), name)()
        with self.assertRaises(UserError):
            self._make(remedy)
        with self.assertRaises(UserError):
            # Without a reason.
            self._as(self.manager, remedy).action_refuse()
        self._as(self.manager, remedy).action_approve()
        self.assertEqual((remedy.state, remedy.approved_by_id), ("approved", self.manager))
        self._make(remedy)
        self.assertEqual(remedy.state, "done")

    def test_the_leader_is_asked(self):
        self.company.lifecycle_remedy_limit = 0.0
        self._propose()
        self.assertIn(self.leader, self.complaint.activity_ids.user_id)

    def test_terms_stay_once_proposed(self):
        remedy = self._as(self.salesperson, self._propose(10.0))
        for vals in ({"amount": 90.0}, {"cost": 1.0}, {"kind": "other"}, {"move_id": False}):
            with self.subTest(vals), self.assertRaises(UserError):
                remedy.write(vals)


@tagged("post_install", "-at_install")
class TestRemedyAccess(RemedyCase):
    """Nobody does by a remedy what they could not do without."""

    def test_salespeople_make_no_credit_notes(self):
        remedy = self._propose()
        for user in (self.salesperson, self.manager):
            with self.subTest(user.login), self.assertRaises(UserError):
                self._make(remedy, user)
        self.assertFalse(remedy.credit_move_id)
        self.assertEqual(remedy.state, "approved")

    def test_those_who_keep_the_books_give_no_discounts(self):
        order = self._create_order(self.customer, 200.0)
        remedy = self._propose(50.0, kind="discount", move_id=False, order_id=order.id)
        with self.assertRaises(UserError):
            self._make(remedy, self.bookkeeper)
        self.assertEqual(order.amount_untaxed, 200.0)

    def test_nobody_forges(self):
        remedy = self._as(self.manager, self._propose())
        for vals in (
            {"state": "done"},
            {"approved_by_id": self.manager.id},
            {"credit_move_id": self.other.id},
            {"user_id": self.manager.id},
        ):
            with self.subTest(vals):
                with self.assertRaises(AccessError):
                    remedy.write(vals)
                with self.assertRaises(AccessError):
                    remedy.create(
                        {
                            "name": "Forged",
                            "complaint_id": self.complaint.id,
                            **({"user_id": self.salesperson.id} if "user_id" in vals else vals),
                        }
                    )

    def test_colleagues_complaints(self):
        stranger = self._create_user("remedy_stranger", SALES)
        self.customer.user_id = self.manager
        self.complaint.write({"user_id": self.manager.id, "team_id": False})
        remedy = self._propose(user=self.manager)
        self.assertFalse(self._as(stranger, self.remedies).search([("id", "=", remedy.id)]))
        with self.assertRaises(AccessError):
            self._propose(user=stranger)

    def test_auditors_and_customers(self):
        remedy = self._propose()
        auditor = self._create_user("remedy_auditor", READONLY_ACCOUNTING)
        self.assertEqual(self._as(auditor, remedy).amount, 100.0)
        portal = self._create_user("remedy_portal", "base.group_portal")
        for user, method in ((auditor, "action_make"), (auditor, "action_cancel")):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self._as(user, remedy), method)()
        with self.assertRaises(AccessError):
            self._as(portal, remedy).read(["name"])

    def test_what_is_done_stays(self):
        remedy = self._propose()
        self._make(remedy)
        with self.assertRaises(UserError):
            self._as(self.manager, remedy).unlink()
        with self.assertRaises(UserError):
            self._as(self.manager, remedy).action_cancel()

    def test_another_company(self):
        remedy = self._propose()
        other = self._create_company("Lifecycle Other Company", "base.USD")
        stranger = self._create_user("remedy_books", SALES_MANAGER, company=other)
        seen = self.remedies.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(seen.search([("id", "=", remedy.id)]))
