from odoo.tests import HttpCase, tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import mute_logger

from ..models.crm_lifecycle_registration_portal import PORTAL_FIELDS
from .registration_common import RegistrationCase


@tagged("post_install", "-at_install")
class TestRegistrationRpc(RegistrationCase, HttpCase):
    """What customers get and change of registrations over the wire, past the pages."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls._create_portal_user("registration_own", cls.customer)
        cls._create_portal_user("registration_colleague", cls.customer)
        cls._create_portal_user("registration_foreign", cls.other)
        cls.registration = cls._register(
            partner_id=cls.user.partner_id.id, lot_id=cls.piece.id, note="They always moan"
        )

    def _call(self, method, *args, model="crm.lifecycle.registration", **kwargs):
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

    def test_the_customer_and_a_colleague_read_what_is_theirs_and_no_more(self):
        ids, error = self.registration.ids, "AccessError"
        for login in ("registration_own", "registration_colleague"):
            self.authenticate(login, login)
            [values] = self._call("search_read", [])
            self.assertEqual(values["id"], self.registration.id)
            self.assertLessEqual({*values}, PORTAL_FIELDS)
            for name in ("note", "picking_id", "order_id", "lot_id", "channel"):
                self._assert_refused(error, "read", ids, [name])
                if name != "channel":  # of which there always is one
                    self._assert_refused(error, "search_count", [(name, "!=", False)])
            self._assert_refused(error, "write", ids, {"warranty_end": "2099-01-01"})
            self._assert_refused(
                error,
                "create",
                {"lot_id": self.piece.id, "partner_id": self.user.partner_id.id},
            )
            self._assert_refused(error, "unlink", ids)
            self._assert_refused(error, "action_open_delivery", ids)
        self._assert_unchanged()

    def test_others_and_strangers_find_nothing(self):
        self.authenticate("registration_foreign", "registration_foreign")
        self.assertEqual(self._call("search_read", [], ["display_name"]), [])
        self._assert_refused("AccessError", "read", self.registration.ids, ["display_name"])
        self._assert_refused("AccessError", "unlink", self.registration.ids)
        self.authenticate(None, None)
        self._assert_refused("SessionExpired", "search_read", [])
        self._assert_refused("SessionExpired", "create", {"lot_id": self.piece.id})
        self._assert_unchanged()

    def _assert_unchanged(self):
        self.env.invalidate_all()
        self.assertEqual(
            self.registrations.search([("company_id", "=", self.company.id)]), self.registration
        )
        self.assertEqual(str(self.registration.warranty_end), "2028-01-04")
