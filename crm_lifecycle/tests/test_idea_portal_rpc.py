from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from ..models.crm_lifecycle_idea_portal import PORTAL_FIELDS
from .idea_common import IdeaCase


@tagged("post_install", "-at_install")
class TestIdeaPortalRpc(IdeaCase, HttpCase):
    """What customers get and change of suggestions over the wire, past the pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_portal_user("idea_own", cls.customer)
        cls._create_portal_user("idea_colleague", cls.customer)
        cls._create_portal_user("idea_foreign", cls._create_customer("Bo's Inn"))
        cls.idea = cls._suggest(
            partner_id=cls.user.partner_id.id, benefit=900.0, reviewer_id=cls.leader.id
        )
        cls.idea.message_post(body="A silly one", subtype_xmlid="mail.mt_note")

    def _call(self, method, *args, model="crm.lifecycle.idea", **kwargs):
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
            self.idea, [{"name": "A hook for the bag", "state": "new", "active": True}]
        )
        found = self.ideas.search([("company_id", "=", self.company.id)])
        self.assertEqual(found, self.idea)

    def test_the_customer_and_a_colleague_read_what_is_theirs_and_no_more(self):
        ids, error = self.idea.ids, "AccessError"
        for login in ("idea_own", "idea_colleague"):
            self.authenticate(login, login)
            [values] = self._call("search_read", [])
            self.assertEqual(values["id"], self.idea.id)
            self.assertLessEqual({*values}, PORTAL_FIELDS)
            for name in ("benefit", "reviewer_id", "thanks_note"):
                self._assert_refused(error, "read", ids, [name])
                self._assert_refused(error, "search_count", [(name, "!=", False)])
            self._assert_refused(error, "formatted_read_group", [], ["reviewer_id"], ["__count"])
            self._assert_refused(error, "write", ids, {"state": "adopted"})
            self._assert_refused(error, "write", ids, {"message_follower_ids": [[5]]})
            self._assert_refused(
                error, "create", {"name": "New", "partner_id": self.user.partner_id.id}
            )
            self._assert_refused(error, "copy", ids)
            self._assert_refused(error, "unlink", ids)
            for method in ("action_review", "action_adopt", "action_decline", "action_done"):
                self._assert_refused(error, method, ids)
            self._assert_refused(error, "message_post", ids, body="Me too")
            about = [("model", "=", "crm.lifecycle.idea"), ("res_id", "=", self.idea.id)]
            self.assertNotIn(
                "silly", str(self._call("search_read", about, ["body"], model="mail.message"))
            )
        self._assert_unchanged()

    def test_another_customer_finds_nothing(self):
        self.authenticate("idea_foreign", "idea_foreign")
        self.assertEqual(self._call("search_read", [], ["name"]), [])
        for method, *args in (
            ("read", self.idea.ids, ["name"]),
            ("write", self.idea.ids, {"name": "Other"}),
            ("action_adopt", self.idea.ids),
            ("unlink", self.idea.ids),
        ):
            self._assert_refused("AccessError", method, *args)
        self._assert_unchanged()

    def test_a_stranger_is_not_let_in(self):
        self.authenticate(None, None)
        for method, *args in (
            ("read", self.idea.ids, ["name"]),
            ("search_read", []),
            ("write", self.idea.ids, {"name": "Other"}),
            ("create", {"name": "New"}),
        ):
            self._assert_refused("SessionExpired", method, *args)
        self._assert_unchanged()

    def test_what_is_written_and_uploaded_is_bounded(self):
        mine = self.idea.with_user(self.user).sudo()
        with self.assertRaisesRegex(UserError, "too long"):
            mine.message_post(body="a" * 50_001)
        page = b"<html><script>alert(1)</script></html>"
        with self.assertRaisesRegex(UserError, "that we can open"):
            mine.message_post(body="See", attachments=[("hook.jpg", page)])
        with self.assertRaisesRegex(UserError, "that we can open"):
            self.env["ir.attachment"].with_user(self.user).sudo().create(
                {
                    "name": "hook.svg",
                    "raw": b"<svg/>",
                    "res_model": "crm.lifecycle.idea",
                    "res_id": self.idea.id,
                }
            )
        with self.assertRaises(AccessError):
            self.idea.with_user(self.user).message_post(body="Me too")
        message = mine.message_post(
            body="See", message_type="comment", attachments=[("hook.txt", b"Brass")]
        )
        self.assertEqual(message.author_id, self.user.partner_id)
