from odoo import Command, http
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from .complaint_common import ComplaintCase

PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@tagged("post_install", "-at_install")
class TestComplaintPortalPages(ComplaintCase, HttpCase):
    """What the portal's pages show and take, by who looks at them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_portal_user("complaint_own", cls.customer)
        cls.colleague = cls._create_portal_user("complaint_colleague", cls.customer)
        cls.foreign = cls._create_portal_user("complaint_foreign", cls._create_customer("Bo's Inn"))
        factory = cls("_post_invoice")
        cls.invoice = factory._post_invoice(cls.customer)
        cls.order = factory._confirm_order(cls.customer)

    @classmethod
    def _create_portal_user(cls, login, customer):
        user = cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )
        user.partner_id.parent_id = customer
        return user

    def _log_in(self, login="complaint_own"):
        """Log in, or be a stranger without a login."""
        self.authenticate(login, login)

    def _post(self, url, files=None, **form):
        values = {
            "subject": "The bench wobbles",
            "description": "It <b>wobbles</b>\nsince Monday",
            "kind": "complaint",
            **form,
        }
        return self.url_open(
            url,
            data={"csrf_token": http.Request.csrf_token(self), **values},
            files=files,
            allow_redirects=True,
        )

    def _filed(self):
        return self.complaints.search([("company_id", "=", self.company.id)])

    # ------------------------------------------------------------
    # FILING
    # ------------------------------------------------------------

    def test_a_customer_complains_about_an_invoice(self):
        self._log_in()
        page = self.url_open(f"/my/invoices/{self.invoice.id}").text
        self.assertIn(f"/my/invoices/{self.invoice.id}/complain", page)
        form = self.url_open(f"/my/invoices/{self.invoice.id}/complain")
        self.assertIn(self.invoice.name, form.text)
        page = self._post(
            f"/my/invoices/{self.invoice.id}/complain",
            files=[("files", ("bench.png", PICTURE)), ("files", ("bench.txt", b"Left leg"))],
        )
        complaint = self._filed()
        self.assertIn(complaint.name, page.text)
        self.assertRecordValues(
            complaint,
            [
                {
                    "subject": "The bench wobbles",
                    "partner_id": self.user.partner_id.id,
                    "kind": "complaint",
                    "channel": "portal",
                    "move_ids": self.invoice.ids,
                    "order_ids": [],
                    "company_id": self.company.id,
                    "user_id": self.salesperson.id,
                    "create_uid": self.user.id,
                }
            ],
        )
        self.assertIn("&lt;b&gt;wobbles&lt;/b&gt;", complaint.description)
        self.assertEqual(
            {*complaint.message_ids.attachment_ids.mapped("name")}, {"bench.png", "bench.txt"}
        )
        self.assertIn(self.user.partner_id, complaint.message_partner_ids)

    def test_a_customer_complains_about_an_order(self):
        self._log_in()
        self.assertIn(
            f"/my/orders/{self.order.id}/complain", self.url_open(self.order.get_portal_url()).text
        )
        self._post(f"/my/orders/{self.order.id}/complain")
        self.assertEqual(self._filed().order_ids, self.order)
        self.assertEqual(self._filed().product_ids, self.product)

    def test_a_customer_asks_something_without_a_document(self):
        self._log_in()
        category = self.env["crm.complaint.category"].create({"name": "Paint"})
        self._post("/my/complaints/new", kind="question", category_id=category.id)
        self.assertRecordValues(
            self._filed(),
            [{"kind": "question", "category_id": category.id, "order_ids": [], "move_ids": []}],
        )

    def test_documents_are_named_as_far_as_the_customer_knows_them(self):
        draft = self.invoice.copy()
        quotation = self._create_order(self.customer)
        complaint = self._complain(
            order_ids=[Command.set((self.order | quotation).ids)],
            move_ids=[Command.set((self.invoice | draft).ids)],
        )
        self.assertEqual(
            complaint._get_portal_documents(),
            [
                (self.order.name, f"/my/orders/{self.order.id}"),
                (self.invoice.name, f"/my/invoices/{self.invoice.id}"),
            ],
        )
        self._log_in()
        page = self.url_open(f"/my/complaints/{complaint.id}").text
        self.assertIn(self.invoice.name, page)
        self.assertNotIn(quotation.name, page)

    def test_whoever_has_the_link_of_an_invoice_complains_for_its_customer(self):
        self._log_in(None)
        url = f"/my/invoices/{self.invoice.id}/complain"
        self.assertNotIn('name="subject"', self.url_open(url).text)
        token = self.invoice._portal_ensure_token()
        self.assertIn('name="subject"', self.url_open(f"{url}?access_token={token}").text)
        page = self._post(url, access_token=token)
        self.assertIn(self._filed().name, page.text)
        self.assertEqual(self._filed().partner_id, self.customer)

    def test_nobody_complains_about_what_is_not_theirs(self):
        for login in ("complaint_foreign", None):
            with self.subTest(login):
                self._log_in(login)
                for place, document in (("invoices", self.invoice), ("orders", self.order)):
                    self._post(f"/my/{place}/{document.id}/complain", access_token="wrong")
                self.assertFalse(self._filed())

    def test_drafts_and_bills_have_no_button(self):
        quotation = self._create_order(self.customer)
        quotation.action_quotation_sent()
        self._log_in()
        self.assertNotIn("o_lifecycle_complain", self.url_open(quotation.get_portal_url()).text)
        self._post(f"/my/orders/{quotation.id}/complain")
        self.assertFalse(self._filed())

    def test_a_company_that_takes_none_here(self):
        self.company.lifecycle_complaint_portal = False
        self._log_in()
        self.assertNotIn(
            "o_lifecycle_complain", self.url_open(f"/my/invoices/{self.invoice.id}").text
        )
        self._post(f"/my/invoices/{self.invoice.id}/complain")
        page = self._post("/my/complaints/new")
        self.assertIn("takes no complaints here", page.text)
        self.assertFalse(self._filed())

    # ------------------------------------------------------------
    # BOUNDS
    # ------------------------------------------------------------

    def test_what_is_missing_or_wrong_is_said_and_what_was_entered_stays(self):
        self._log_in()
        for form, said in (
            ({"subject": "  "}, "in a few words"),
            ({"description": ""}, "describe what happened"),
            ({"subject": "a" * 151}, "within 150 characters"),
            ({"description": "a" * 10_001}, "within 10,000 characters"),
            ({"kind": "praise"}, "choose what it is"),
            ({"category_id": "0 OR 1=1"}, "one of the categories"),
        ):
            with self.subTest(said):
                page = self._post("/my/complaints/new", **form).text
                self.assertIn(said, page)
                self.assertIn("The bench wobbles" if "subject" not in form else "since Mon", page)
        self.assertFalse(self._filed())

    def test_files_that_are_not_taken(self):
        self._log_in()
        self.company.lifecycle_complaint_file_size = 1
        for files, said in (
            ([("chair.exe", b"MZ\x90\x00")], "that we can open"),
            ([("chair.png", b"<html><script>alert(1)</script></html>")], "that we can open"),
            ([("chair.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")], "that we can open"),
            ([("long.txt", b"a" * (1024 * 1024 + 1))], "larger than 1 MB"),
            ([(f"{n}.png", PICTURE) for n in range(6)], "at most 5 files"),
        ):
            with self.subTest(files[0][0]):
                page = self._post(
                    "/my/complaints/new", files=[("files", upload) for upload in files]
                )
                self.assertIn(said, page.text)
        self.assertFalse(self._filed())

    def test_no_more_than_so_many_an_hour(self):
        self.company.lifecycle_complaint_hourly = 2
        self._log_in()
        for _number in range(2):
            self._post("/my/complaints/new")
        page = self._post("/my/complaints/new")
        self.assertIn("several within the last hour", page.text)
        self.assertEqual(len(self._filed()), 2)

    def test_another_site_files_nothing_in_their_name(self):
        self._log_in()
        with mute_logger("odoo.http"):
            answer = self.url_open(
                "/my/complaints/new", data={"subject": "Forged", "description": "Forged"}
            )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._filed())

    def test_tags_are_shown_as_text(self):
        self._log_in()
        page = self._post(
            "/my/complaints/new",
            subject="<script>alert(1)</script>",
            description="<img src=x onerror=alert(1)>",
        ).text
        self.assertNotIn("<script>alert(1)", page)
        self.assertNotIn("<img src=x", page)
        self.assertNotIn("<img", self._filed().description)

    # ------------------------------------------------------------
    # FOLLOWING
    # ------------------------------------------------------------

    def test_the_list_and_its_counter(self):
        first = self._complain()
        second = self._complain(subject="The table, too")
        second._set_step("closed")
        self._complain(self.foreign.partner_id, subject="Not yours")
        self._log_in()
        page = self.url_open("/my/complaints").text
        for text in (first.name, second.name, "The table, too"):
            self.assertIn(text, page)
        self.assertNotIn("Not yours", page)
        self.assertNotIn(second.name, self.url_open("/my/complaints?filterby=open").text)
        self.assertNotIn(first.name, self.url_open("/my/complaints?filterby=over").text)
        self.assertEqual(self.url_open("/my/complaints?filterby=x&sortby=y").status_code, 200)
        counters = self.make_jsonrpc_request("/my/counters", {"counters": ["complaint_count"]})
        self.assertEqual(counters, {"complaint_count": 2})
        self.assertIn("/my/complaints", self.url_open("/my").text)

    def test_the_page_of_one(self):
        complaint = self._complain(description="<p>The left leg</p>")
        complaint.message_post(body="They always moan", subtype_xmlid="mail.mt_note")
        url = f"/my/complaints/{complaint.id}"
        self._log_in()
        page = self.url_open(url).text
        self.assertIn("The left leg", page)
        self.assertIn("o_portal_chatter", page)
        self.assertNotIn("o_lifecycle_reopen", page)
        self.assertNotIn("moan", page)
        self._log_in("complaint_colleague")
        self.assertIn("The left leg", self.url_open(url).text)
        self._log_in("complaint_foreign")
        self.assertNotIn("The left leg", self.url_open(url).text)
        self._log_in(None)
        self.assertNotIn("The left leg", self.url_open(url).text)
        self.assertNotIn("The left leg", self.url_open(f"{url}?access_token=wrong").text)
        self.assertIn("The left leg", self.url_open(complaint.get_portal_url()).text)

    def test_whoever_has_the_link_answers_for_the_customer(self):
        complaint = self._complain()
        complaint._set_step("waiting")
        token = complaint._portal_ensure_token()
        params = {
            "thread_model": "crm.complaint",
            "thread_id": complaint.id,
            "post_data": {"body": "It is the left leg", "message_type": "comment"},
        }
        self._log_in(None)
        self.make_jsonrpc_request("/mail/message/post", {**params, "token": token})
        self.assertRecordValues(
            complaint.message_ids.filtered(lambda message: "left leg" in message.body),
            [{"author_id": self.customer.id, "message_type": "comment"}],
        )
        self.assertEqual(complaint.step_code, "investigating")
        messages = len(complaint.message_ids)
        with self.assertRaisesRegex(JsonRpcException, "NotFound"):
            self.make_jsonrpc_request("/mail/message/post", {**params, "token": "wrong"})
        self.assertEqual(len(complaint.message_ids), messages)

    def test_what_was_merged_goes_on_elsewhere(self):
        duplicate, target = self._complain(), self._complain(subject="The table, too")
        link = duplicate.get_portal_url()
        duplicate._merge_into(target)
        self._log_in()
        page = self.url_open(f"/my/complaints/{duplicate.id}")
        self.assertIn(f"/my/complaints/{target.id}", page.url)
        self.assertIn("It goes on as", page.text)
        self._log_in(None)
        self.assertIn("The table, too", self.url_open(link).text)

    def test_what_customers_make_of_a_message_is_bounded(self):
        complaint = self._complain()
        self._log_in()
        message = complaint.message_post(
            body="Short", author_id=self.user.partner_id.id, message_type="comment"
        )
        data = {"message_id": message.id, "update_data": {"body": "a" * 50_001}}
        with self.assertRaisesRegex(JsonRpcException, "UserError"), mute_logger("odoo.http"):
            self.make_jsonrpc_request("/mail/message/update_content", data)
        self.assertIn("Short", message.body)
        data["update_data"]["body"] = "The left leg"
        self.make_jsonrpc_request("/mail/message/update_content", data)
        self.assertIn("The left leg", message.body)

    # ------------------------------------------------------------
    # REOPENING AND RATING
    # ------------------------------------------------------------

    def test_a_customer_reopens_what_is_not_solved(self):
        complaint = self._complain()
        url = f"/my/complaints/{complaint.id}"
        self._log_in()
        page = self._post(f"{url}/reopen", reason="Still").text
        self.assertIn("can no longer be reopened", page)
        complaint._set_step("solved")
        self.assertIn("o_lifecycle_reopen", self.url_open(url).text)
        self.assertIn("what is still wrong", self._post(f"{url}/reopen", reason=" ").text)
        self.assertEqual(complaint.step_code, "solved")
        self._log_in("complaint_colleague")
        self._post(f"{url}/reopen", reason="It <i>still</i> wobbles")
        self.assertEqual((complaint.step_code, complaint.reopened_count), ("investigating", 1))
        said = complaint.message_ids.filtered(lambda message: "still" in message.body)
        self.assertEqual(said.author_id, self.colleague.partner_id)
        self.assertIn("&lt;i&gt;", said.body)

    def test_others_reopen_nothing(self):
        complaint = self._complain()
        complaint._set_step("solved")
        for login in ("complaint_foreign", None):
            self._log_in(login)
            self._post(f"/my/complaints/{complaint.id}/reopen", reason="Still")
            self.assertEqual(complaint.step_code, "solved")

    def test_what_ended_long_ago_stays(self):
        complaint = self._complain()
        with self.at("2026-03-02"):
            complaint._set_step("solved")
        for days, moment, may in (
            (30, "2026-03-31", True),
            (30, "2026-04-03", False),
            (0, "2026-03-03", False),
        ):
            with self.subTest(days=days, moment=moment), self.at(moment):
                self.company.lifecycle_complaint_reopen_days = days
                self.assertEqual(complaint._can_portal_reopen(), may)
        merged = self._complain()
        merged._merge_into(self._complain())
        self.assertFalse(merged._can_portal_reopen())

    def test_a_customer_rates_the_solution_and_is_not_content(self):
        complaint = self._complain()
        self._log_in()
        url = f"/my/complaints/{complaint.id}"
        self.assertNotIn("/rate/", self.url_open(url).text)
        complaint._set_step("solved")
        self.assertIn("/rate/", self.url_open(url).text)
        rating = complaint.rating_ids
        self.assertEqual(rating.partner_id, self.user.partner_id)
        self.url_open(url)
        self.assertEqual(complaint.rating_ids, rating)
        self.assertEqual(
            self.url_open(f"/rate/{rating.access_token}/1", allow_redirects=True).status_code, 200
        )
        self.assertEqual(complaint.step_code, "solved")
        self.url_open(
            f"/rate/{rating.access_token}/submit_feedback",
            data={
                "csrf_token": http.Request.csrf_token(self),
                "rate": "1",
                "feedback": "It wobbles",
            },
        )
        self.assertRecordValues(complaint, [{"step_code": "investigating", "reopened_count": 1}])
        self.assertEqual(rating.rating, 1)
