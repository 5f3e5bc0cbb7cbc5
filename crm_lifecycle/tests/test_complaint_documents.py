from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import INVOICING
from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintDocuments(ComplaintCase):
    """A complaint is made from customer, order, invoice, product or lead, and shows on them."""

    def _make_from(self, record, user=None):
        """Press the button, fill in what it cannot know, and save."""
        action = record.with_user(user or self.env.user).action_lifecycle_complain()
        complaints = self.complaints.with_user(user or self.env.user)
        form = Form(complaints.with_context(**action["context"]))
        form.subject = "It wobbles"
        if not form.partner_id:
            form.partner_id = self.customer
        return form.save()

    def test_each_button_fills_in_what_it_knows(self):
        lead = self._create_opportunity(self.customer)
        order = self._confirm_order(self.customer, opportunity_id=lead.id)
        invoice = self._invoice_order(order)
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        for record, expected in (
            (self.customer, {"partner_id": self.customer}),
            (contact, {"partner_id": contact}),
            (
                order,
                {
                    "partner_id": self.customer,
                    "order_ids": order,
                    "lead_ids": lead,
                    "product_ids": self.product,
                },
            ),
            (invoice, {"move_ids": invoice, "order_ids": order, "product_ids": self.product}),
            (lead, {"partner_id": self.customer, "lead_ids": lead}),
            (self.product, {"product_ids": self.product}),
            (self.product.product_tmpl_id, {"product_ids": self.product}),
        ):
            with self.subTest(record=record):
                complaint = self._make_from(record)
                self.assertEqual(
                    {name: complaint[name] for name in expected},
                    expected,
                )

    def test_an_order_does_not_dispute_its_invoices(self):
        order = self._confirm_order(self.customer)
        self._invoice_order(order)
        self.assertFalse(self._make_from(order).move_ids)

    def test_open_ones_show_on_all_documents(self):
        lead = self._create_opportunity(self.customer)
        order = self._create_order(self.customer)
        invoice = self._create_invoice(self.customer)
        records = (self.customer, lead, order, invoice)
        for record in records:
            self.assertEqual(record.lifecycle_complaint_count, 0)
            self.assertFalse(record.lifecycle_complaint_names)
        mild = self._complain(severity="0", subject="Dust")
        severe = self._complain(severity="3", product_ids=self.product.ids)
        self._complain(kind="question")
        self.env.invalidate_all()
        for record in records:
            self.assertEqual(record.lifecycle_complaint_count, 2)
            self.assertEqual(
                record.lifecycle_complaint_names, f"{severe.display_name}, {mild.display_name}"
            )
        self.assertEqual(self.product.lifecycle_complaint_count, 1)
        self.assertEqual(self.product.product_tmpl_id.lifecycle_complaint_count, 1)
        severe.action_solve()
        self.env.invalidate_all()
        self.assertEqual([record.lifecycle_complaint_count for record in records], [1] * 4)
        self.assertEqual(self.product.lifecycle_complaint_count, 0)

    def test_a_document_warns_of_complaints_to_its_own_company(self):
        other = self._create_company("Neighbours", "base.EUR")
        order = self._create_order(self.customer)
        foreign = self._create_order(
            self.customer, company_id=other.id, user_id=False, team_id=False
        )
        complaint = self._complain(company_id=other.id, user_id=False, team_id=False)
        orders = (order | foreign).with_context(allowed_company_ids=(self.company | other).ids)
        self.assertEqual(orders.mapped("lifecycle_complaint_count"), [0, 1])
        self.assertEqual(foreign.lifecycle_complaint_names, complaint.display_name)

    def test_a_colleagues_complaint_warns_as_well(self):
        other = self._create_user("lifecycle_other", "sales_team.group_sale_salesman")
        order = self._create_order(self.customer, user_id=other.id)
        complaint = self._complain()
        self.assertEqual(order.with_user(other).lifecycle_complaint_count, 1)
        with self.assertRaises(AccessError):
            complaint.with_user(other).check_access("read")

    def test_who_may_read_only_makes_none(self):
        accountant = self._create_user("lifecycle_accountant", INVOICING)
        invoice = self._post_invoice(self.customer).with_user(accountant)
        complaint = self._complain(move_ids=invoice.ids)
        self.assertEqual(complaint.with_user(accountant).subject, "The bench wobbles")
        with self.assertRaises(AccessError):
            invoice.action_lifecycle_complain()
        action = invoice.action_lifecycle_open_complaints()
        self.assertEqual(self.complaints.search(action["domain"]), complaint)

    def test_portal_users_do_not_see_the_warning(self):
        user = self._create_user("lifecycle_portal", "base.group_portal")
        user.partner_id.parent_id = self.customer
        self._complain()
        with self.assertRaises(AccessError):
            self.customer.with_user(user).read(["lifecycle_complaint_count"])
        with self.assertRaises(AccessError):
            self.customer.with_user(user).read(["lifecycle_complaint_names"])
