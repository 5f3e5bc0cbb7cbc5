from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES, SALES_ALL
from .dunning_common import DunningCase


@tagged("post_install", "-at_install")
class TestDunningObstacles(DunningCase):
    """Nobody is reminded who must not be, and each reminder left out has its reason."""

    def test_never_of_an_invoice_that_is_not_followed_up(self):
        disputed, other = self._invoice(), self._invoice()
        disputed.no_followup = True
        for day in ("2026-03-10", "2026-03-24", "2026-05-02"):
            self._send(day)
        self.assertEqual(self._told(disputed), [(7, "skipped", "disputed")])
        self.assertFalse(self._mails(disputed))
        self.assertEqual(self._told(other)[0], (7, "sent", False))
        # The day on which it was left out first.
        self.assertEqual(self._notices(disputed).date, fields.Date.to_date("2026-03-10"))

    def test_one_that_is_followed_up_again(self):
        invoice = self._invoice()
        invoice.no_followup = True
        self._send("2026-03-10")
        invoice.no_followup = False
        self._send("2026-03-12")
        self.assertEqual(self._told(invoice), [(7, "sent", False)])
        self.assertEqual(self._notices(invoice).date, fields.Date.to_date("2026-03-12"))

    def test_never_who_wants_no_contact(self):
        person = self._create_customer(
            "Ada Moor", is_company=False, parent_id=self.customer.id, email="ada@example.com"
        )
        of_person, of_customer = self._invoice(person), self._invoice()
        self._opt_out(person)
        self._send("2026-03-10")
        self.assertEqual(self._told(of_person), [(7, "skipped", "opt_out")])
        self.assertIn("Said so", self._notices(of_person).reason_note)
        self.assertEqual(self._told(of_customer), [(7, "sent", False)])
        self._opt_out(self.customer)
        self._send("2026-03-24")
        self.assertEqual(self._told(of_customer), [(7, "sent", False), (21, "skipped", "opt_out")])
        self.assertFalse(self._mails(of_person))
        person.lifecycle_opt_out = self.customer.lifecycle_opt_out = False
        self._send("2026-03-25")
        self.assertEqual(self._told(of_person), [(7, "sent", False)])

    def test_somebody_else_is_not_written_to_instead_of_who_wants_no_contact(self):
        person = self._create_customer("Ada Moor", is_company=False, parent_id=self.customer.id)
        invoice = self._invoice(person)
        self._opt_out(person)
        self._send("2026-03-10")
        self.assertEqual(self._told(invoice), [(7, "skipped", "opt_out")])

    def test_nobody_has_an_address(self):
        nobody = self._create_customer("Letters Ltd")
        nonsense = self._create_customer("Nonsense Ltd", email="nonsense")
        invoices = [self._invoice(nobody), self._invoice(nonsense)]
        self._send("2026-03-10")
        self.assertEqual(self._told(*invoices), [(7, "skipped", "no_address")] * 2)
        nobody.email = "letters@example.com"
        self._send("2026-03-11")
        self.assertEqual(self._told(invoices[0]), [(7, "sent", False)])
        self.assertEqual(self._told(invoices[1]), [(7, "skipped", "no_address")])

    def test_the_customer_is_written_to_where_the_contact_has_no_address(self):
        person = self._create_customer("Ada Moor", is_company=False, parent_id=self.customer.id)
        invoice = self._invoice(person)
        self._send("2026-03-10")
        self.assertEqual(self._notices(invoice).recipient_id, self.customer)
        self.assertEqual(self._mails(invoice).recipient_ids, self.customer)

    def test_who_wants_quiet_is_reminded_later(self):
        self.customer.lifecycle_quiet_until = "2026-03-12"
        invoice = self._invoice()
        self._send("2026-03-10")
        self.assertFalse(self._notices(invoice))
        self._send("2026-03-12")
        self.assertEqual(self._told(invoice), [(7, "sent", False)])

    def test_paid_before(self):
        invoice = self._invoice()
        with self.at("2026-03-05"):
            self._pay(invoice)
        self._send("2026-03-10")
        self.assertFalse(self._notices(invoice))

    def test_paid_between_two_levels_and_bounced(self):
        invoice = self._invoice()
        self._send("2026-03-10")
        self._mails(invoice).state = "sent"
        with self.at("2026-03-12"):
            self._pay(invoice)
        self._send("2026-03-24")
        self.assertEqual(len(self._notices(invoice)), 1)
        with self.at("2026-03-25"):
            self._receivable(invoice).remove_move_reconcile()
        self._send("2026-03-26")
        self.assertEqual([days for days, _state, _reason in self._told(invoice)], [7, 21])

    def test_paid_before_the_mail_left(self):
        invoice = self._invoice()
        self._send("2026-03-10")
        with self.at("2026-03-10"):
            self._pay(invoice)
            self.env.cr.flush()
        self.assertEqual(self._told(invoice), [(7, "withdrawn", "settled")])
        self.assertEqual(self._mails(invoice).state, "cancel")
        with self.at("2026-03-11"):
            self._receivable(invoice).remove_move_reconcile()
            self.env.cr.flush()
        self._send("2026-03-12")
        self.assertEqual(self._told(invoice), [(7, "sent", False)])

    def test_reversed_before_the_mail_left(self):
        invoice, other = self._invoice(), self._invoice()
        self._send("2026-03-10")
        with self.at("2026-03-10"):
            self._refund(invoice)
            self.env.cr.flush()
        self.assertEqual(self._told(invoice), [(7, "withdrawn", "settled")])
        self.assertEqual(self._told(other), [(7, "sent", False)])

    def test_reset_to_draft_before_the_mail_left(self):
        invoice = self._invoice()
        self._send("2026-03-10")
        with self.at("2026-03-10"):
            invoice.button_draft()
            self.env.cr.flush()
        self.assertEqual(self._told(invoice), [(7, "withdrawn", "settled")])

    def test_not_followed_up_before_the_mail_left(self):
        invoice = self._invoice()
        self._send("2026-03-10")
        invoice.no_followup = True
        self.env.flush_all()
        self.env.cr.flush()
        self.assertEqual(self._told(invoice), [(7, "withdrawn", "disputed")])

    def test_what_has_left_is_no_more_withdrawn(self):
        invoice = self._invoice()
        self._send("2026-03-10")
        self._mails(invoice).state = "sent"
        with self.at("2026-03-11"):
            self._pay(invoice)
            self.env.cr.flush()
        self.assertEqual(self._told(invoice), [(7, "sent", False)])


@tagged("post_install", "-at_install")
class TestDunningAccess(DunningCase):
    """Who sees which reminders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls._create_user(f"dunning_{number}", role)
            for number, role in enumerate((SALES, SALES_ALL, INVOICING, READONLY_ACCOUNTING))
        }

    def test_salespeople_see_those_of_their_own_invoices(self):
        mine = self._invoice(invoice_user_id=self.users[SALES].id)
        other = self._invoice(invoice_user_id=self.users[SALES_ALL].id)
        self._send("2026-03-10")
        for role, seen in (
            (SALES, mine),
            (SALES_ALL, mine | other),
            (INVOICING, mine | other),
            (READONLY_ACCOUNTING, mine | other),
        ):
            with self.subTest(role):
                notices = self.notices.with_user(self.users[role]).search(
                    [("move_id", "in", (mine | other).ids)]
                )
                self.assertEqual(notices.move_id, seen)
                self.assertEqual(set(notices.mapped("mail_state")), {"outgoing"})

    def test_the_log_is_nobodys_to_change(self):
        invoice = self._invoice()
        self._send("2026-03-10")
        for role, user in self.users.items():
            notice = self._notices(invoice).with_user(user)
            with self.subTest(role):
                for call in (
                    lambda notice=notice: notice.write({"state": "skipped"}),
                    notice.unlink,
                    lambda notice=notice, level=self.levels[1]: notice.create(
                        {
                            "move_id": notice.move_id.id,
                            "level_id": level.id,
                            "date": "2026-03-10",
                            "state": "sent",
                        }
                    ),
                ):
                    with self.assertRaises(AccessError):
                        call()
