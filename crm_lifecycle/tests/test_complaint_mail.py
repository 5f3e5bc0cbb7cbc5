from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import crm_complaint_mail as mail_of_complaints
from .complaint_common import ComplaintCase

GATEWAY = "odoo.addons.mail.models.mail_thread"
OURS = "odoo.addons.crm_lifecycle.models.mail_thread_complaint"
MAIL = """From: {sender}
To: {to}
Subject: {subject}
Message-Id: <{message_id}@example.com>
Date: Tue, 03 Mar 2026 12:00:00 +0000
MIME-Version: 1.0
{headers}Content-Type: text/plain; charset="utf-8"

{body}
"""


@tagged("post_install", "-at_install")
class TestComplaintMail(ComplaintCase):
    """Mails to the address for complaints become complaints, once, and bounded."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {"name": "garden.example.com", "bounce_alias": "bounce", "catchall_alias": "catchall"}
        )
        cls.company.alias_domain_id = cls.domain
        cls.company.lifecycle_complaint_alias_name = "complaints"
        cls.address = "complaints@garden.example.com"
        cls.contact = cls.env["res.partner"].create(
            {"name": "Ada", "email": "ada@example.com", "parent_id": cls.customer.id}
        )
        cls.number = 0

    def _send(self, subject="The bench wobbles", headers="", source=None, **values):
        type(self).number += 1
        values = {
            "sender": "Ada <ada@example.com>",
            "to": self.address,
            "message_id": f"complaint-{self.number}",
            "body": "Since Monday",
            **values,
        }
        message = source or MAIL.format(subject=subject, headers=headers, **values).encode()
        with mute_logger(GATEWAY):
            found = self.env["mail.thread"].message_process(None, message)
        return self.complaints.browse(found or ())

    def _count(self):
        return self.complaints.search_count([("company_id", "=", self.company.id)])

    def test_a_mail_of_a_customer(self):
        complaint = self._send()
        self.assertRegex(complaint.name, r"^C/\d{4}/\d{4,}$")
        self.assertRecordValues(
            complaint,
            [
                {
                    "subject": "The bench wobbles",
                    "partner_id": self.contact.id,
                    "commercial_partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "channel": "mail",
                    "user_id": self.salesperson.id,
                }
            ],
        )
        self.assertIn("Since Monday", complaint.description)
        self.assertIn("Since Monday", complaint.message_ids.filtered("author_id")[:1].body)

    def test_a_stranger_is_kept_as_an_address_until_we_know_them(self):
        complaint = self._send(sender="Cy <cy@example.com>")
        self.assertFalse(complaint.partner_id)
        self.assertIn("cy@example.com", complaint.email_from)
        known = self.env["res.partner"].create({"name": "Cy", "email": "cy@example.com"})
        self._reply(complaint, sender="Cy <cy@example.com>")
        self.assertEqual(complaint.partner_id, known)

    def test_a_colleague_who_forwards_it_is_not_the_customer(self):
        self.salesperson.email = "ben@garden.example.com"
        complaint = self._send(sender="ben@garden.example.com")
        self.assertFalse(complaint.partner_id)

    def _reply(self, complaint, subject="Re: The bench wobbles", **values):
        last = complaint.message_ids.sorted("id")[-1]
        return self._send(subject, f"In-Reply-To: {last.message_id}\n", **values)

    def test_a_reply_goes_on_with_it(self):
        complaint = self._send()
        complaint._set_step("waiting")
        complaint.message_post(
            body="Which leg?", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(self._reply(complaint, body="The left one"), complaint)
        self.assertIn("left one", complaint.message_ids.sorted("id")[-1].body)
        self.assertEqual(complaint.step_code, "investigating")
        self.assertEqual(self._count(), 1)

    def test_the_same_mail_twice(self):
        self._send(message_id="same")
        self.assertFalse(self._send(message_id="same"))
        self.assertEqual(self._count(), 1)

    def test_documents_that_the_subject_names(self):
        order = self._confirm_order(self.customer)
        invoice = self._post_invoice(self.customer)
        foreign = self._confirm_order(self._create_customer("Bo's Inn"))
        complaint = self._send(f"{order.name}, {foreign.name}: wobbles ({invoice.name})")
        self.assertEqual(complaint.order_ids, order)
        self.assertEqual(complaint.move_ids, invoice)
        another = self._confirm_order(self.customer)
        self._reply(complaint, f"Re: and {another.name}")
        self.assertEqual(complaint.order_ids, order | another)
        third = self._confirm_order(self.customer)
        self._reply(complaint, f"Re: and {third.name}", sender="cy@example.com")
        self.assertNotIn(third, complaint.order_ids)
        stranger = self._send(f"About {order.name}", sender="cy@example.com")
        self.assertFalse(stranger.order_ids)

    def test_programs_that_answer_by_themselves(self):
        for headers in (
            "Auto-Submitted: auto-replied\n",
            "Auto-Submitted: auto-replied (vacation)\n",
            "Precedence: auto_reply\n",
            "X-Autoreply: yes\n",
        ):
            with self.subTest(headers), mute_logger(OURS):
                self.assertFalse(self._send("Out of office", headers))
        with mute_logger(OURS):
            self.assertFalse(self._send(sender="MAILER-DAEMON@example.com"))
        self.assertEqual(self._count(), 0)
        # Forms and groups are written by people.
        self._send(headers="Auto-Submitted: auto-generated\n")
        self._send(headers="Precedence: list\n")
        self.assertEqual(self._count(), 2)

    def test_a_program_does_not_end_the_wait_for_the_customer(self):
        complaint = self._send()
        complaint._set_step("waiting")
        last = complaint.message_ids.sorted("id")[-1]
        with mute_logger(OURS):
            self._send(
                "Out of office",
                f"In-Reply-To: {last.message_id}\nAuto-Submitted: auto-replied\n",
            )
        self.assertEqual(complaint.step_code, "waiting")

    def test_a_loop_ends(self):
        self.company.lifecycle_complaint_hourly = 1000
        self.env["ir.config_parameter"].sudo().set_param("mail.gateway.loop.threshold", 3)
        for _number in range(5):
            self._send(sender="Robot <robot@example.com>")
        self.assertEqual(self._count(), 3)

    def test_a_flood_is_no_way_around_the_loop_threshold(self):
        self.assertEqual(self.company.lifecycle_complaint_hourly, 5)
        self.env["ir.config_parameter"].sudo().set_param("mail.gateway.loop.threshold", 7)
        for sender in ("Ada <ada@example.com>", "Robot <robot@example.com>"):
            with self.subTest(sender):
                complaints = self.complaints.union(*(self._send(sender=sender) for _n in range(20)))
                self.assertEqual(len(complaints), 5)
                mails = complaints.message_ids.filtered(lambda mail: mail.message_type == "email")
                self.assertEqual(len(mails), 4 + 7)

    def test_a_flood_is_of_the_same_sender(self):
        self.company.lifecycle_complaint_hourly = 2
        self.salesperson.email = "ben@garden.example.com"
        for senders in (
            # A colleague forwards what different customers have written.
            ["ben@garden.example.com"] * 4,
            ["jean@example.com", "jean@example.com", "an@example.com", "Ean <ean@example.com>"],
            ['"bob@example.com" <evil@example.com>'] * 2 + ["bob@example.com"],
        ):
            with self.subTest(senders):
                found = self.complaints.union(*(self._send(sender=sender) for sender in senders))
                self.assertEqual(len(found), len(senders))

    def test_a_flood_goes_on_with_what_is_open(self):
        self.company.lifecycle_complaint_hourly = 2
        first, second = self._send(), self._send()
        second._set_step("closed")
        self.assertEqual(self._send(), first)
        first._set_step("closed")
        self.assertNotIn(self._send(), first | second)

    def test_files_of_mails_are_bounded_altogether(self):
        self.patch(mail_of_complaints, "FILES_OF_RECORD", 1)
        complaint = self._send_files(("a.txt", "Legs"))
        self.company.lifecycle_complaint_hourly = 1
        self.assertEqual(self._send_files(("b.txt", "Arms")), complaint)
        self.assertEqual(complaint.message_ids.attachment_ids.mapped("name"), ["a.txt"])
        self.assertIn("b.txt: there are many files already", complaint.message_ids[0].body)

    def test_a_mail_is_kept_where_a_document_is_refused(self):
        order = self._confirm_order(self.customer)
        complaint = self._complain(order_ids=order.ids)
        complaint.message_post(body="Well?", subtype_xmlid="mail.mt_comment")
        order.partner_id = order.partner_invoice_id = order.partner_shipping_id = (
            self._create_customer("Bo's Inn")
        )
        invoice = self._post_invoice(self.customer)
        self._reply(complaint, f"Re: {invoice.name}", body="The left leg")
        self.assertIn("left leg", complaint.message_ids[0].body)
        self.assertFalse(complaint.move_ids)

    def test_a_stranger_ends_the_wait_and_nobody_else(self):
        complaint = self._send(sender="Cy <cy@example.com>")
        complaint._set_step("waiting")
        self._reply(complaint, sender="Di <di@example.com>")
        self.assertEqual(complaint.step_code, "waiting")
        self._reply(complaint, sender="Cyrus <CY@example.com>")
        self.assertEqual(complaint.step_code, "investigating")

    def test_a_reply_to_what_was_merged_reaches_who_works_on_it(self):
        duplicate, target = self._send(), self._send()
        duplicate._merge_into(target)
        target._set_step("waiting")
        self._reply(duplicate, body="The left one")
        self.assertEqual(target.step_code, "investigating")
        self.assertIn("left one", target.message_ids[0].body)

    def test_a_flood_goes_on_with_the_last_one(self):
        self.company.lifecycle_complaint_hourly = 2
        for sender in ("Ada <ada@example.com>", "Cy <cy@example.com>"):
            with self.subTest(sender):
                before = self._count()
                _first, second = self._send(sender=sender), self._send(sender=sender)
                third = self._send("And another thing", sender=sender, body="The table")
                self.assertEqual(third, second)
                self.assertIn("The table", third.message_ids.sorted("id")[-1].body)
                self.assertEqual(self._count() - before, 2)

    def _send_files(self, *files):
        boundary = "frontier"
        parts = "".join(
            f"--{boundary}\nContent-Type: application/octet-stream\n"
            f'Content-Disposition: attachment; filename="{name}"\n\n{content}\n'
            for name, content in files
        )
        type(self).number += 1
        return self._send(
            source=(
                f"From: Ada <ada@example.com>\nTo: {self.address}\nSubject: See\n"
                f"Message-Id: <files-{self.number}@example.com>\nMIME-Version: 1.0\n"
                f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n'
                f"--{boundary}\nContent-Type: text/plain\n\nSee the files\n{parts}--{boundary}--\n"
            ).encode()
        )

    def test_what_is_oversized_is_left_out_and_said(self):
        self.company.lifecycle_complaint_file_size = 1
        complaint = self._send_files(
            ("legs.txt", "Left and right"),
            ("long.txt", "a" * (1024 * 1024 + 10)),
            ("setup.exe", "MZ"),
        )
        message = complaint.message_ids.filtered("attachment_ids")
        self.assertEqual(message.attachment_ids.mapped("name"), ["legs.txt"])
        self.assertIn("long.txt is larger than 1 MB", message.body)
        self.assertIn("setup.exe", message.body)
        self.company.lifecycle_complaint_files = 1
        complaint = self._send_files(("a.txt", "Legs"), ("b.txt", "Arms"))
        self.assertEqual(complaint.message_ids.attachment_ids.mapped("name"), ["a.txt"])

    def test_an_endless_mail(self):
        complaint = self._send("Long " * 1000, body="a" * 200_000)
        self.assertLessEqual(len(complaint.subject), 150)
        self.assertFalse(complaint.description)
        self.assertIn("aaaa", complaint.message_ids.filtered("author_id")[:1].body)

    def test_a_foreign_charset(self):
        subject = "=?gb18030?B?" + "zbbL37eiyrs=" + "?="
        for charset, text in (("gb18030", "投诉：椅子坏了"), ("iso-8859-15", "Gebrochen für 5 €")):
            with self.subTest(charset):
                type(self).number += 1
                source = (
                    f"From: Ada <ada@example.com>\nTo: {self.address}\nSubject: {subject}\n"
                    f"Message-Id: <charset-{self.number}@example.com>\nMIME-Version: 1.0\n"
                    f'Content-Type: text/plain; charset="{charset}"\n'
                    "Content-Transfer-Encoding: 8bit\n\n"
                ).encode() + text.encode(charset)
                complaint = self._send(source=source)
                self.assertIn(text, complaint.description)
                self.assertIn("投诉", complaint.subject)

    def test_html_is_harmless(self):
        source = (
            f"From: Ada <ada@example.com>\nTo: {self.address}\nSubject: Legs\n"
            "Message-Id: <html@example.com>\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
            "<p onclick='x()'>Hello<script>alert(1)</script></p><form action='/x'><input/></form>"
        ).encode()
        complaint = self._send(source=source)
        self.assertIn("Hello", complaint.description)
        for bad in ("script", "onclick", "<form", "<input"):
            self.assertNotIn(bad, complaint.description)

    def test_the_address_is_off_until_it_is_set_and_can_be_taken_back(self):
        other = self._create_company("Neighbours", "base.EUR")
        self.assertFalse(other.lifecycle_complaint_alias_id)
        alias = self.company.lifecycle_complaint_alias_id
        self.assertEqual(alias.display_name, self.address)
        self.company.lifecycle_complaint_alias_name = "trouble"
        self.assertEqual(self.company.lifecycle_complaint_alias_id, alias)
        self.assertEqual(self._send(to="trouble@garden.example.com").company_id, self.company)
        self.company.lifecycle_complaint_alias_name = False
        self.assertFalse(alias.exists())
        other.alias_domain_id = False
        with self.assertRaisesRegex(UserError, "no mail domain"):
            other.lifecycle_complaint_alias_name = "complaints"
