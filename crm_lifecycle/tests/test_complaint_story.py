from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import SALES_ALL
from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintStory(ComplaintCase, HttpCase):
    """From a customer who is not content to a customer who got the money back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_remedy_limit = 1000.0
        cls.invoice = cls("_post_invoice")._post_invoice(cls.customer)
        cls.accountant = cls._create_user("story_accountant", "account.group_account_invoice")
        cls.handler = cls._create_user("story_handler", SALES_ALL, "account.group_account_invoice")
        portal = cls.env["res.users"].create(
            {
                "name": "Ada",
                "login": "story_customer",
                "password": "story_customer",
                "email": "ada@example.com",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )
        portal.partner_id.parent_id = cls.customer
        cls.contact = portal.partner_id

    def test_an_invoice_complained_about_in_the_portal_is_credited(self):
        invoice_page = f"/odoo/action-account.action_move_out_invoice_type/{self.invoice.id}"
        self.start_tour(
            f"/my/invoices/{self.invoice.id}",
            "crm_lifecycle_portal_complaint",
            login="story_customer",
        )
        complaint = self.complaints.search([("company_id", "=", self.company.id)])
        self.assertEqual((complaint.move_ids, complaint.partner_id), (self.invoice, self.contact))
        self.assertIn("And the right one", complaint.message_ids.sorted("id")[-1].body)
        self.assertTrue(self.invoice.no_followup)

        self.start_tour(invoice_page, "crm_lifecycle_complaint_badge", login=self.accountant.login)
        self.start_tour(
            f"/odoo/complaints/{complaint.id}",
            "crm_lifecycle_complaint_solved",
            login=self.handler.login,
        )
        refund = complaint.remedy_ids.credit_move_id
        self.assertEqual(
            (refund.state, refund.reversed_entry_id, refund.create_uid),
            ("posted", self.invoice, self.handler),
        )
        self.assertEqual((complaint.step_code, self.invoice.payment_state), ("solved", "reversed"))
        self.env.invalidate_all()
        self.assertFalse(self.invoice.no_followup)
        self.start_tour(
            invoice_page, "crm_lifecycle_complaint_badge_gone", login=self.accountant.login
        )
