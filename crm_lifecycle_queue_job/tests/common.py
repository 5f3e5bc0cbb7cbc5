"""What the tests of jobs build on: a job runner that is there or not, and a way to have
jobs done as it does.
"""

from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api, sql_db

from odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work import CrmLifecycleQueue
from odoo.addons.crm_lifecycle.tests.common import LifecycleCase
from odoo.addons.queue_job.controllers.main import RunJobController
from odoo.addons.queue_job.job import ENQUEUED, PENDING
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID


@contextmanager
def job_runner(dbname):
    """Hold the lock that a job runner holds while it serves a database."""
    with sql_db.db_connect(dbname).cursor() as cr:
        cr.execute("SELECT pg_try_advisory_lock(%s)", [PG_ADVISORY_LOCK_ID])
        assert cr.fetchone()[0], "a job runner serves the database of the tests"
        try:
            yield
        finally:
            cr.execute("SELECT pg_advisory_unlock(%s)", [PG_ADVISORY_LOCK_ID])


def run_job(env, job):
    """Do a job as the controller does that the runner calls."""
    job.state = ENQUEUED
    env.cr.flush()
    acquired = RunJobController._acquire_job(env, job.uuid)
    RunJobController._runjob(env, acquired)


def limit_batches(limit):
    """Have batches take no more customers than that."""
    process = CrmLifecycleQueue._process_batch

    def _process_batch(self, _limit=None, for_pass=None):
        return process(self, limit, for_pass)

    return patch.object(CrmLifecycleQueue, "_process_batch", _process_batch)


class JobsCase(LifecycleCase):
    """Four customers with an order each, and a job runner that does what it is told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.passes = cls.env["crm.lifecycle.pass"]
        cls.jobs = cls.env["queue.job"]
        # Whatever else the database has to do is not this test's business.
        cls.passes.search([("state", "in", ("waiting", "running", "paused"))]).unlink()
        cls.jobs.search([("model_name", "=", cls.passes._name)]).unlink()
        cls.customers = cls.env["res.partner"].union(
            *(cls._create_customer(f"Customer {number}") for number in range(4))
        )
        case = cls("_buy_all")
        case._buy_all()

    def setUp(self):
        super().setUp()
        runner = ExitStack()
        runner.enter_context(job_runner(self.env.cr.dbname))
        self.addCleanup(runner.close)
        self.stop_runner = runner.close

    def _buy_all(self):
        for customer in self.customers:
            self._buy(customer, "2026-01-05")
        self._process_queue()

    def _start(self, kind="demand"):
        return self.passes._start(kind, self.company)

    def _search_jobs(self, *states):
        self.env.invalidate_all()
        domain = [("model_name", "=", self.passes._name)]
        if states:
            domain.append(("state", "in", states))
        return self.jobs.search(domain, order="priority, id")

    def _run_job(self, job):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            run_job(env, job.with_env(env))
        self.env.invalidate_all()

    def _run_jobs(self):
        """Do the jobs that wait, and those that come of them, one after the other."""
        while job := self._search_jobs(PENDING)[:1]:
            self._run_job(job)

    def _gather(self):
        """Start a pass and do its first job, so that it runs."""
        started = self._start()
        self._run_job(self._search_jobs(PENDING))
        self.assertPass(started, "running", 4)
        return started

    def _run_cron(self):
        self.env.cr.flush()
        with self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_process_queue").method_direct_trigger()
        self.env.invalidate_all()

    def assertPass(self, started, state, remaining=0):
        self.env.invalidate_all()
        self.assertRecordValues(started, [{"state": state, "remaining": remaining}])

    def assertJobs(self, *expected):
        """Compare the jobs with (method, state)."""
        found = [(job.method_name, job.state) for job in self._search_jobs()]
        self.assertEqual(sorted(found), sorted(expected))
