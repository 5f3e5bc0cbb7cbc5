from odoo import SUPERUSER_ID
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_MANAGER
from odoo.addons.queue_job.job import DONE, PENDING
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import JobsCase


@tagged("post_install", "-at_install")
class TestJobs(JobsCase):
    """A pass brings the jobs that do it, no more than needed."""

    def test_a_pass_brings_one_job(self):
        with trap_jobs() as trap:
            started = self._start()
            trap.assert_jobs_count(1, only=started._job_gather)
            trap.assert_jobs_count(1)
        job = trap.enqueued_jobs[0]
        self.assertEqual(job.channel, "root.crm_lifecycle")
        self.assertIn("Find the customers: On demand", job.description)
        self.assertTrue(job.job_config.allow_commit)

    def test_rebuilds_come_after_nights_and_those_after_the_hosts_jobs(self):
        with trap_jobs() as trap:
            self._start("demand")
            self._start("night")
        rebuild, night = (job.priority for job in trap.enqueued_jobs)
        self.assertGreater(rebuild, night)
        self.assertGreater(night, 10)

    def test_the_number_of_jobs_depends_on_the_customers(self):
        started = self._start()
        for total, expected in ((1, 1), (1000, 1), (1001, 2), (7500, 8), (1000000, 8)):
            started.total = total
            with self.subTest(total=total), trap_jobs() as trap:
                started._call_workers()
                trap.assert_jobs_count(expected, only=started._job_work)
                self.assertEqual(
                    [call.args for call in trap.calls], [(n,) for n in range(1, expected + 1)]
                )

    def test_jobs_that_wait_are_not_doubled(self):
        started = self._gather()
        started._call_workers()
        started._call_workers()
        self.assertJobs(("_job_gather", DONE), ("_job_work", PENDING))

    def test_the_jobs_do_what_the_cron_does(self):
        profiles = self.env["crm.lifecycle.profile"].search(
            [("partner_id", "in", self.customers.ids)]
        )
        by_cron = profiles.read(), profiles.transition_ids.read()
        self.assertEqual(set(profiles.mapped("purchase_count")), {1})
        self.env.cr.execute(
            "UPDATE crm_lifecycle_profile SET purchase_count = 7 WHERE id = ANY(%s)",
            [profiles.ids],
        )
        self.env.invalidate_all()
        started = self._start()
        self._run_jobs()
        self.assertPass(started, "done")
        self.assertRecordValues(started, [{"total": 4, "looked": 4, "changed": 4, "failed": 0}])
        self.assertEqual((profiles.read(), profiles.transition_ids.read()), by_cron)
        self.assertJobs(("_job_gather", DONE), ("_job_work", DONE))

    def test_several_passes_are_each_done(self):
        nights = self._start("night"), self._start("night")
        rebuild = self._start()
        self._run_jobs()
        for started in (*nights, rebuild):
            self.assertIn(started.state, ("done", "replaced"))
        self.assertFalse(self._search_jobs(PENDING))

    def test_a_manager_starts_them_and_the_superuser_runs_them(self):
        elsewhere = self._create_company("Lifecycle Other Company", "base.USD")
        manager = self._create_user("lifecycle_manager", SALES_MANAGER)
        self.passes.with_user(manager).action_start()
        job = self._search_jobs()
        self.assertRecordValues(
            job, [{"user_id": SUPERUSER_ID, "company_id": self.company.id, "priority": 30}]
        )
        self.assertTrue(job.records.env.su)
        self._run_jobs()
        started = self.passes.search([], limit=1)
        self.assertRecordValues(started, [{"user_id": manager.id, "state": "done", "looked": 4}])
        # One of all companies, by somebody who sees but one of them.
        self._buy(self.customers[0], "2026-02-05")
        self.assertNotIn(elsewhere, manager.company_ids)
        everywhere = self.passes.with_user(manager)._start("demand")
        self._run_jobs()
        self.assertEqual(everywhere.sudo().state, "done")

    def test_jobs_are_named_in_the_language_of_who_started_the_pass(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        manager = self._create_user("lifecycle_wei", SALES_MANAGER, lang="zh_CN")
        self.passes.with_user(manager).action_start()
        self.assertIn("查找客户", self._search_jobs().name)
        self._run_jobs()
        names = self._search_jobs().mapped("name")
        self.assertEqual(len([name for name in names if "查看客户" in name]), 1)

    def test_what_became_of_a_pass_that_is_gone_is_no_failure(self):
        for gather in (False, True):
            with self.subTest(gather=gather):
                started = self._gather() if gather else self._start()
                started.sudo().unlink()
                self._run_jobs()
                self.assertEqual(set(self._search_jobs().mapped("state")), {DONE})
