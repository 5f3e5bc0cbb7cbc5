from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import tagged

from .common import SALES_ALL, SALES_MANAGER, LifecycleCase

WORK_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work"


class PassCase(LifecycleCase):
    """Four customers with an order each, looked at already, and a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("lifecycle_manager", SALES_MANAGER)
        cls.customers = cls.env["res.partner"].union(
            *(cls._create_customer(f"Customer {number}") for number in range(4))
        )
        case = cls("_set_up_documents")
        case._set_up_documents()

    def _set_up_documents(self):
        for customer in self.customers:
            self._confirm_order(customer)
        self._process_queue()

    def _start(self, kind="demand"):
        """Start a pass over the customers of the test's company, and gather them."""
        return self._gather(kind, self.company)

    def _run_cron(self):
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_process_queue").method_direct_trigger()
        self.env.invalidate_all()

    def assertProgress(self, started, remaining, progress, state):
        self.env.invalidate_all()
        self.assertRecordValues(
            started, [{"remaining": remaining, "progress": progress, "state": state}]
        )


@tagged("post_install", "-at_install")
class TestPass(PassCase):
    """Many customers are looked at in the background, and one can follow."""

    def test_starting_notes_it_and_wakes_a_worker(self):
        cron = self.env.ref("crm_lifecycle.ir_cron_process_queue")
        self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
        started = self.passes._start("demand", self.company)
        self.assertRecordValues(
            started, [{"total": 0, "company_id": self.company.id, "user_id": self.env.uid}]
        )
        self.assertProgress(started, 0, 0.0, "waiting")
        self.assertFalse(self.queue.search([]))
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))

    def test_a_worker_gathers_the_customers(self):
        started = self.passes._start("demand", self.company)
        self.assertEqual(self.queue._process_next(), 1)
        self.assertProgress(started, 4, 0.0, "running")
        self.assertEqual(started.total, 4)
        self.assertEqual(self._gathered(started), self.customers.ids)
        self.assertFalse(self.passes._search_waiting())

    def test_progress_is_what_is_left_in_the_queue(self):
        started = self._start()
        self.queue._process_batch(limit=1)
        self.passes._finish_done()
        self.assertProgress(started, 3, 25.0, "running")
        # Whoever takes over goes on where it stopped.
        self.queue._process_batch(limit=2)
        self.assertProgress(started, 1, 75.0, "running")
        self._run_cron()
        self.assertProgress(started, 0, 100.0, "done")
        self.assertTrue(started.finished_at)
        finished_at = started.finished_at
        self._run_cron()
        self.assertEqual(started.finished_at, finished_at)

    def test_a_worker_that_breaks_down_loses_nothing(self):
        started = self._start()
        queue, broken = self.env.registry["crm.lifecycle.queue"], []
        process = queue._process_batch

        def _process_batch(self, limit=1):
            if broken:
                raise ValueError("out of order")
            broken.append(True)
            return process(self, limit=2)

        with (
            patch.object(queue, "_process_batch", _process_batch),
            self.assertLogs("odoo.addons.base.models.ir_cron", "ERROR"),
        ):
            self._run_cron()
        self.assertProgress(started, 2, 50.0, "running")
        self._run_cron()
        self.assertProgress(started, 0, 100.0, "done")

    def test_others_in_the_queue_are_not_counted(self):
        self.queue._mark(self.customers.ids)
        self.env.cr.flush()
        company = self._create_company("Lifecycle Other Company", "base.USD")
        self._confirm_order(self.customers[0], company_id=company.id)
        first, second = self._start(), self._gather("demand", company)
        self.assertProgress(first, 4, 0.0, "running")
        self.assertProgress(second, 1, 0.0, "running")
        self._run_cron()
        for started in (first, second):
            self.assertProgress(started, 0, 100.0, "done")

    def test_a_customer_who_is_gone_does_not_hold_it_up(self):
        started = self._start()
        gone = self._create_customer("Gone")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_queue SET partner_ref = %s WHERE partner_ref = %s",
            [gone.id, self.customers[0].id],
        )
        gone.unlink()
        self._run_cron()
        self.assertProgress(started, 0, 100.0, "done")

    def test_nobody_to_look_at_is_done_at_once(self):
        company = self._create_company("Lifecycle Empty Company", "base.EUR")
        started = self._gather("demand", company)
        self.assertRecordValues(started, [{"total": 0, "state": "done", "progress": 100.0}])
        self.assertTrue(started.finished_at)

    def test_one_of_all_companies_reaches_everybody(self):
        company = self._create_company("Lifecycle Other Company", "base.USD")
        elsewhere = self._create_customer("Elsewhere")
        self._confirm_order(elsewhere, company_id=company.id)
        lead = self._create_customer("Everybody's")
        self._create_lead(lead, company_id=False)
        self.env.flush_all()
        for chosen, expected in ((None, True), (self.company, False), (company, True)):
            with self.subTest(company=chosen):
                waiting = self._gathered(self._gather("install", chosen))
                self.assertEqual(elsewhere.id in waiting, expected)
                self.assertIn(lead.id, waiting)

    def test_histories_come_back_the_same(self):
        profiles = self.env["crm.lifecycle.profile"].search(
            [("partner_id", "in", self.customers.ids)]
        )
        before = profiles.read(), profiles.transition_ids.read()
        self._start()
        self._run_cron()
        self.assertEqual((profiles.read(), profiles.transition_ids.read()), before)


@tagged("post_install", "-at_install")
class TestReplacedPass(PassCase):
    """A rebuild takes over whom earlier passes have not looked at yet."""

    def test_a_later_rebuild_replaces_an_earlier_one_of_the_same_customers(self):
        first = self._start()
        self.queue._process_batch(limit=1)
        second = self._start()
        self.assertProgress(first, 0, 25.0, "replaced")
        self.assertTrue(first.finished_at)
        self.assertEqual((first.looked, first.total), (1, 4))
        self.assertProgress(second, 4, 0.0, "running")
        # Each customer waits once.
        self.assertEqual(self.queue.search_count([]), 4)
        self._run_cron()
        self.assertProgress(second, 0, 100.0, "done")
        self.assertEqual(first.state, "replaced")

    def test_paused_and_waiting_ones_are_replaced_too(self):
        paused, waiting = self._start(), self.passes._start("night")
        paused.action_pause()
        everybody = self.passes._start("demand")
        # As a worker does while another one has the waiting one in hand.
        everybody._search_customers()
        self.assertEqual(
            [record.state for record in (paused, waiting, everybody)],
            ["replaced", "replaced", "running"],
        )
        self.assertFalse(self.passes._search_waiting())

    def test_one_of_a_company_leaves_those_of_others_alone(self):
        company = self._create_company("Lifecycle Other Company", "base.USD")
        self._confirm_order(self.customers[0], company_id=company.id)
        everybody, own = self._gather(), self._start()
        foreign = self._gather("demand", company)
        self.assertEqual([record.state for record in (everybody, own, foreign)], ["running"] * 3)
        again = self._start()
        self.assertEqual(
            [record.state for record in (everybody, own, foreign, again)],
            ["running", "replaced", "running", "running"],
        )

    def test_who_was_set_aside_and_what_documents_ask_for_stays(self):
        first = self._start()
        self._set_aside(self.customers[0])
        self.queue._mark(self.customers[1].ids)
        self.env.cr.flush()
        self._start()
        self.assertEqual(
            self.queue.search([("pass_id", "=", False)]).mapped("partner_ref"),
            self.customers[:2].ids,
        )
        self.assertEqual(first.state, "replaced")

    def test_a_night_replaces_nobody(self):
        first = self._start()
        self._gather("night")
        self._gather("week")
        self.assertProgress(first, 4, 0.0, "running")


@tagged("post_install", "-at_install")
class TestPassRecord(PassCase):
    """What a pass did is one record, which adds up the batches."""

    def _fail(self, *customers):
        """Make some customers fail."""
        profiles = self.env.registry["crm.lifecycle.profile"]
        refresh, failing = profiles._refresh, {customer.id for customer in customers}

        def _refresh(self, partner_ids, *args, **kwargs):
            if failing & set(partner_ids):
                raise ValueError("odd")
            return refresh(self, partner_ids, *args, **kwargs)

        return patch.object(profiles, "_refresh", _refresh)

    def test_a_pass_that_changes_nothing_says_so(self):
        started = self._start()
        self._run_cron()
        self.assertRecordValues(started, [{"looked": 4, "changed": 0, "failed": 0}])
        self.assertGreater(started.seconds, 0)

    def test_batches_add_up(self):
        self.env.cr.execute(
            "DELETE FROM crm_lifecycle_profile WHERE partner_id = ANY(%s)",
            [self.customers[1:].ids],
        )
        self.env.invalidate_all()
        started = self._start()
        with self._fail(self.customers[3]), self.assertLogs(WORK_LOG, "ERROR"):
            while self.queue._process_batch(limit=2):
                pass
        self.passes._finish_done()
        self.assertRecordValues(
            started.batch_ids.sorted("id"),
            [
                {"looked": 2, "changed": 1, "failed": 0},
                {"looked": 2, "changed": 1, "failed": 1},
            ],
        )
        self.assertRecordValues(started, [{"looked": 4, "changed": 2, "failed": 1}])
        self.assertEqual(started.seconds, sum(started.batch_ids.mapped("seconds")))
        self.assertTrue(all(started.batch_ids.mapped("worker")))
        # Who failed does not hold it up, and opens in one click.
        self.assertProgress(started, 0, 100.0, "done")
        action = started.with_user(self.manager).action_open_failed()
        failed = self.env[action["res_model"]].with_user(self.manager).search(action["domain"])
        self.assertEqual(failed.mapped("partner_ref"), self.customers[3].ids)
        self.assertIn("odd", failed.error)

    def test_what_documents_ask_for_is_on_no_record(self):
        started = self._start()
        self.queue._mark(self.customers.ids)
        self.env.cr.flush()
        self.queue._process_batch()
        self.assertEqual(started.looked, 0)
        self.assertFalse(self.env["crm.lifecycle.pass.batch"].search([]))

    def test_speed_and_time_left_are_those_of_the_last_minutes(self):
        with self.at("2026-03-03 12:00:00"):
            started = self._start()
        started.total = 40
        batches = self.env["crm.lifecycle.pass.batch"]
        for finished_at, looked, seconds in (
            # Long ago, and slow.
            ("2026-03-03 12:00:00", 1, 1000.0),
            # Two workers side by side.
            ("2026-03-03 12:30:10", 10, 10.0),
            ("2026-03-03 12:30:10", 10, 10.0),
        ):
            batches.create(
                {
                    "pass_id": started.id,
                    "finished_at": finished_at,
                    "looked": looked,
                    "seconds": seconds,
                }
            )
        with self.at("2026-03-03 12:30:10"):
            self.env.invalidate_all()
            # 4 customers wait.
            self.assertRecordValues(started, [{"speed": 2.0, "time_left": "1 min"}])
            # The speed stays, the work is more.
            count = self.registry["crm.lifecycle.queue"]
            for waiting, told in ((7199, "1 h 0 min"), (8000, "1 h 7 min"), (121, "2 min")):
                with patch.object(
                    count, "_count_of_passes", lambda _self, _ids, n=waiting: {started.id: n}
                ):
                    self.env.invalidate_all()
                    self.assertEqual(started.time_left, told)
        with self.at("2026-03-03 14:00:00"):
            self.env.invalidate_all()
            self.assertRecordValues(started, [{"speed": 0.0, "time_left": False}])
        with self.at("2026-03-03 12:30:10"):
            started.action_pause()
            self.env.invalidate_all()
            self.assertFalse(started.time_left)

    def test_a_name_tells_kind_and_start(self):
        with self.at("2026-03-03"):
            started = self.passes._start("week").with_context(tz="UTC", lang="en_US")
        self.assertIn("Weekly check", started.display_name)
        self.assertIn("2026", started.display_name)

    def test_nights_of_long_ago_are_forgotten(self):
        kept = []
        for kind, day, is_kept in (
            ("night", "2025-03-03", False),
            ("night", "2026-02-03", True),
            ("week", "2025-03-03", True),
            ("demand", "2025-03-03", True),
        ):
            with self.at(day):
                record = self._gather(kind)
            record.sudo()._finish()
            kept.append((record, is_kept))
        with self.at("2026-03-03"):
            self.passes._gc_nights()
        self.assertEqual([bool(record.exists()) for record, _kept in kept], [x for _r, x in kept])

    def test_the_last_night_stays_whatever_its_age(self):
        """The next one goes on from it."""
        with self.at("2024-03-03"):
            old, last = self._gather("night"), self._gather("night")
        (old | last).sudo()._finish()
        with self.at("2026-03-03"):
            self.passes._gc_nights()
        self.assertFalse(old.exists())
        self.assertTrue(last.exists())


@tagged("post_install", "-at_install")
class TestPauseAndResume(PassCase):
    """Managers stop a pass and let it go on; what documents ask for goes on meanwhile."""

    def test_a_paused_pass_is_left_alone_and_documents_go_on(self):
        started = self._start()
        self.queue._process_batch(limit=1)
        started.with_user(self.manager).action_pause()
        self.queue._mark(self.customers[3].ids)
        self.env.cr.flush()
        self.assertEqual(self.queue._count_waiting(), 1)
        self._run_cron()
        self.assertProgress(started, 3, 25.0, "paused")
        self.assertEqual(self._gathered(started), self.customers[1:].ids)
        self.assertFalse(self.queue.search([("reason", "=", "document")]))

    def test_a_resumed_pass_goes_on_where_it_stopped(self):
        cron = self.env.ref("crm_lifecycle.ir_cron_process_queue")
        started = self._start()
        self.queue._process_batch(limit=1)
        started.with_user(self.manager).action_pause()
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        started.with_user(self.manager).action_resume()
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]))
        self.assertProgress(started, 3, 25.0, "running")
        self._run_cron()
        self.assertProgress(started, 0, 100.0, "done")
        self.assertEqual(started.looked, 4)

    def test_a_pass_paused_with_nobody_left_is_not_done_before_it_is_resumed(self):
        started = self._start()
        while self.queue._process_batch():
            pass
        started.action_pause()
        self.passes._finish_done()
        self.assertEqual(started.state, "paused")
        started.action_resume()
        self.passes._finish_done()
        self.assertEqual(started.state, "done")

    def test_only_what_runs_is_paused_and_what_is_paused_resumed(self):
        started = self.passes._start("demand", self.company).with_user(self.manager)
        for state, may_pause, may_resume in (
            ("waiting", False, False),
            ("running", True, False),
            ("paused", False, True),
            ("done", False, False),
            ("replaced", False, False),
        ):
            for action, allowed in (("action_pause", may_pause), ("action_resume", may_resume)):
                started.sudo().state = state
                with self.subTest(state=state, action=action):
                    if allowed:
                        getattr(started, action)()
                    else:
                        with self.assertRaisesRegex(UserError, "Only what is"):
                            getattr(started, action)()

    def test_several_are_paused_together(self):
        company = self._create_company("Lifecycle Other Company", "base.USD")
        self._confirm_order(self.customers[0], company_id=company.id)
        both = self._start() | self._gather("demand", company)
        both.action_pause()
        self.assertEqual(both.mapped("state"), ["paused", "paused"])
        # What is paused already refuses the whole.
        both[0].action_resume()
        with self.assertRaises(UserError):
            both.action_pause()


@tagged("post_install", "-at_install")
class TestPassRights(PassCase):
    """Managers start, pause and resume; nobody else does, and nobody forges."""

    def test_a_manager_starts_one_for_the_ticked_companies(self):
        action = self.passes.with_user(self.manager).action_start()
        started = self.passes.search([], limit=1)
        self.assertRecordValues(
            started,
            [{"kind": "demand", "company_id": self.company.id, "user_id": self.manager.id}],
        )
        self.assertIn("in the background", action["params"]["message"])
        everywhere = self.env["res.company"].search([])
        ticked = self.passes.with_context(allowed_company_ids=everywhere.ids)
        ticked.sudo().action_start()
        self.assertFalse(self.passes.search([], limit=1).company_id)

    def test_nobody_else_does(self):
        started = self._start()
        own = self._create_user("lifecycle_other", SALES_ALL, "account.group_account_invoice")
        system = self._create_user("lifecycle_system", "base.group_system")
        for user in (self.salesperson, own, system):
            theirs = started.with_user(user)
            for name in ("action_start", "action_pause", "action_resume"):
                with self.subTest(user=user.login, name=name), self.assertRaises(AccessError):
                    getattr(theirs, name)()
                # As from outside.
                with self.subTest(user=user.login, rpc=name), self.assertRaises(AccessError):
                    call_kw(theirs.browse(), name, [started.ids], {})
        self.assertEqual(started.state, "running")

    def test_a_manager_by_rpc(self):
        started = self._start()
        theirs = self.passes.with_user(self.manager)
        call_kw(theirs, "action_pause", [started.ids], {})
        self.assertEqual(started.state, "paused")
        call_kw(theirs, "action_resume", [started.ids], {})
        self.assertEqual(started.state, "running")
        for name in ("write", "unlink"):
            arguments = [started.ids, {"total": 1}] if name == "write" else [started.ids]
            with self.subTest(name), self.assertRaises(AccessError):
                call_kw(theirs, name, arguments, {})
        with self.assertRaises(AccessError):
            call_kw(theirs, "create", [{"kind": "demand", "started_at": "2026-01-01"}], {})

    def test_what_is_internal_is_not_called_from_outside(self):
        for name in ("_start", "_start_due", "_search_waiting", "_finish_done", "_finish"):
            with self.subTest(name), self.assertRaises(AccessError):
                get_public_method(self.passes, name)

    def test_a_manager_sees_those_of_the_ticked_companies(self):
        company = self._create_company("Lifecycle Other Company", "base.USD")
        self._confirm_order(self.customers[0], company_id=company.id)
        own, foreign = self._start(), self._gather("demand", company)
        night = self._gather("night")
        batches = self.env["crm.lifecycle.pass.batch"].create(
            [
                {"pass_id": record.id, "finished_at": "2026-03-03", "looked": 1}
                for record in (own, foreign, night)
            ]
        )
        theirs = self.passes.with_user(self.manager)
        self.assertEqual(theirs.search([("id", ">=", own.id)]), night | own)
        self.assertEqual(
            batches.with_user(self.manager).search([("id", "in", batches.ids)]).pass_id, night | own
        )
        for name, *arguments in (("read", ["total"]), ("action_pause",), ("action_resume",)):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(foreign.with_user(self.manager), name)(*arguments)
        self.assertEqual(foreign.state, "running")
