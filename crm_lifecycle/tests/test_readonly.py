from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import SUPERUSER_ID, api, fields, sql_db
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import config, mute_logger

from ..models.crm_lifecycle_value_pareto import CUSTOMER_AXES, PRODUCT_AXES
from .readonly_common import (
    BASE_GROUPS,
    ROLES,
    ReadOnlyCase,
    call_readonly,
    get_menu_actions,
    read_action,
)
from .screens import Screens, is_readonly
from .test_access_models import DATA_METHODS, PUBLIC_METHODS


@tagged("post_install", "-at_install")
class TestReadOnlyCursor(ReadOnlyCase):
    """Nothing that only reads writes: PostgreSQL would refuse it on these cursors."""

    def setUp(self):
        super().setUp()
        self.registry_enter_test_mode()

    def _screens(self, user, **options):
        call = partial(call_readonly, self.registry, user.id)
        return Screens(call, self._get_context(user), **options)

    def test_writing_is_refused(self):
        user = self.users["sales manager"]
        suspect = self.stages["suspect"]
        with self.assertRaises(ReadOnlySqlTransaction), mute_logger("odoo.sql_db"):
            self._screens(user).call(suspect._name, "write", suspect.ids, {"name": "Target"})

    def test_every_screen_opens(self):
        for role, user in self.users.items():
            # Who sees everything, and who sees least, try what one can search by.
            searches = role in ("own documents", "sales manager")
            screens = self._screens(user, searches=searches)
            for action in self._get_actions(role):
                with self.subTest(role=role, action=action.name):
                    # All but the form of a wizard list something.
                    self.assertTrue(
                        screens.open(read_action(action))
                        or action.res_model
                        in (
                            "crm.lifecycle.state.wizard",
                            "crm.lifecycle.contact.log",
                            "crm.lifecycle.transfer",
                            "crm.lifecycle.value.wizard",
                            "crm.lifecycle.satisfaction.evidence",
                        )
                    )

    def test_the_explanation_is_read(self):
        for role, user in self.users.items():
            with self.subTest(role):
                screens = self._screens(user)
                for record, name in (
                    (self._profile(self.buyer), "explanation"),
                    (self.buyer, "lifecycle_explanation"),
                ):
                    [told] = screens.call(record._name, "web_read", record.ids, {name: {}})
                    self.assertTrue(told[name]["met"])

    def test_the_state_on_a_past_day(self):
        day = fields.Date.today() - timedelta(days=10)
        for known_at in (None, day):
            action = self.env["crm.lifecycle.state"]._get_action(day, known_at)
            with self.subTest(known_at=known_at):
                self.assertTrue(self._screens(self.users["sales manager"]).open(action))

    def test_every_button_that_only_reads(self):
        buttons = self._get_buttons()
        self.assertEqual(
            {(record._name, name) for record, name, *_arguments in buttons},
            {
                (model, name)
                for model, names in PUBLIC_METHODS.items()
                for name in names
                if is_readonly(self.registry[model], name) and name not in DATA_METHODS
            },
        )
        for role, user in self.users.items():
            screens = self._screens(user)
            for record, name, *arguments in buttons:
                # What is no record's own method has no ids.
                ids = [record.ids] if record else []
                with self.subTest(role=role, model=record._name, name=name):
                    try:
                        action = screens.call(record._name, name, *ids, *arguments)
                    except AccessError:
                        self.assertNotEqual(role, "sales manager")
                        continue
                    if role == "sales manager" and action["type"] != "ir.actions.report":
                        screens.open(action)

    def test_what_charts_are_drawn_from(self):
        profiles = self.env["crm.lifecycle.profile"]
        buyers = profiles.search_count(
            [("company_id", "=", self.company.id), ("purchase_count", ">", 0)]
        )
        for role, user in self.users.items():
            screens = self._screens(user)
            with self.subTest(role):
                grid = screens.call("crm.lifecycle.profile", "get_rfm_grid")
                self.assertEqual(grid["buyers"], buyers)
                if role != "accountant":
                    day = screens.call("crm.lifecycle.day.line", "get_day")
                    self.assertGreaterEqual(day["capacity"], 0)
                values = "crm.lifecycle.value"
                if role == "own documents":
                    for name in ("get_whale_curve", "get_pareto"):
                        with self.assertRaises(AccessError):
                            screens.call(values, name)
                    continue
                self.assertEqual(screens.call(values, "get_whale_curve")["customers"], buyers)
                for axis in (*CUSTOMER_AXES, *PRODUCT_AXES):
                    self.assertTrue(screens.call(values, "get_pareto", axis)["rows"])


@tagged("post_install", "-at_install")
class TestReplicaSetting(TransactionCase):
    """Odoo's own connections to a replica, with the replica on the same server."""

    def setUp(self):
        super().setUp()
        self._set_replica()
        with self._commit() as env:
            self.users = {
                role: new_test_user(env, f"replica_{number}", ",".join((*BASE_GROUPS, group))).id
                for number, (role, group) in enumerate(ROLES.items())
                # Those with the fewest and with the most rights.
                if role in ("own documents", "sales manager")
            }
            customer = env["res.partner"].create({"name": "Replica Ltd"})
            self.partner_ids = [
                customer.id,
                *env["res.users"].browse(self.users.values()).partner_id.ids,
            ]
            env["crm.lead"].create({"name": "Lead", "type": "lead", "partner_id": customer.id})
            env["crm.lifecycle.profile"]._refresh(customer.ids)
        self.addCleanup(self._clean_up)

    def _set_replica(self):
        """Do as a server does that starts with ``--db_replica_host``."""
        for name in ("host", "port"):
            self.addCleanup(config.__setitem__, f"db_replica_{name}", config[f"db_replica_{name}"])
            config[f"db_replica_{name}"] = config[f"db_{name}"]
        replica = sql_db.db_connect(self.registry.db_name, readonly=True)
        self.startPatcher(patch.object(self.registry, "_db_readonly", replica))
        self.startPatcher(patch.object(self.registry, "_db_readonly_failed_time", None))
        self.addCleanup(sql_db._Pool_readonly.close_all, replica.dsn)

    @contextmanager
    def _commit(self):
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _clean_up(self):
        with self._commit() as env:
            partners = env["res.partner"].browse(self.partner_ids)
            env["crm.lead"].search([("partner_id", "in", partners.ids)]).unlink()
            env["res.users"].browse(self.users.values()).unlink()
            partners.unlink()
            env.flush_all()
            env.cr.flush()
            env.cr.execute(
                "DELETE FROM crm_lifecycle_queue WHERE partner_ref = ANY(%s)", [self.partner_ids]
            )

    def test_the_connection_is_read_only(self):
        with self.registry.cursor(readonly=True) as cr:
            cr.execute("SHOW transaction_read_only")
            self.assertEqual(cr.fetchone(), ("on",))
            with self.assertRaises(ReadOnlySqlTransaction), mute_logger("odoo.sql_db"):
                cr.execute("DELETE FROM crm_lifecycle_queue")

    def test_every_screen_of_ours_opens(self):
        for role, uid in self.users.items():
            user = self.env["res.users"].browse(uid)
            context = {"uid": uid, "allowed_company_ids": user.company_id.ids}
            # What one searches by was tried on read-only transactions already.
            call = partial(call_readonly, self.registry, uid)
            screens = Screens(call, context, searches=False)
            for action in get_menu_actions(self.env, user):
                with self.subTest(role=role, action=action.name):
                    screens.open(read_action(action))
            self.assertTrue(screens.seen["crm.lifecycle.profile"])
