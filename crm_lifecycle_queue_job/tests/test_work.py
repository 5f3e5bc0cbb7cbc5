from unittest.mock import patch

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo.tests import tagged

from odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work import CrmLifecycleQueue
from odoo.addons.crm_lifecycle_queue_job.models import crm_lifecycle_pass
from odoo.addons.queue_job.job import DONE, PENDING, STARTED

from .common import JobsCase, limit_batches


@tagged("post_install", "-at_install")
class TestWork(JobsCase):
    """A job works for a while, stops when told to, and gives way."""

    def test_a_job_leaves_the_rest_to_the_next(self):
        started = self._gather()
        with limit_batches(1), patch.object(crm_lifecycle_pass, "WORK_SECONDS", 0):
            self._run_job(self._search_jobs(PENDING))
            self.assertPass(started, "running", 3)
            self.assertJobs(("_job_gather", DONE), ("_job_work", DONE), ("_job_work", PENDING))
            self._run_jobs()
        self.assertPass(started, "done")
        self.assertEqual(len(started.batch_ids), 4)
        self.assertEqual(started.looked, 4)
        # One for each batch, and one that finds nothing more.
        self.assertJobs(("_job_gather", DONE), *[("_job_work", DONE)] * 5)

    def test_one_job_does_several_batches(self):
        started = self._gather()
        with limit_batches(1):
            self._run_job(self._search_jobs(PENDING))
        self.assertPass(started, "done")
        self.assertEqual(len(started.batch_ids), 4)
        self.assertFalse(self._search_jobs(PENDING))

    def test_a_paused_pass_is_left_alone(self):
        started = self._gather()
        started.action_pause()
        self._run_jobs()
        self.assertPass(started, "paused", 4)
        self.assertFalse(self._search_jobs(PENDING))
        started.action_resume()
        self.assertEqual(len(self._search_jobs(PENDING)), 1)
        self._run_jobs()
        self.assertPass(started, "done")

    def _pause_after(self, started, resume=False):
        """Have somebody pause a pass after the first batch, and perhaps go on at once."""
        process = CrmLifecycleQueue._process_batch

        def _process_batch(queue, _limit=None, for_pass=None):
            done = process(queue, 1, for_pass)
            if len(for_pass.batch_ids) == 1:
                for_pass.action_pause()
                if resume:
                    for_pass.action_resume()
            return done

        return patch.object(CrmLifecycleQueue, "_process_batch", _process_batch)

    def test_a_job_at_work_stops_when_its_pass_is_paused(self):
        started = self._gather()
        with self._pause_after(started):
            self._run_jobs()
        self.assertPass(started, "paused", 3)
        self.assertFalse(self._search_jobs(PENDING))

    def test_resuming_while_a_job_is_at_work_makes_no_second_one_for_good(self):
        started = self._gather()
        with (
            self._pause_after(started, resume=True),
            patch.object(crm_lifecycle_pass, "WORK_SECONDS", 0),
        ):
            self._run_job(self._search_jobs(PENDING))
        self.assertPass(started, "running", 3)
        self.assertEqual(len(self._search_jobs(PENDING)), 1)
        # Neither does one that works already.
        twin = self._search_jobs(PENDING).copy({"uuid": "twin", "state": STARTED})
        with limit_batches(1), patch.object(crm_lifecycle_pass, "WORK_SECONDS", 0):
            self._run_job(self._search_jobs(PENDING))
        self.assertFalse(self._search_jobs(PENDING))
        twin.unlink()

    def test_a_job_tries_again_where_another_worker_was_faster(self):
        for error in (SerializationFailure, UniqueViolation):
            with self.subTest(error=error):
                started = self._gather()
                self._run_failing(error, 2)
                self.assertPass(started, "done")

    def _run_failing(self, error, times):
        """Do the job that waits, whose first batches fail after they did their work."""
        process, failures = CrmLifecycleQueue._process_batch, []

        def _process_batch(queue, *args, **kwargs):
            done = process(queue, *args, **kwargs)
            if len(failures) < times:
                failures.append(done)
                raise error()
            return done

        with patch.object(CrmLifecycleQueue, "_process_batch", _process_batch):
            self._run_job(self._search_jobs(PENDING))
        self.assertTrue(all(failures))
