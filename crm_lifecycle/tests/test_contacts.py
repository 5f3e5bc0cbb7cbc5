from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import INVOICING, SALES, SALES_ALL
from .contact_common import ContactCase


@tagged("post_install", "-at_install")
class TestContacts(ContactCase):
    """What people did counts as a contact, and nothing else."""

    def test_without_anything_there_is_none(self):
        self.assertContacts()

    def test_messages_both_ways(self):
        self._post("2026-02-01", self.seller.partner_id, self.ada)
        self._post("2026-02-02", self.ada, message_type="email")
        self._post("2026-02-03", self.ada)
        self.assertContacts(
            ("2026-02-01", "out", "mail", True),
            ("2026-02-02", "in", "mail", True),
            ("2026-02-03", "in", "portal", True),
        )
        [sent, received, _portal] = self._contacts()
        self.assertEqual((sent.person_id, sent.user_id), (self.ada, self.seller))
        self.assertEqual((received.person_id, received.user_id), (self.ada, self.seller))

    def test_one_message_to_two_people_is_one_contact(self):
        bob = self.env["res.partner"].create({"name": "Bob", "parent_id": self.customer.id})
        self._post("2026-02-01", self.seller.partner_id, self.ada | bob)
        self.assertContacts(("2026-02-01", "out", "mail", True))

    def test_what_is_no_contact(self):
        for name, author, vals in (
            ("the system's", self.seller.partner_id, {"message_type": "notification"}),
            ("an automation's", self.seller.partner_id, {"message_type": "auto_comment"}),
            ("a robot's", self.robot, {}),
            ("a note", self.seller.partner_id, {"subtype_xmlid": "mail.mt_note"}),
        ):
            with self.subTest(name):
                self._post("2026-02-01", author, self.ada, **vals)
                self.assertContacts()
        with self.at("2026-02-01"):
            self.customer.activity_schedule("mail.mail_activity_data_call", user_id=self.seller.id)
        self._do("2026-02-01", self.customer, "mail.mail_activity_data_todo")
        self._do("2026-02-01", self.customer, "mail.mail_activity_data_upload_document")
        self.assertContacts()

    def test_activities_on_the_customers_documents(self):
        self._do("2026-02-01", self.customer, lifecycle_direction="in", lifecycle_minutes=7)
        self._do("2026-02-02", self._create_lead(self.ada))
        self._do("2026-02-03", self._create_order(self.customer), lifecycle_outcome="no_answer")
        self.assertContacts(
            ("2026-02-01", "in", "call", True),
            ("2026-02-02", "out", "call", True),
            ("2026-02-03", "out", "call", False),
        )
        self.assertEqual(self._contacts().mapped("minutes"), [7, 0, 0])

    def test_a_meeting_counts_once_it_has_begun(self):
        self._meet("2026-04-01", self.ada)
        self.assertContacts(today="2026-03-31")
        self.assertContacts(("2026-04-01", "out", "meeting", True))
        self.assertEqual(self._contacts().minutes, 90)
        self._meet("2026-04-02", self.ada).attendee_ids.state = "declined"
        self._meet("2026-04-03", self.ada).active = False
        self.assertContacts(("2026-04-01", "out", "meeting", True))

    def test_a_quotation_that_was_sent(self):
        with self.at("2026-02-05"):
            order = self._create_order(self.customer)
            self.env.cr.flush()
            order.action_quotation_sent()
            self.env.cr.flush()
        self.assertContacts(("2026-02-05", "out", "mail", True))

    def test_days_are_the_companys(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self._post("2026-02-01 20:30:00", self.ada, message_type="email")
        self.assertContacts(("2026-02-02", "in", "mail", True))

    def test_days_of_calls_are_the_companys_too(self):
        for zone, moment, day in (
            ("America/Los_Angeles", "2026-02-03 01:30:00", "2026-02-02"),
            ("Asia/Shanghai", "2026-02-03 23:30:00", "2026-02-04"),
        ):
            with self.subTest(zone):
                self.company.partner_id.tz = zone
                self._do(moment, self.customer)
                [contact] = self._contacts()
                self.assertEqual(contact.date.isoformat(), day)
                self.env["mail.activity"].with_context(active_test=False).search(
                    [("res_model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
                ).unlink()

    def test_an_invoice_that_is_sent_is_a_document(self):
        with self.at("2026-02-01"):
            invoice = self._create_invoice(self.customer)
            invoice.action_post()
            books = self._create_user("contact_books_send", INVOICING, email="b@us.example.com")
            self.env["account.move.send"]._send_mail(
                invoice.with_user(books),
                self.env.ref("account.email_template_edi_invoice"),
                author_id=books.partner_id.id,
                body="Your invoice",
                partner_ids=self.ada.ids,
                attachments=[("INV.pdf", b"%PDF")],
            )
        self.assertContacts()
        self._post("2026-02-02", self.seller.partner_id, self.ada, record=invoice)
        self.assertContacts(("2026-02-02", "out", "mail", True))

    def test_out_of_office_is_no_answer(self):
        asked = self._post("2026-02-01", self.seller.partner_id, self.ada)
        raw = (
            "From: Ada <ada@parks.example.com>\nTo: catchall@us.example.com\n"
            "Subject: Re: Hello\nMessage-ID: <%s@parks.example.com>\n"
            "In-Reply-To: %s\n%s\nI am away.\n"
        )
        threads = self.env["mail.thread"]
        with self.at("2026-02-02"), mute_logger("odoo.addons.mail.models.mail_thread"):
            threads.message_process(
                "res.partner", raw % (1, asked.message_id, "Auto-Submitted: auto-replied\n")
            )
        sent = ("2026-02-01", "out", "mail", True)
        self.assertContacts(sent)
        with self.at("2026-02-03"), mute_logger("odoo.addons.mail.models.mail_thread"):
            threads.message_process("res.partner", raw % (2, asked.message_id, ""))
        [message] = self.customer.message_ids.filtered(lambda found: "away" in found.body)[:1]
        message.date = "2026-02-03"
        self.assertContacts(sent, ("2026-02-03", "in", "mail", True))

    def test_what_another_company_does_is_not_ours(self):
        other = self._create_company("Lifecycle Contact Company", "base.EUR")
        stranger = self._create_user("contact_other", SALES, company=other)
        self._post("2026-02-01", stranger.partner_id, self.ada)
        self.assertContacts()

    def test_own_documents_see_their_own_customers(self):
        self._post("2026-02-01", self.seller.partner_id, self.ada)
        for user, count in (
            (self.seller, 1),
            (self._create_user("contact_all", SALES_ALL), 1),
            (self._create_user("contact_own", SALES), 0),
            (self._create_user("contact_books", "base.group_user", INVOICING), 1),
        ):
            with self.subTest(user.login):
                self.assertEqual(len(self._contacts(user)), count)
        for user in (
            self._create_user("contact_portal", "base.group_portal"),
            self._create_user("contact_nobody", "base.group_user"),
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._contacts(user)

    def test_any_contact_may_become_an_opportunity(self):
        self._do("2026-02-01", self.ada)
        action = self._contacts().action_make_opportunity()
        self.assertEqual(action["context"]["default_partner_id"], self.ada.id)
