from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.queue_job.job import CANCELLED, DONE, ENQUEUED, FAILED, PENDING, STARTED
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID
from odoo.addons.queue_job.tests.common import trap_jobs

from .common import JobsCase, job_runner


@tagged("post_install", "-at_install")
class TestFallback(JobsCase):
    """The cron leaves a pass to its jobs as long as they do something."""

    def _age(self, jobs, minutes):
        ago = fields.Datetime.now() - timedelta(minutes=minutes)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE queue_job SET date_created = %s, date_enqueued = NULL, date_started = NULL"
            " WHERE id = ANY(%s)",
            [ago, jobs.ids],
        )
        self.env.invalidate_all()

    def assertLeftToJobs(self, started, expected=True):
        self.env.invalidate_all()
        self.assertEqual(started in self.passes._get_left_to_jobs(), expected)

    def test_the_cron_leaves_a_pass_to_its_jobs(self):
        started = self._start()
        self.assertEqual(self.queue._count_waiting(), 0)
        self._run_cron()
        self.assertPass(started, "waiting")
        self._run_job(self._search_jobs(PENDING))
        self.assertEqual(self.queue._count_waiting(), 0)
        self._run_cron()
        self.assertPass(started, "running", 4)
        self._run_jobs()
        self.assertPass(started, "done")

    def test_the_cron_does_the_documents_meanwhile(self):
        started = self._gather()
        self._buy(self.customers[0], "2026-02-05")
        self.assertEqual(self.queue._count_waiting(), 1)
        self._run_cron()
        self.assertEqual(self.customers[0].lifecycle_profile_id.purchase_count, 2)
        self.assertPass(started, "running", 4)

    def test_a_pass_without_jobs_is_the_crons(self):
        with trap_jobs():
            started = self._start()
        self._run_cron()
        self.assertPass(started, "running", 4)
        self._search_jobs(PENDING).unlink()
        self._run_cron()
        self.assertPass(started, "done")

    def test_a_pass_whose_jobs_show_no_life_is_the_crons(self):
        started = self._start()
        for minutes, expected in ((9, True), (11, False)):
            with self.subTest(minutes=minutes):
                self._age(self._search_jobs(), minutes)
                self.assertLeftToJobs(started, expected)
                self.assertEqual(self.queue._count_waiting(), 0 if expected else 1)
        self._run_cron()
        # The cron has found the customers; from here on it is the next jobs' pass.
        self.assertPass(started, "running", 4)
        self._age(self._search_jobs(), 11)
        self._run_cron()
        self.assertPass(started, "done")
        # Late, and without anything to do.
        self._run_jobs()
        self.assertEqual(set(self._search_jobs().mapped("state")), {DONE})
        self.assertEqual(started.looked, 4)

    def test_only_jobs_that_run_or_will_count(self):
        started = self._gather()
        job = self._search_jobs(PENDING)
        states = {PENDING: True, ENQUEUED: True, STARTED: True}
        states |= {FAILED: False, CANCELLED: False, DONE: False}
        for state, expected in states.items():
            with self.subTest(state=state):
                job.state = state
                self.assertLeftToJobs(started, expected)

    def test_a_job_that_was_taken_up_lately_counts(self):
        started = self._gather()
        job = self._search_jobs(PENDING)
        for name in ("date_enqueued", "date_started"):
            with self.subTest(date=name):
                self._age(job, 60)
                self.assertLeftToJobs(started, False)
                job[name] = fields.Datetime.now()
                self.assertLeftToJobs(started, True)

    def test_others_jobs_do_not_count(self):
        started = self._gather()
        self._search_jobs(PENDING).unlink()
        self.jobs.with_delay()._test_job()
        self.assertLeftToJobs(started, False)

    def test_without_a_runner_the_cron_does_everything(self):
        started = self._gather()
        self.stop_runner()
        self.assertLeftToJobs(started, False)
        self._run_cron()
        self.assertPass(started, "done")
        count = len(self._search_jobs())
        again = self._start()
        self._run_cron()
        self.assertPass(again, "done")
        self.assertEqual(len(self._search_jobs()), count)

    def test_a_runner_of_another_database_does_not_count(self):
        self.assertTrue(self.passes._has_job_runner())
        self.stop_runner()
        with job_runner("postgres"):
            self.assertFalse(self.passes._has_job_runner())

    def test_other_locks_do_not_count(self):
        self.stop_runner()
        self.env.cr.execute("SELECT pg_advisory_xact_lock(%s)", [PG_ADVISORY_LOCK_ID + 1])
        self.env.cr.execute("SELECT pg_advisory_xact_lock(%s, %s)", [PG_ADVISORY_LOCK_ID >> 32, 1])
        self.assertFalse(self.passes._has_job_runner())
