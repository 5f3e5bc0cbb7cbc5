from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from ..models.crm_complaint_portal import PORTAL_FIELDS
from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintPortalRpc(ComplaintCase, HttpCase):
    """What customers get and change over the wire, past the pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaint = cls._complain(cls, description="<p>The left leg</p>")
        cls.note = cls.complaint.message_post(body="They always moan", subtype_xmlid="mail.mt_note")
        cls._create_portal_user("complaint_own", cls.customer)
        cls._create_portal_user("complaint_colleague", cls.customer)
        cls._create_portal_user("complaint_foreign", cls._create_customer("Bo's Inn"))

    @classmethod
    def _create_portal_user(cls, login, customer):
        user = cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "password": login,
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )
        user.partner_id.parent_id = customer

    def _call(self, method, *args, model="crm.complaint", **kwargs):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{model}/{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )

    def _assert_refused(self, error, method, *args, **kwargs):
        with (
            self.subTest(method, args=args),
            mute_logger("odoo.http"),
            self.assertRaisesRegex(JsonRpcException, error),
        ):
            self._call(method, *args, **kwargs)

    def _assert_unchanged(self):
        self.env.invalidate_all()
        self.assertRecordValues(
            self.complaint, [{"subject": "The bench wobbles", "step_code": "new", "active": True}]
        )
        self.assertEqual(
            self.complaints.search([("company_id", "=", self.company.id)]).ids, self.ids
        )

    @property
    def ids(self):
        return self.complaint.ids

    def test_the_customer_and_a_colleague_read_and_no_more(self):
        for login in ("complaint_own", "complaint_colleague"):
            self.authenticate(login, login)
            [values] = self._call("read", self.ids, ["name", "subject", "description"])
            self.assertEqual(values["subject"], "The bench wobbles")
            self.assertIn("The left leg", values["description"])
            [values] = self._call("search_read", [])
            self.assertEqual(values["id"], self.complaint.id)
            self.assertLessEqual({*values}, PORTAL_FIELDS)
            error = "AccessError"
            self._assert_refused(error, "read", self.ids, ["severity"])
            self._assert_refused(error, "search_count", [("user_id.login", "=like", "a%")])
            self._assert_refused(error, "search_count", [("severity", "=", "3")])
            self._assert_refused(error, "formatted_read_group", [], ["severity"], ["__count"])
            self._assert_refused(error, "write", self.ids, {"subject": "Other"})
            self._assert_refused(error, "write", self.ids, {"message_follower_ids": [[5]]})
            self._assert_refused(
                error, "create", {"subject": "New", "partner_id": self.customer.id}
            )
            self._assert_refused(error, "copy", self.ids)
            self._assert_refused(error, "unlink", self.ids)
            for method in ("action_close", "action_solve", "action_confirm_reject"):
                self._assert_refused(error, method, self.ids)
            self._assert_refused(error, "message_post", self.ids, body="Me too")
            file = {
                "name": "legs.txt",
                "raw": "Legs",
                "res_model": "crm.complaint",
                "res_id": self.complaint.id,
            }
            self._assert_refused(error, "create", file, model="ir.attachment")
        self._assert_unchanged()

    def test_what_hangs_on_it_is_not_read_either(self):
        self.authenticate("complaint_own", "complaint_own")
        about = [("model", "=", "crm.complaint"), ("res_id", "=", self.complaint.id)]
        read = self._call("search_read", about, ["body"], model="mail.message")
        self.assertNotIn("moan", str(read))
        for model in (
            "crm.complaint.step",
            "crm.complaint.category",
            "crm.complaint.cause",
            "crm.complaint.deadline",
            "mail.activity",
        ):
            self._assert_refused("AccessError", "search_read", [], ["id"], model=model)

    def test_another_customer_finds_nothing(self):
        self.authenticate("complaint_foreign", "complaint_foreign")
        self.assertEqual(self._call("search_read", [], ["subject"]), [])
        self.assertEqual(self._call("search_count", [("subject", "ilike", "bench")]), 0)
        self._assert_refused("AccessError", "read", self.ids, ["subject"])
        self._assert_refused("AccessError", "write", self.ids, {"subject": "Other"})
        self._assert_refused("AccessError", "unlink", self.ids)
        self._assert_refused("AccessError", "action_close", self.ids)
        self._assert_unchanged()

    def test_a_stranger_is_not_let_in(self):
        self.authenticate(None, None)
        for method, args in (
            ("read", (self.ids, ["subject"])),
            ("search_read", ([],)),
            ("write", (self.ids, {"subject": "Other"})),
            ("create", ({"subject": "New"},)),
            ("unlink", (self.ids,)),
        ):
            self._assert_refused("SessionExpired", method, *args)
        self._assert_unchanged()
