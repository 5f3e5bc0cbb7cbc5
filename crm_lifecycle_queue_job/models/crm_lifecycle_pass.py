import time
from datetime import timedelta
from functools import partial

from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.models.crm_lifecycle_pass import REBUILDS
from odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work import (
    CONCURRENCY_ERRORS,
    MAX_RETRIES,
)
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.job import ENQUEUED, PENDING, STARTED, WAIT_DEPENDENCIES
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

JOB_METHODS = ("_job_gather", "_job_work")
# Jobs that work on one pass side by side, at most; the channel's capacity may be less.
MAX_WORKERS = 8
# Customers for whom a further job is worth its while.
CUSTOMERS_PER_WORKER = 1000
# Seconds after which a job leaves the rest to the next one, so that other jobs have their
# turn and no limit on a request's time is near.
WORK_SECONDS = 20
# Seconds after which a job whose customers others have in hand looks again.
RETRY_SECONDS = 5
# Without a sign of life for so long, jobs are given up and the cron does the work.
PATIENCE = timedelta(minutes=10)
# The host's own jobs have 10, and smaller numbers come first.
PRIORITY, PRIORITY_REBUILD = 20, 30


class CrmLifecyclePass(models.Model):
    """A pass is done by jobs while a job runner is there, else by the base's cron."""

    _inherit = "crm.lifecycle.pass"

    @api.model
    def _start(self, kind, company=None, policy=None):
        started = super()._start(kind, company, policy)
        if self._has_job_runner():
            env = started._get_starter_env()
            name = started.with_env(env).display_name
            description = env._("Find the customers: %(pass_name)s", pass_name=name)
            started._delay("gather", description)._job_gather()
        return started

    @api.model
    def _search_waiting(self):
        """Leave passes to the jobs that gather for them."""
        if not self.env.context.get("job_uuid"):
            waiting = self.sudo().search([("state", "=", "waiting")])
            if waiting and waiting <= self._get_left_to_jobs():
                return self.sudo().browse()
        return super()._search_waiting()

    def _call_workers(self):
        """Have jobs look at the customers; crons may help for want of a runner."""
        super()._call_workers()
        if self._has_job_runner():
            workers = min(MAX_WORKERS, -(-self.total // CUSTOMERS_PER_WORKER))
            for number in range(1, workers + 1):
                self._delay_work(number)

    # ------------------------------------------------------------
    # ENQUEUE
    # ------------------------------------------------------------

    def _delay_work(self, number):
        env = self._get_starter_env()
        description = env._(
            "Look at customers (%(number)s): %(pass_name)s",
            number=number,
            pass_name=self.with_env(env).display_name,
        )
        self._delay(f"work:{number}", description)._job_work(number)

    def _delay_next(self, number):
        """Enqueue the job that goes on, unless resuming the pass has brought one."""
        twins = Domain("identity_key", "=", self._get_job_key(f"work:{number}"))
        others = Domain("uuid", "!=", self.env.context.get("job_uuid"))
        if not self._search_jobs(twins & others):
            self._delay_work(number)

    def _delay(self, key, description):
        """Return what makes a job of the next method that is called.

        Like the cron, jobs run as the superuser, whoever started the pass. A job that
        still waits is not doubled.

        :param str key: which of the jobs of the pass
        """
        self.ensure_one()
        company_id = self.sudo().company_id.id
        superuser = self.env(user=SUPERUSER_ID, su=True, context={"company_id": company_id})
        return self.with_env(superuser).with_delay(
            priority=PRIORITY_REBUILD if self.sudo().kind in REBUILDS else PRIORITY,
            description=description,
            identity_key=self._get_job_key(key),
        )

    def _get_job_key(self, key):
        return f"crm_lifecycle_pass:{self.id}:{key}"

    def _get_starter_env(self):
        """Return the environment for texts, in the language of who started the pass."""
        return self.sudo().with_context(lang=self.sudo().user_id.lang).env

    # ------------------------------------------------------------
    # JOBS
    # ------------------------------------------------------------

    def _job_gather(self):
        """Find the customers whom a pass has to look at."""
        while self.exists().state == "waiting":
            if not self._commit_step(self._search_waiting):
                # Somebody else is about it.
                break

    def _job_work(self, number):
        """Look at customers of a pass, a commit a batch, and leave the rest to the next job.

        :param int number: which of the jobs that work side by side, from 1
        """
        process = partial(self.env["crm.lifecycle.queue"]._process_batch, for_pass=self)
        ends_at = time.monotonic() + WORK_SECONDS
        while self.exists().state == "running" and self._commit_step(process):
            if time.monotonic() >= ends_at:
                self._delay_next(number)
                return
        if self._commit_step(self._finish_done):
            # What comes after a pass is done by the queue's own workers.
            self._commit_step(self.env["crm.lifecycle.queue"]._wake)
        if number == 1 and self.exists().state == "running":
            raise RetryableJobError(
                self.env._("Others have the last customers in hand"),
                seconds=RETRY_SECONDS,
                ignore_retry=True,
            )

    def _commit_step(self, step):
        """Do something and commit; again if another worker was faster.

        :raise RetryableJobError: if others were faster each time
        :return: what the step returns
        """
        for _attempt in range(MAX_RETRIES):
            try:
                done = step()
                # The job's function allows it: the lock on the job is another cursor's.
                self.env.cr.commit()  # pylint: disable=invalid-commit
                return done
            except CONCURRENCY_ERRORS:
                self.env.cr.rollback()
        raise RetryableJobError(
            self.env._("Another worker was faster"), seconds=RETRY_SECONDS, ignore_retry=True
        )

    # ------------------------------------------------------------
    # SIGNS OF LIFE
    # ------------------------------------------------------------

    @api.model
    def _get_left_to_jobs(self):
        """Return the passes that are none of the cron's business.

        Those with a job that runs or will, if a runner is there and something happened to
        the job lately. What became of other jobs (failed, cancelled, forgotten) does not
        matter: the cron does their work.
        """
        long_ago = fields.Datetime.now() - PATIENCE
        jobs = self._search_jobs(
            Domain.OR(
                [(name, ">", long_ago)]
                for name in ("date_created", "date_enqueued", "date_started")
            )
        )
        if not jobs or not self._has_job_runner():
            return self.browse()
        return self.union(*(job.records for job in jobs))

    @api.model
    def _search_jobs(self, domain=Domain.TRUE):
        """Return the jobs of passes that run or are to be run."""
        return (
            self.env["queue.job"]
            .sudo()
            .search(
                Domain("model_name", "=", self._name)
                & Domain("method_name", "in", JOB_METHODS)
                & Domain("state", "in", (WAIT_DEPENDENCIES, PENDING, ENQUEUED, STARTED))
                & domain
            )
        )

    @api.model
    def _has_job_runner(self):
        """Tell whether a job runner serves this database: it holds a lock while it does."""
        [[found]] = self.env.execute_query(
            SQL(
                """SELECT EXISTS (
                   SELECT FROM pg_locks
                    WHERE locktype = 'advisory' AND objsubid = 1 AND granted
                      AND database = (SELECT oid FROM pg_database
                                       WHERE datname = current_database())
                      AND (classid::bigint << 32 | objid::bigint) = %s)""",
                PG_ADVISORY_LOCK_ID,
            )
        )
        return found
