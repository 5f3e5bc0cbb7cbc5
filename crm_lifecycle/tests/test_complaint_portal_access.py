from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.crm_complaint_portal import PORTAL_FIELDS
from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintPortalAccess(ComplaintCase):
    """Customers read what is theirs of their own complaints, and change nothing by RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._complain(cls)
        cls.own = cls._create_portal_user("complaint_own", cls.customer)
        cls.colleague = cls._create_portal_user("complaint_colleague", cls.customer)
        cls.foreign = cls._create_portal_user("complaint_foreign", cls._create_customer("Bo's Inn"))

    @classmethod
    def _create_portal_user(cls, login, customer):
        user = cls._create_user(login, "base.group_portal")
        user.partner_id.parent_id = customer
        return user

    def test_the_customer_and_their_colleagues_read_it(self):
        for user in (self.own, self.colleague):
            with self.subTest(user.login):
                mine = self.complaint.with_user(user)
                [values] = mine.read(["name", "subject", "step_id", "description"])
                self.assertEqual(values["subject"], "The bench wobbles")
                self.assertEqual(mine.search([]), self.complaint)
                self.assertEqual(mine.search_count([("is_open", "=", True)]), 1)

    def test_another_customer_and_strangers_do_not(self):
        public = self.env.ref("base.public_user")
        for user in (self.foreign, public):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.complaint.with_user(user).read(["subject"])
        self.assertFalse(self.complaint.with_user(self.foreign).search([]))

    def test_how_we_work_on_it_is_not_read(self):
        mine = self.complaint.with_user(self.own)
        readable = {*mine.fields_get()}
        self.assertLessEqual(readable, PORTAL_FIELDS)
        for name, value in (
            ("severity", "1"),
            ("user_id", self.salesperson.id),
            ("cause_id", 1),
            ("answer_deadline", "2026-03-02"),
            ("rating_ids", 1),
        ):
            with self.subTest(name):
                with self.assertRaises(AccessError):
                    mine.read([name])
                with self.assertRaises(AccessError):
                    mine.search([(name, "=", value)])
        with self.assertRaises(AccessError):
            mine.search([], order="severity")
        self.assertLessEqual({*mine.read()[0]}, PORTAL_FIELDS)

    def test_colleagues_read_all(self):
        manager = self.complaint.with_user(self.leader)
        self.assertLess(PORTAL_FIELDS, {*manager.fields_get()})
        self.assertEqual(manager.read(["severity"])[0]["severity"], "1")

    def test_nothing_is_changed_by_rpc(self):
        mine = self.complaint.with_user(self.own)
        for change in (
            lambda: mine.write({"subject": "Other"}),
            mine.action_close,
            mine.action_mark_answered,
            mine.unlink,
            lambda: mine.create({"subject": "New", "partner_id": self.customer.id}),
        ):
            with self.assertRaises(AccessError):
                change()

    def test_customers_answer_in_the_thread(self):
        self.complaint._set_step("waiting")
        message = (
            self.complaint.with_user(self.own)
            .sudo()
            .message_post(
                body="It is the left leg", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        )
        self.assertEqual(message.author_id, self.own.partner_id)
        self.assertEqual(self.complaint.step_code, "investigating")

    def test_nobody_writes_over_rpc_where_author_and_files_are_not_checked(self):
        for user in (self.own, self.foreign):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.complaint.with_user(user).message_post(
                    body="Me too", author_id=self.leader.partner_id.id
                )

    def test_internal_notes_are_not_seen(self):
        note = self.complaint.message_post(body="They always moan", subtype_xmlid="mail.mt_note")
        answer = self.complaint.message_post(
            body="We are sorry", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        seen = (
            self.env["mail.message"]
            .with_user(self.own)
            .search([("model", "=", "crm.complaint"), ("res_id", "=", self.complaint.id)])
        )
        self.assertIn(answer, seen)
        self.assertNotIn(note, seen)

    def test_what_is_uploaded_is_bounded_whichever_way_it_comes(self):
        mine = self.complaint.with_user(self.own).sudo()
        page = b"<html><script>alert(1)</script></html>"
        with self.assertRaisesRegex(UserError, "that we can open"):
            mine.message_post(body="See", attachments=[("chair.jpg", page)])
        with self.assertRaisesRegex(UserError, "at most 5 files"):
            mine.message_post(body="See", attachments=[(f"{n}.txt", b"Legs") for n in range(6)])
        with self.assertRaisesRegex(UserError, "that we can open"):
            self.env["ir.attachment"].with_user(self.own).sudo().create(
                {
                    "name": "chair.svg",
                    "raw": b"<svg/>",
                    "res_model": "crm.complaint",
                    "res_id": self.complaint.id,
                }
            )
        self.company.lifecycle_complaint_file_size = 1
        with self.assertRaisesRegex(UserError, "larger than 1 MB"):
            mine.message_post(body="See", attachments=[("long.txt", b"a" * (1024 * 1024 + 1))])
        message = mine.message_post(body="See", attachments=[("legs.txt", b"Legs")])
        self.assertEqual(message.sudo().attachment_ids.name, "legs.txt")

    def test_colleagues_upload_what_they_like(self):
        message = self.complaint.with_user(self.leader).message_post(
            body="See", attachments=[("notes.xyz", b"<html/>")]
        )
        self.assertEqual(message.attachment_ids.name, "notes.xyz")

    def test_who_writes_without_end_is_stopped(self):
        mine = self.complaint.with_user(self.own).sudo()
        with self.assertRaisesRegex(UserError, "too long"):
            mine.message_post(body="a" * 50_001)
        for number in range(60):
            mine.message_post(
                body=f"Hello {number}",
                message_type="comment",
                author_id=self.own.partner_id.id,
            )
        with self.assertRaisesRegex(UserError, "write again later"):
            mine.message_post(body="Hello", message_type="comment")

    def test_a_portal_user_of_another_company_of_ours_reads_nothing(self):
        other = self._create_company("Neighbours", "base.EUR")
        user = self._create_user("complaint_other", "base.group_portal", company=other)
        user.partner_id.parent_id = self.customer
        theirs = self.complaint.with_user(user).with_context(allowed_company_ids=other.ids)
        self.assertFalse(theirs.search([]))
