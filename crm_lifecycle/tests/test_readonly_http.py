from unittest.mock import patch

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .readonly_common import ReadOnlyCase, get_menu_actions, read_action
from .screens import Screens, is_readonly


@tagged("post_install", "-at_install")
class TestReadOnlyRequests(ReadOnlyCase, HttpCase):
    """What the web client reads, a replica serves: no request falls back on the primary."""

    def setUp(self):
        super().setUp()
        self.opened = []
        open_cursor = self.registry.cursor

        def cursor(readonly=False):
            found = open_cursor(readonly=readonly)
            self.opened.append("read-only" if found.readonly else "read/write")
            return found

        self.startPatcher(patch.object(self.registry, "cursor", cursor))

    def _log_in(self, role):
        user = self.users[role]
        self.authenticate(user.login, user.login)
        # The first request of a device is written down by the host.
        self.make_jsonrpc_request("/web/session/get_session_info")
        return Screens(self._call, self._get_context(user), searches=False)

    def _request(self, route, params):
        self.opened.clear()
        return self.make_jsonrpc_request(route, params, timeout=60)

    def _call(self, model, method, *args, **kwargs):
        """Call by the web client's route what the host lets a replica serve."""
        if not is_readonly(self.registry[model], method):
            return None
        result = self._request(
            f"/web/dataset/call_kw/{model}.{method}",
            {"model": model, "method": method, "args": args, "kwargs": kwargs},
        )
        self.assertEqual(self.opened, ["read-only"], f"{model}.{method}{args}")
        return result

    def test_screens_are_read_from_the_replica(self):
        screens = self._log_in("sales manager")
        host = self.env.ref("contacts.action_contacts") + self.env.ref("crm.crm_lead_all_leads")
        for action in [*get_menu_actions(self.env, self.users["sales manager"]), *host]:
            with self.subTest(action=action.name):
                screens.open(read_action(action))

    def test_buttons_that_only_read_are_served_by_the_replica(self):
        screens = self._log_in("sales manager")
        for record, name, *arguments in self._get_buttons():
            # What is no record's own method has no ids.
            ids = [record.ids] if record else []
            with self.subTest(model=record._name, name=name):
                action = screens.call(record._name, name, *ids, *arguments)
                if action["type"] == "ir.actions.report":
                    continue
                # Each list once: the others differ by their conditions alone.
                if action["res_model"] not in screens.seen:
                    screens.open(action)

    def test_buttons_of_forms_go_by_another_route(self):
        self._log_in("sales manager")
        params = {"model": "res.partner", "method": "action_lifecycle_open_profile"}
        action = self._request(
            "/web/dataset/call_button/res.partner/action_lifecycle_open_profile",
            {**params, "args": [self.buyer.ids], "kwargs": {}},
        )
        self.assertEqual(action["res_model"], "crm.lifecycle.profile")
        self.assertEqual(self.opened, ["read-only"])

    def test_what_writes_goes_to_the_primary(self):
        """So that the tests above would tell."""
        self._log_in("sales manager")
        params = {"model": "crm.lifecycle.stage", "method": "write", "kwargs": {}}
        params["args"] = [self.stages["suspect"].ids, {"description": "Whom we want"}]
        self._request("/web/dataset/call_kw/crm.lifecycle.stage.write", params)
        self.assertEqual(self.opened, ["read-only", "read/write"])

    def test_a_write_on_the_replica_falls_back(self):
        """So that the tests above would tell a method that is marked, but writes."""
        self._log_in("sales manager")
        Stage = self.registry["crm.lifecycle.stage"]
        params = {"model": "crm.lifecycle.stage", "method": "write", "kwargs": {}}
        params["args"] = [self.stages["suspect"].ids, {"description": "Whom we want"}]
        with (
            patch.object(Stage.write, "_readonly", True, create=True),
            mute_logger("odoo.sql_db"),
            self.assertLogs("odoo.http", "WARNING") as logged,
        ):
            self._request("/web/dataset/call_kw/crm.lifecycle.stage.write", params)
        self.assertIn("retrying with a read/write cursor", logged.output[0])
        self.assertEqual(self.opened, ["read-only", "read/write"])
