from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.models.crm_lifecycle_queue import CrmLifecycleQueue

from .common import SALES, SALES_MANAGER, LifecycleCase


@tagged("post_install", "-at_install")
class TestRebuild(LifecycleCase):
    """Everybody's history is rebuilt in the background, and one can follow."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rebuilds = cls.env["crm.lifecycle.rebuild"]
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

    def _start(self, reason="demand"):
        return self.rebuilds._start(reason, self.company)

    def _run_cron(self):
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_process_queue").method_direct_trigger()
        self.env.invalidate_all()

    def assertProgress(self, rebuild, remaining, progress, state):
        self.env.invalidate_all()
        self.assertRecordValues(
            rebuild, [{"remaining": remaining, "progress": progress, "state": state}]
        )

    def test_progress_is_what_is_left_in_the_queue(self):
        with self.at("2026-03-03"):
            rebuild = self._start()
        self.assertRecordValues(
            rebuild, [{"total": 4, "company_id": self.company.id, "user_id": self.env.uid}]
        )
        self.assertProgress(rebuild, 4, 0.0, "running")
        self.queue._process_batch(limit=1)
        self.rebuilds._finish_done()
        self.assertProgress(rebuild, 3, 25.0, "running")
        # Whoever takes over goes on where it stopped.
        self.queue._process_batch(limit=2)
        self.assertProgress(rebuild, 1, 75.0, "running")
        self._run_cron()
        self.assertProgress(rebuild, 0, 100.0, "done")
        self.assertTrue(rebuild.finished_at)
        finished_at = rebuild.finished_at
        self._run_cron()
        self.assertEqual(rebuild.finished_at, finished_at)

    def test_a_worker_that_breaks_down_loses_nothing(self):
        rebuild = self._start()
        process, broken = CrmLifecycleQueue._process_batch, []

        def _process_batch(self, limit=1):
            if broken:
                raise ValueError("out of order")
            broken.append(True)
            return process(self, limit=2)

        with (
            patch.object(CrmLifecycleQueue, "_process_batch", _process_batch),
            self.assertLogs("odoo.addons.base.models.ir_cron", "ERROR"),
        ):
            self._run_cron()
        self.assertProgress(rebuild, 2, 50.0, "running")
        self._run_cron()
        self.assertProgress(rebuild, 0, 100.0, "done")

    def test_others_in_the_queue_are_not_counted(self):
        self.queue._enqueue_everybody("sweep")
        self.queue._mark(self.customers.ids)
        self.env.cr.flush()
        first, second = self._start(), self._start()
        self.assertProgress(first, 4, 0.0, "running")
        self.assertProgress(second, 4, 0.0, "running")
        self._run_cron()
        for rebuild in (first, second):
            self.assertProgress(rebuild, 0, 100.0, "done")

    def test_the_sweep_leaves_alone_who_waits_for_a_rebuild(self):
        self._start()
        self.queue._enqueue_everybody("sweep")
        waiting = self.queue.search([]).mapped("partner_ref")
        for customer in self.customers:
            self.assertEqual(waiting.count(customer.id), 1)

    def test_a_customer_who_fails_does_not_hold_it_up(self):
        rebuild = self._start()
        profiles = self.env.registry["crm.lifecycle.profile"]
        refresh, failing = profiles._refresh, self.customers[0].id

        def _refresh(self, partner_ids, *args, **kwargs):
            if failing in partner_ids:
                raise ValueError("odd")
            return refresh(self, partner_ids, *args, **kwargs)

        with (
            patch.object(profiles, "_refresh", _refresh),
            self.assertLogs("odoo.addons.crm_lifecycle.models.crm_lifecycle_queue", "ERROR"),
        ):
            self._process_queue()
        self.rebuilds._finish_done()
        self.assertProgress(rebuild, 0, 100.0, "done")

    def test_a_customer_who_is_gone_does_not_hold_it_up(self):
        rebuild = self._start()
        gone = self._create_customer("Gone")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_queue SET partner_ref = %s WHERE partner_ref = %s",
            [gone.id, self.customers[0].id],
        )
        gone.unlink()
        self._run_cron()
        self.assertProgress(rebuild, 0, 100.0, "done")

    def test_nobody_to_rebuild_is_done_at_once(self):
        company = self._create_company("Lifecycle Empty Company", "base.EUR")
        rebuild = self.rebuilds._start("demand", company)
        self.assertRecordValues(rebuild, [{"total": 0, "state": "done", "progress": 100.0}])

    def test_one_of_all_companies_reaches_everybody(self):
        company = self._create_company("Lifecycle Other Company", "base.USD")
        elsewhere = self._create_customer("Elsewhere")
        self._confirm_order(elsewhere, company_id=company.id)
        lead = self._create_customer("Everybody's")
        self._create_lead(lead, company_id=False)
        self.env.flush_all()
        for chosen, expected in ((None, True), (self.company, False), (company, True)):
            with self.subTest(company=chosen):
                self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
                self.rebuilds._start("install", chosen)
                waiting = self.queue.search([]).mapped("partner_ref")
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

    def test_a_manager_starts_one_for_the_ticked_companies(self):
        action = self.rebuilds.with_user(self.manager).action_start()
        rebuild = self.rebuilds.search([], limit=1)
        self.assertRecordValues(
            rebuild,
            [{"reason": "demand", "company_id": self.company.id, "user_id": self.manager.id}],
        )
        self.assertIn("4 customers", action["params"]["message"])
        everywhere = self.env["res.company"].search([])
        ticked = self.rebuilds.with_context(allowed_company_ids=everywhere.ids)
        ticked.sudo().action_start()
        self.assertFalse(self.rebuilds.search([], limit=1).company_id)

    def test_nobody_else_does(self):
        with self.assertRaises(AccessError):
            self.rebuilds.with_user(self.salesperson).action_start()
        own = self._create_user("lifecycle_other", SALES, "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.rebuilds.with_user(own).action_start()

    def test_a_manager_sees_those_of_the_ticked_companies(self):
        company = self._create_company("Lifecycle Other Company", "base.USD")
        own, foreign = self._start(), self.rebuilds._start("demand", company)
        everybody = self.rebuilds._start("install")
        found = self.rebuilds.with_user(self.manager).search([("id", ">=", own.id)])
        self.assertEqual(found, everybody | own)
        with self.assertRaises(AccessError):
            foreign.with_user(self.manager).read(["total"])
