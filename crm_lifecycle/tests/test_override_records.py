from datetime import date
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import html2plaintext, mute_logger

from .common import INVOICING, SALES_ALL, SALES_MANAGER, LifecycleCase

TODAY = "2026-03-10"
YESTERDAY = "2026-03-09"


class OverrideCase(LifecycleCase):
    """Two salespeople, a manager, and rules that ask for approval."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.overrides = cls.env["crm.lifecycle.override"]
        cls.customer = cls._create_customer("Parks & Co")
        cls.manager = cls._create_user("lifecycle_manager", SALES_MANAGER, name="Maya")
        cls.colleague = cls._create_user("lifecycle_colleague", SALES_ALL, name="Alice")
        cls.salesperson.name = "Sam"
        cls._ask_for_approval(True)
        cls.env.flush_all()

    @classmethod
    def _ask_for_approval(cls, needed):
        """Have the company's active policy say so; return whether there is one.

        Without a policy approval is needed. By SQL, because an active one is fixed.
        """
        if "crm.lifecycle.policy" not in cls.env:
            return False
        cls.env.flush_all()
        cls.env.cr.execute(
            "UPDATE crm_lifecycle_policy SET override_needs_approval = %s"
            " WHERE company_id = %s AND state = 'active'",
            [needed, cls.company.id],
        )
        has_policy = bool(cls.env.cr.rowcount)
        cls.env.invalidate_all()
        return has_policy

    def _as(self, user, records):
        return records.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def _request(self, user=None, customer=None, **vals):
        """Set a stage by hand as a salesperson does."""
        return self._as(user or self.salesperson, self.overrides).create(
            {
                "partner_id": (customer or self.customer).id,
                "stage_id": self.stages["strategic"].id,
                "reason": "Their owner says so.",
                **vals,
            }
        )

    def _waiting(self):
        """Return the contacts in the queue, which is empty afterwards."""
        self.env.flush_all()
        self.env.cr.flush()
        waiting = set(self.queue.search([]).mapped("partner_ref"))
        self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
        self.env.invalidate_all()
        return waiting

    def assertRefused(self, method, *args, error=AccessError, **kwargs):
        with (
            self.assertRaises(error),
            mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model"),
            self.env.cr.savepoint(),
        ):
            method(*args, **kwargs)
            self.env.flush_all()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestOverrideRecords(OverrideCase):
    """What a new record says when nobody says anything, and what it may not say."""

    def test_it_holds_from_today_for_half_a_year(self):
        with self.at(TODAY):
            override = self._request()
        self.assertEqual(
            (override.date_start, override.date_end, override.user_id, override.company_id),
            (date(2026, 3, 10), date(2026, 9, 10), self.salesperson, self.company),
        )

    def test_today_is_the_companys_day(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self.salesperson.tz = self.manager.tz = "America/Los_Angeles"
        with self.at("2026-03-09 20:00:00"):
            override = self._request()
            self.assertEqual(str(override.date_start), TODAY)
            self._as(self.manager, override).action_approve()
        self.assertEqual(str(override.date_effective), TODAY)

    def test_the_companys_day_is_the_records_companys(self):
        shanghai = self._create_company("Lifecycle Shanghai", "base.CNY", tz="Asia/Shanghai")
        self.manager.company_ids = [Command.link(shanghai.id)]
        both = (self.company | shanghai).ids
        with self.at("2026-03-09 20:00:00"):
            override = (
                self.overrides.with_user(self.manager)
                .with_context(allowed_company_ids=both)
                .create(
                    {
                        "partner_id": self.customer.id,
                        "company_id": shanghai.id,
                        "stage_id": self.stages["partner"].id,
                        "reason": "Met",
                    }
                )
            )
        self.assertEqual(
            (str(override.date_start), str(override.date_effective)), (YESTERDAY, TODAY)
        )

    def test_what_is_required(self):
        for name in ("partner_id", "company_id", "stage_id", "reason", "date_start", "date_end"):
            with self.subTest(name), mute_logger("odoo.sql_db"):
                self.assertRefused(self._request, **{name: False}, error=Exception)

    def test_it_cannot_end_before_it_starts(self):
        with mute_logger("odoo.sql_db"):
            self.assertRefused(
                self._request, date_start=TODAY, date_end=YESTERDAY, error=IntegrityError
            )
        self.assertTrue(self._request(date_start=TODAY, date_end=TODAY))

    def test_its_name_says_who_and_what(self):
        override = self._request()
        self.assertEqual(override.display_name, "Parks & Co: Strategic customer")
        evidence = override.with_context(lifecycle_evidence=True)
        self.assertEqual(evidence.display_name, "Strategic customer, Sam")

    def test_it_is_found_by_customer_and_reason(self):
        override = self._request()
        for text in ("Parks", "owner says"):
            with self.subTest(text):
                found = self._as(self.salesperson, self.overrides).name_search(text)
                self.assertEqual([pair[0] for pair in found], override.ids)

    def assertSaysSo(self, message, **values):
        with self.assertRaisesRegex(ValidationError, message), self.env.cr.savepoint():
            self._request(self.colleague, **values)

    def test_two_at_a_time_are_refused_with_a_reason(self):
        self._request(date_start="2026-03-10", date_end="2026-03-20")
        branch_office = self.env["res.partner"].create(
            {"name": "Their clerk", "parent_id": self.customer.id}
        )
        for start, end, customer, refused in (
            ("2026-03-20", "2026-03-30", self.customer, True),
            ("2026-03-01", "2026-03-10", self.customer, True),
            ("2026-03-01", "2026-03-30", self.customer, True),
            ("2026-03-12", "2026-03-13", self.customer, True),
            ("2026-03-12", "2026-03-13", branch_office, True),
            ("2026-03-21", "2026-03-30", self.customer, False),
            ("2026-03-01", "2026-03-09", self.customer, False),
        ):
            with self.subTest(start=start, end=end, customer=customer.name):
                values = {"customer": customer, "date_start": start, "date_end": end}
                if refused:
                    self.assertSaysSo("Sam has already set a stage", **values)
                else:
                    self.assertTrue(self._request(self.colleague, **values))

    def test_refused_and_archived_ones_are_in_nobodys_way(self):
        refused = self._request()
        self._as(self.manager, refused).action_refuse()
        archived = self._request()
        archived.active = False
        second = self._request()
        self.assertRefused(archived.write, {"active": True}, error=ValidationError)
        self.assertEqual((refused.state, second.state), ("refused", "waiting"))

    def test_another_company_has_its_own(self):
        other = self._create_company("Lifecycle Dollar Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        self._request()
        second = self._create_override(self.customer, company_id=other.id)
        self.assertTrue(second)
        self.assertNotIn(second, self._as(self.manager, self.overrides).search([]))
        self.assertRefused(self._as(self.manager, second).read, ["reason"])
        self.assertRefused(self._as(self.manager, second).action_end)
        # Nor does a refusal tell of it.
        with self.assertRaises(ValidationError) as refusal, self.env.cr.savepoint():
            self._request(self.manager, company_id=other.id)
        self.assertNotIn("Strategic", str(refusal.exception))
        gardens = self._create_customer("Gardens Ltd")
        self.assertRefused(self._request, self.manager, gardens, company_id=other.id)

    def test_a_contact_of_another_company_is_refused(self):
        other = self._create_company("Lifecycle Dollar Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        theirs = self._create_customer("Theirs", company_id=other.id)
        with self.assertRaises(UserError):
            self._create_override(theirs)

    def test_a_copy_waits_anew(self):
        override = self._create_override(
            self.customer, date_start="2026-01-01", date_end="2026-02-01"
        )
        self.assertEqual(override.state, "approved")
        with self.at(TODAY):
            copied = self._as(self.colleague, override).copy()
        self.assertEqual(
            (copied.state, copied.user_id, str(copied.date_start), copied.date_effective),
            ("waiting", self.colleague, TODAY, False),
        )

    def test_it_goes_with_its_customer_and_leaves_nothing_behind(self):
        override = self._request()
        override_id = override.id
        self.assertTrue(override.activity_ids)
        self.customer.unlink()
        self.assertFalse(override.exists())
        for model in ("mail.activity", "mail.message"):
            with self.subTest(model):
                left = self.env[model].search(
                    [
                        ("res_id", "=", override_id),
                        (
                            "res_model" if model == "mail.activity" else "model",
                            "=",
                            override._name,
                        ),
                    ]
                )
                self.assertFalse(left)

    def test_each_change_queues_the_customer(self):
        other = self._create_customer("Gardens Ltd")
        ids = {self.customer.id}
        with self.at(TODAY):
            override = self._request(date_start="2026-03-20")
            self.assertLessEqual(ids, self._waiting())
            for name, value, expected in (
                ("stage_id", self.stages["partner"].id, ids),
                ("date_start", "2026-03-05", ids),
                ("date_end", "2026-03-30", ids),
                ("reason", "Better so", set()),
                ("partner_id", other.id, ids | {other.id}),
                ("partner_id", self.customer.id, ids | {other.id}),
                ("active", False, ids),
                ("active", True, ids),
            ):
                with self.subTest(name):
                    override.write({name: value})
                    self.assertEqual(self._waiting(), expected)
            managed = self._as(self.manager, override)
            for name in ("action_approve", "action_end"):
                with self.subTest(name):
                    getattr(managed, name)()
                    self.assertEqual(self._waiting(), ids)
            override.sudo().unlink()
            self.assertEqual(self._waiting(), ids)

    def test_the_fields_that_matter_are_triggers(self):
        names = self.overrides._get_lifecycle_trigger_fields()
        self.assertLessEqual(
            {
                "partner_id",
                "company_id",
                "active",
                "stage_id",
                "state",
                "date_start",
                "date_end",
                "date_effective",
            },
            names,
        )
        self.assertFalse(names - set(self.overrides._fields))


@tagged("post_install", "-at_install")
class TestOverrideApproval(OverrideCase):
    """A sales manager agrees before anything is in force."""

    def _policy_says(self, needed):
        return patch.object(
            self.env.registry["crm.lifecycle.override"], "_needs_approval", lambda self: needed
        )

    def test_a_salespersons_waits_and_a_managers_does_not(self):
        with self.at(TODAY):
            waiting = self._request()
            own = self._request(self.manager, self._create_customer("Gardens Ltd"))
        self.assertEqual(
            (waiting.state, waiting.date_effective, waiting.approver_id.id, waiting.decided_at),
            ("waiting", False, False, False),
        )
        self.assertEqual(
            (own.state, str(own.date_effective), own.approver_id, str(own.decided_at)),
            ("approved", TODAY, self.manager, "2026-03-10 12:00:00"),
        )
        self.assertFalse(own.activity_ids)

    def test_without_need_a_salespersons_is_approved_by_nobody(self):
        with self.at(TODAY), self._policy_says(False):
            override = self._request()
        self.assertEqual(
            (override.state, str(override.date_effective), override.approver_id.id),
            ("approved", TODAY, False),
        )
        self.assertFalse(override.activity_ids)

    def test_the_companys_active_policy_decides(self):
        for needed in (False, True):
            with self.subTest(needed):
                has_policy = self._ask_for_approval(needed)
                override = self._request(customer=self._create_customer(str(needed)))
                waits = needed or not has_policy
                self.assertEqual(override.state, "waiting" if waits else "approved")

    def test_approved_late_it_holds_from_that_day_on(self):
        for start, effective in (
            ("2026-03-01", TODAY),
            (YESTERDAY, TODAY),
            (TODAY, TODAY),
            ("2026-03-11", "2026-03-11"),
        ):
            with self.subTest(start):
                with self.at("2026-03-02"):
                    override = self._request(
                        customer=self._create_customer(start),
                        date_start=start,
                        date_end="2026-04-01",
                    )
                with self.at(TODAY):
                    self._as(self.manager, override).action_approve()
                self.assertEqual(str(override.date_effective), effective)
                self.assertEqual(str(override.date_start), start)

    def test_what_is_over_can_be_refused_but_not_approved(self):
        with self.at("2026-03-02"):
            over = self._request(date_end=YESTERDAY)
            last_day = self._request(customer=self._create_customer("Last"), date_end=TODAY)
        with self.at(TODAY):
            with self.assertRaisesRegex(UserError, "ended on 03/09/2026 already"):
                self._as(self.manager, over).action_approve()
            self._as(self.manager, over).action_refuse()
            self._as(self.manager, last_day).action_approve()
        self.assertEqual((over.state, over.date_effective), ("refused", False))
        self.assertEqual(last_day.state, "approved")

    def test_nothing_is_decided_twice(self):
        override = self._request()
        managed = self._as(self.manager, override)
        managed.action_refuse()
        for action in (managed.action_approve, managed.action_refuse):
            with self.assertRaisesRegex(UserError, "does not wait"):
                action()
        archived = self._request()
        archived.active = False
        with self.assertRaisesRegex(UserError, "does not wait"):
            self._as(self.manager, archived).action_approve()

    def test_several_are_decided_in_one_go(self):
        overrides = self._request() | self._request(customer=self._create_customer("Other"))
        self._as(self.manager, overrides).action_approve()
        self.assertEqual(set(overrides.mapped("state")), {"approved"})

    def test_the_manager_has_it_on_the_list_once(self):
        override = self._request()
        [activity] = override.activity_ids
        self.assertIn(activity.user_id, self.env.ref(SALES_MANAGER).all_user_ids)
        self.assertIn(self.company, activity.user_id.company_ids)
        self.assertEqual(activity.summary, "Approve or refuse a stage set by hand")
        override.stage_id = self.stages["partner"]
        self.assertEqual(override.activity_ids, activity)
        # Withdrawn and asked for again, there is one again.
        override.active = False
        self.assertFalse(override.with_context(active_test=False).activity_ids)
        override.active = True
        self.assertEqual(len(override.activity_ids), 1)
        self._as(self.manager, override).action_approve()
        self.assertFalse(override.activity_ids)

    def test_the_leader_of_the_team_is_asked_first(self):
        leader = self._create_user("lifecycle_leader", SALES_MANAGER)
        team = self.env["crm.team"].create(
            {
                "name": "Gardens",
                "company_id": self.company.id,
                "user_id": leader.id,
                "member_ids": [Command.set(self.salesperson.ids)],
            }
        )
        self.assertEqual(self._request().activity_ids.user_id, leader)
        # Somebody who could not decide is not asked.
        team.user_id = self.colleague
        request = self._request(customer=self._create_customer("Other"))
        self.assertIn(request.activity_ids.user_id, self.env.ref(SALES_MANAGER).all_user_ids)

    def test_a_company_without_a_manager_asks_nobody(self):
        self.manager.group_ids = [Command.unlink(self.env.ref(SALES_MANAGER).id)]
        everybody = self.env["res.users"].search([("company_ids", "in", self.company.ids)])
        others = everybody - self.manager - self.salesperson - self.colleague
        others.company_ids = [Command.unlink(self.company.id)]
        self.env.flush_all()
        override = self._request()
        self.assertEqual(override.state, "waiting")
        self.assertFalse(override.activity_ids)

    def test_who_has_asked_is_told(self):
        for action, word in (("action_approve", "approved"), ("action_refuse", "refused")):
            with self.subTest(action):
                override = self._request(customer=self._create_customer(action))
                getattr(self._as(self.manager, override), action)()
                told = override.message_ids.filtered(
                    lambda message: self.salesperson.partner_id in message.notified_partner_ids
                )
                self.assertEqual(
                    [html2plaintext(message.body) for message in told],
                    [f"Maya {word} the stage Strategic customer."],
                )

    def test_the_customer_is_never_written_to(self):
        self.customer.email = "info@parks.example"
        override = self._request()
        self.assertFalse(override._mail_get_partner_fields())
        self.assertNotIn(self.customer, override.message_partner_ids)
        suggested = override._message_get_suggested_recipients()
        self.assertNotIn(self.customer.id, [item.get("partner_id") for item in suggested])

    def test_its_buttons_are_there_for_those_who_may_press_them(self):
        with self.at(TODAY):
            override = self._request()
            for user, decide, end in (
                (self.salesperson, False, False),
                (self.colleague, False, False),
                (self.manager, True, False),
            ):
                own = self._as(user, override)
                self.assertEqual((own.can_decide, own.can_end), (decide, end), user.name)
            self._as(self.manager, override).action_approve()
            for user, decide, end in (
                (self.salesperson, False, False),
                (self.manager, False, True),
            ):
                own = self._as(user, override)
                self.assertEqual((own.can_decide, own.can_end), (decide, end), user.name)


@tagged("post_install", "-at_install")
class TestOverrideEnd(OverrideCase):
    """What is approved stays as it is, but for its end."""

    def _approved(self, start, end="2026-06-01"):
        """Return what a manager set on a day before, for ever new customers."""
        with self.at(min(start, TODAY)):
            return self._request(
                self.manager, self._create_customer(start), date_start=start, date_end=end
            )

    def test_ended_today_it_held_until_yesterday(self):
        for start, end, active in (
            ("2026-03-01", YESTERDAY, True),
            (YESTERDAY, YESTERDAY, True),
            # In force on no day before today, it is archived.
            (TODAY, "2026-06-01", False),
            ("2026-03-11", "2026-06-01", False),
        ):
            with self.subTest(start):
                override = self._approved(start)
                with self.at(TODAY):
                    override.action_end()
                self.assertEqual((str(override.date_end), override.active), (end, active))

    def test_approved_today_and_started_before_it_is_archived(self):
        with self.at("2026-03-01"):
            override = self._request()
        with self.at(TODAY):
            managed = self._as(self.manager, override)
            managed.action_approve()
            managed.action_end()
        self.assertFalse(override.active)

    def test_a_new_one_may_start_the_day_on_which_the_old_one_was_ended(self):
        override = self._approved("2026-03-01")
        with self.at(TODAY):
            override.action_end()
            self.assertTrue(self._request(customer=override.partner_id))

    def test_what_is_over_or_waits_or_is_refused_cannot_be_ended(self):
        over = self._approved("2026-03-01", YESTERDAY)
        with self.at(TODAY):
            waiting = self._as(self.manager, self._request())
            refused = self._as(self.manager, self._request(customer=self._create_customer("No")))
            refused.action_refuse()
            for override in (over, waiting, refused):
                with self.subTest(override.state), self.assertRaises(UserError):
                    override.action_end()

    def test_the_request_is_fixed_once_it_is_decided(self):
        approved = self._approved("2026-03-01")
        with self.at(TODAY):
            refused = self._as(self.manager, self._request())
            refused.action_refuse()
        for override in (approved, refused):
            for name, value in (
                ("partner_id", self._create_customer("Other").id),
                ("stage_id", self.stages["suspect"].id),
                ("reason", "For another reason"),
                ("date_start", "2026-02-01"),
                ("user_id", self.salesperson.id),
            ):
                with self.subTest(state=override.state, field=name), self.at(TODAY):
                    with self.assertRaisesRegex(UserError, "can no longer be changed"):
                        override.write({name: value})

    def test_the_last_day_only_comes_nearer_and_never_lies_further_back(self):
        override = self._approved("2026-03-01", "2026-03-20")
        for day, allowed in (
            ("2026-03-21", False),
            ("2026-03-08", False),
            (False, False),
            ("2026-03-19", True),
            (TODAY, True),
            (YESTERDAY, True),
            # It is over now.
            (YESTERDAY, False),
        ):
            with self.subTest(day), self.at(TODAY):
                if allowed:
                    override.date_end = day
                    self.assertEqual(str(override.date_end), day)
                else:
                    self.assertRefused(override.write, {"date_end": day}, error=UserError)

    def test_managers_archive_what_is_approved(self):
        override = self._approved("2026-03-01")
        self.assertRefused(self._as(self.salesperson, override).write, {"active": False})
        override.active = False
        self.assertFalse(override.active)


@tagged("post_install", "-at_install")
class TestOverrideAccess(OverrideCase):
    """Nobody gets round the buttons, be it by RPC."""

    def _rpc(self, user, method, *args, record=None, context=None):
        """Call as a client does over the network."""
        context = {"allowed_company_ids": self.company.ids, **(context or {})}
        ids = [record.ids] if record else []
        model = self.overrides.with_user(user)
        return call_kw(model, method, [*ids, *args], {"context": context})

    def _values(self, **vals):
        return {
            "partner_id": self._create_customer("Other").id,
            "company_id": self.company.id,
            "stage_id": self.stages["partner"].id,
            "reason": "Met",
            **vals,
        }

    def test_only_managers_decide(self):
        override = self._request()
        portal = self._create_user("lifecycle_portal", "base.group_portal")
        invoicing = self._create_user("lifecycle_invoicing", INVOICING)
        for user in (self.salesperson, self.colleague, invoicing, portal):
            for method in ("action_approve", "action_refuse", "action_end"):
                with self.subTest(user=user.login, method=method):
                    self.assertRefused(self._rpc, user, method, record=override, error=UserError)
        self.assertEqual(override.state, "waiting")
        self._rpc(self.manager, "action_approve", record=override)
        self.assertEqual(override.state, "approved")

    def test_private_methods_cannot_be_called(self):
        override = self._request()
        for method in ("_decide", "_schedule_approval", "_tell_decision"):
            with self.subTest(method):
                self.assertRefused(self._rpc, self.salesperson, method, "approved", record=override)

    def test_nobody_writes_a_decision(self):
        override = self._request()
        for user in (self.salesperson, self.manager):
            for values in (
                {"state": "approved"},
                {"state": "waiting"},
                {"approver_id": self.manager.id},
                {"decided_at": "2026-01-01 00:00:00"},
                {"date_effective": "2026-01-01"},
                {"state": "approved", "date_effective": "2026-01-01"},
            ):
                with self.subTest(user=user.login, values=values):
                    self.assertRefused(self._rpc, user, "write", values, record=override)
        self.assertEqual(override.state, "waiting")

    def test_nobody_creates_a_decision(self):
        for values in (
            {"state": "approved"},
            {"state": "refused"},
            {"date_effective": "2026-01-01"},
            {"approver_id": self.manager.id},
        ):
            with self.subTest(values):
                self.assertRefused(self._rpc, self.salesperson, "create", [self._values(**values)])
        # Empty, as a client may send them, they are no forgery.
        [created] = self._rpc(
            self.salesperson, "create", [self._values(state="waiting", approver_id=False)]
        )
        self.assertEqual(self.overrides.browse(created).state, "waiting")

    def test_no_context_decides(self):
        [created] = self._rpc(
            self.salesperson,
            "create",
            [self._values()],
            context={
                "default_state": "approved",
                "default_date_effective": "2026-01-01",
                "default_approver_id": self.manager.id,
            },
        )
        override = self.overrides.browse(created)
        self.assertEqual(
            (override.state, override.date_effective, override.approver_id.id),
            ("waiting", False, False),
        )

    def test_salespeople_change_their_own_while_it_waits(self):
        override = self._request()
        self._as(self.salesperson, override).reason = "Seen their plans"
        self.assertRefused(self._as(self.colleague, override).write, {"reason": "No"})
        self.assertTrue(self._as(self.colleague, override).read(["reason"]))
        self._as(self.manager, override).reason = "Seen by the manager"
        self._as(self.manager, override).action_approve()
        for user in (self.salesperson, self.colleague):
            for values in ({"reason": "No"}, {"active": False}, {"date_end": "2030-01-01"}):
                with self.subTest(user=user.login, values=values):
                    self.assertRefused(self._as(user, override).write, values)
            self.assertRefused(self._as(user, override).unlink)
        self._as(self.manager, override).unlink()

    def test_nobody_asks_in_a_colleagues_name(self):
        self.assertRefused(self._request, user_id=self.colleague.id)
        self.assertRefused(
            self._rpc,
            self.salesperson,
            "create",
            [self._values()],
            context={"default_user_id": self.colleague.id},
        )
        override = self._request()
        self.assertRefused(override.write, {"user_id": self.colleague.id})
        self._as(self.manager, override).user_id = self.colleague
        self.assertEqual(override.user_id, self.colleague)

    def test_a_customer_whom_one_may_not_read_is_refused(self):
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads Secret Ltd",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": "[('name', '!=', 'Secret Ltd')]",
            }
        )
        secret = self._create_customer("Secret Ltd")
        self.assertRefused(self._request, customer=secret)
        override = self._request()
        self.assertRefused(override.write, {"partner_id": secret.id})

    def test_nobody_sets_a_stage_in_another_company(self):
        other = self._create_company("Lifecycle Dollar Company", "base.USD")
        override = self._request()
        self.assertRefused(override.write, {"company_id": other.id})

    def test_a_superuser_imports_history(self):
        override = self._create_override(
            self.customer, state="approved", date_start="2025-01-01", date_end="2025-06-01"
        )
        self.assertEqual(str(override.date_effective), "2025-01-01")
        self.assertFalse(override.activity_ids)
        waiting = self._create_override(self.customer, state="waiting")
        self.assertEqual(waiting.state, "waiting")
        self.assertTrue(waiting.activity_ids)

    def test_an_approved_one_always_knows_its_first_day(self):
        override = self._request()
        with mute_logger("odoo.sql_db"):
            self.assertRefused(override.sudo().write, {"state": "approved"}, error=IntegrityError)

    def test_the_button_on_a_customer_asks_for_the_stage(self):
        contact = self.env["res.partner"].create(
            {"name": "Their clerk", "parent_id": self.customer.id}
        )
        action = self._as(self.salesperson, contact).action_lifecycle_set_stage()
        form = self._as(self.salesperson, self.env[action["res_model"]]).with_context(
            **action["context"]
        )
        values = form.default_get(["partner_id", "date_start", "date_end", "user_id"])
        self.assertEqual(values["partner_id"], self.customer.id)
        self.assertGreater(
            fields.Date.to_date(values["date_end"]), fields.Date.to_date(values["date_start"])
        )


@tagged("post_install", "-at_install")
class TestOverridesAgainstRules(LifecycleCase):
    """A list shows the stages by hand that the rules now contradict."""

    def test_those_that_the_rules_contradict_are_found(self):
        agreed, contradicted, over = (
            self._create_customer(name) for name in ("Agreed", "Contradicted", "Over")
        )
        overrides = self.env["crm.lifecycle.override"]
        found = {}
        with self.at("2026-03-03"):
            for customer, stage, date_end in (
                (agreed, "first_buyer", "2026-06-30"),
                (contradicted, "strategic", "2026-06-30"),
                (over, "strategic", "2026-03-04"),
            ):
                self._confirm_order(customer)
                found[customer] = overrides.create(
                    {
                        "partner_id": customer.id,
                        "company_id": self.company.id,
                        "stage_id": self.stages[stage].id,
                        "reason": "We know better.",
                        "date_start": "2026-03-03",
                        "date_end": date_end,
                    }
                )
            self._process_queue()
        with self.at("2026-03-10"):
            self._look_again(agreed | contradicted | over)
            self.env.invalidate_all()
            mine = overrides.search([("id", "in", [one.id for one in found.values()])])
            self.assertEqual(
                mine.filtered_domain([("is_contradicted", "=", True)]), found[contradicted]
            )
            self.assertEqual(
                overrides.search([("is_contradicted", "=", True), ("id", "in", mine.ids)]),
                found[contradicted],
            )
            self.assertEqual(
                overrides.search([("is_contradicted", "=", False), ("id", "in", mine.ids)]),
                mine - found[contradicted],
            )
            self.assertEqual(found[contradicted].rule_stage_id, self.stages["first_buyer"])
            self.assertFalse(found[over].rule_stage_id)
            self.assertEqual(self._profile(contradicted).stage_id, self.stages["strategic"])
            self.assertTrue(self._profile(contradicted).is_contradicted)
