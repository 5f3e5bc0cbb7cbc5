from contextlib import contextmanager
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work import CrmLifecycleQueue
from odoo.addons.queue_job.job import DONE, FAILED, PENDING

from .common import job_runner, run_job

CUSTOMERS = 6


@tagged("post_install", "-at_install")
class TestSideBySide(TransactionCase):
    """Jobs of one pass on real connections and committed data.

    What a job commits stays, however the job itself ends.
    """

    def setUp(self):
        super().setUp()
        self.enterContext(job_runner(self.env.cr.dbname))
        with self._commit() as env:
            self.partners = env["res.partner"].create(
                [{"name": f"Concurrent {number}"} for number in range(CUSTOMERS)]
            )
            env["crm.lead"].create(
                [
                    {"name": "Lead", "type": "lead", "partner_id": partner.id}
                    for partner in self.partners
                ]
            )
            self._forget_queue(env)
            self.started = env["crm.lifecycle.pass"].create(
                {
                    "kind": "demand",
                    "state": "running",
                    "started_at": env.cr.now(),
                    "total": CUSTOMERS,
                }
            )
            env["crm.lifecycle.queue"]._append(
                SQL("SELECT UNNEST(%s)", self.partners.ids), "pass", self.started
            )
            self.started._call_workers()
        self.addCleanup(self._clean_up)

    @contextmanager
    def _commit(self):
        """A connection of its own, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})

    def _clean_up(self):
        with self._commit() as env:
            self._search_jobs(env).unlink()
            self.started.with_env(env).unlink()
            env["crm.lead"].search([("partner_id", "in", self.partners.ids)]).unlink()
            self.partners.with_env(env).unlink()
            self._forget_queue(env)

    def _forget_queue(self, env):
        """Drop what the making and unmaking of the documents has queued."""
        env.flush_all()
        env.cr.flush()
        env.cr.execute(
            "DELETE FROM crm_lifecycle_queue WHERE partner_ref = ANY(%s)", [self.partners.ids]
        )

    def _search_jobs(self, env):
        return env["queue.job"].search([("model_name", "=", "crm.lifecycle.pass")], order="id")

    def _run_next(self):
        """Do the first job that waits, on connections of its own."""
        with self._commit() as env:
            jobs = self._search_jobs(env).filtered(lambda job: job.state == PENDING)
            run_job(env, jobs[0])
            env.cr.commit()

    def assertPass(self, **expected):
        with self._commit() as env:
            self.assertRecordValues(self.started.with_env(env), [expected])

    def assertJobs(self, *expected):
        """Compare the jobs with (state, tries that count)."""
        with self._commit() as env:
            jobs = self._search_jobs(env)
            self.assertEqual([(job.state, job.retry) for job in jobs], list(expected))

    def _limit_batches(self, limit, after=None):
        """Have batches take so many customers, and something happen when one is done.

        :param after: is called with the number of batches that were done
        """
        process, batches = CrmLifecycleQueue._process_batch, []

        def _process_batch(queue, _limit=None, for_pass=None):
            done = process(queue, limit, for_pass)
            batches.append(done)
            if after:
                after(len(batches))
            return done

        self.batches = batches
        return patch.object(CrmLifecycleQueue, "_process_batch", _process_batch)

    def test_two_jobs_share_a_pass(self):
        with self._commit() as env:
            self.started.with_env(env)._delay_work(2)

        def _after(number):
            if number == 1:
                # The first job has two customers in hand when the other one comes.
                self._run_next()

        with self._limit_batches(2, _after):
            self._run_next()
        # Two by the first; the second took two and two, and found no more that was free;
        # neither did the first.
        self.assertEqual(self.batches, [2, 2, 2, 0, 0])
        self.assertPass(state="done", looked=CUSTOMERS, remaining=0, failed=0)
        self.assertJobs((DONE, 1), (DONE, 1))
        with self._commit() as env:
            profiles = env["crm.lifecycle.profile"].search(
                [("partner_id", "in", self.partners.ids)]
            )
            self.assertEqual(set(profiles.partner_id.ids), set(self.partners.ids))

    def test_a_job_waits_for_customers_that_others_have_in_hand(self):
        with self._commit() as other:
            queue, started = other["crm.lifecycle.queue"], self.started.with_env(other)
            self.assertEqual(queue._process_batch(2, started), 2)
            self._run_next()
            self.assertPass(state="running", looked=4, remaining=2)
            self.assertJobs((PENDING, 0))
            with self._commit() as env:
                self.assertTrue(self._search_jobs(env).eta)
        self._run_next()
        self.assertPass(state="done", looked=CUSTOMERS, remaining=0)
        self.assertJobs((DONE, 1))

    def test_but_only_the_first_job_does(self):
        with self._commit() as env:
            self.started.with_env(env)._delay_work(2)
            self._search_jobs(env)[0].unlink()
        with self._commit() as other:
            other["crm.lifecycle.queue"]._process_batch(2, self.started.with_env(other))
            self._run_next()
            self.assertJobs((DONE, 1))
        self.assertPass(state="running", remaining=0)

    def test_a_job_makes_way_where_others_are_always_faster(self):
        def _after(number):
            if number > 1:
                raise SerializationFailure()

        with self._limit_batches(2, _after):
            self._run_next()
        self.assertPass(state="running", looked=2, remaining=4)
        # It may try as often as it has to.
        self.assertJobs((PENDING, 0))
        self._run_next()
        self.assertPass(state="done", looked=CUSTOMERS, remaining=0)

    def test_a_job_that_breaks_down_keeps_what_it_did(self):
        def _after(number):
            if number > 1:
                raise ValueError("out of order")

        with (
            self._limit_batches(2, _after),
            self.assertLogs("odoo.addons.queue_job.controllers.main", "ERROR"),
            self.assertRaisesRegex(ValueError, "out of order"),
        ):
            self._run_next()
        self.assertPass(state="running", looked=2, remaining=4)
        self.assertJobs((FAILED, 1))
        # From here on it is the cron's.
        with self._commit() as env:
            self.assertNotIn(
                self.started.with_env(env), self.started.with_env(env)._get_left_to_jobs()
            )
            self.assertIn(self.started.id, env["crm.lifecycle.queue"]._get_running_passes())
