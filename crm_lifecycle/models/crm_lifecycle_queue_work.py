import logging
import os
import socket
import time

import psycopg2.errors

from odoo import api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Customers taken in one transaction: few enough for the advisory locks of several
# workers to fit into PostgreSQL's shared lock table.
BATCH_SIZE = 500
# Times that a batch is tried again after another worker got in its way.
MAX_RETRIES = 5
# First key of the advisory locks on customers ("crml" in ASCII).
LOCK_SPACE = 0x63726D6C

CONCURRENCY_ERRORS = (
    *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY,
    # Under REPEATABLE READ a row that another worker just inserted is not seen.
    psycopg2.errors.UniqueViolation,
)


class CrmLifecycleQueue(models.Model):
    """What waits is worked off, by any number of workers on any number of hosts."""

    _inherit = "crm.lifecycle.queue"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------
    # JOBS
    # ------------------------------------------------------------

    @api.model
    def _cron_process(self):
        """Work the queue off, a transaction a batch; any number of workers may."""
        retries = 0
        while retries <= MAX_RETRIES:
            try:
                done = self._process_next()
            except CONCURRENCY_ERRORS:
                _logger.info("Customer queue: another worker was faster, trying again")
                self.env.cr.rollback()
                retries += 1
                continue
            retries = 0
            # What this worker could not take, others have in hand.
            remaining = self._count_waiting() if done else 0
            time_left = self.env["ir.cron"]._commit_progress(done, remaining=remaining)
            if not (done and time_left):
                break

    @api.model
    def _cron_help(self):
        """Work off what a pass left in the queue, beside the worker who began it."""
        self._cron_process()

    @api.model
    def _cron_sweep(self):
        """Start the nightly pass, for what no hook saw and what time alone changes."""
        self.env["crm.lifecycle.pass"]._start_due()
        self.env["ir.cron"]._commit_progress(1, remaining=0)

    @api.model
    def _process_next(self):
        """Work off a batch of changed documents, else gather the customers of a pass that
        waits, else work off a batch of a pass, else do what comes after a pass.

        :return: number of things done, 0 if there was nothing to do
        """
        passes = self.env["crm.lifecycle.pass"]
        return (
            self._process_documents()
            or len(passes._search_waiting())
            or self._process_batch()
            or passes._finish_done()
            or passes._measure_next()
            or self.env["crm.lifecycle.reclassification"]._process_next()
        )

    # ------------------------------------------------------------
    # BATCH
    # ------------------------------------------------------------

    @api.model
    def _process_batch(self, limit=BATCH_SIZE, for_pass=None):
        """Take customers off the queue and refresh them; never commits.

        :param for_pass: the pass to work on alone, if it is running
        :return: number of rows taken off
        """
        began = time.monotonic()
        return self._look_at(*self._take(limit, for_pass), began)

    @api.model
    def _process_documents(self, limit=BATCH_SIZE):
        """Do the same with those alone whose documents changed."""
        began = time.monotonic()
        return self._look_at(None, self._take_documents(limit), began)

    @api.model
    def _look_at(self, pass_id, taken, began):
        """Refresh customers that were taken off the queue, see ``_take``.

        :param float began: when they were, by ``time.monotonic``
        """
        customers = {customer for customer, _reason, _rows in taken if customer}
        announced = {customer for customer, reason, _rows in taken if reason == "document"}
        changed = failed = 0
        for announce, ids in ((True, announced), (False, customers - announced)):
            written, set_aside = self._refresh_or_set_aside(
                sorted(ids & customers), announce, pass_id
            )
            changed += written
            failed += set_aside
        if pass_id and taken:
            self.env["crm.lifecycle.pass.batch"].sudo().create(
                {
                    "pass_id": pass_id,
                    "finished_at": fields.Datetime.now(),
                    "looked": len(customers),
                    "changed": changed,
                    "failed": failed,
                    "seconds": time.monotonic() - began,
                    "worker": f"{socket.gethostname()}:{os.getpid()}",
                }
            )
        return sum(rows for _customer, _reason, rows in taken)

    @api.model
    def _take(self, limit, for_pass=None):
        """Delete the next rows and return the customers that they named.

        What documents ask for comes before passes, and of these the nightly ones before
        rebuilds. Customers that another worker has in hand are left in the queue.

        :return: the pass, None for documents, and a list of
            (commercial partner id or None if gone, reason, number of rows)
        """
        if for_pass:
            pass_ids = for_pass.filtered(lambda record: record.state == "running").ids
        elif taken := self._take_documents(limit):
            return None, taken
        else:
            pass_ids = self._get_running_passes()
        for pass_id in pass_ids:
            which = SQL("pass_id = %s AND pass_id > 0", pass_id)
            if taken := self._take_from(which, SQL("id"), limit):
                return pass_id, taken
        return None, []

    @api.model
    def _take_documents(self, limit):
        """Take the next rows of no pass, those of changed documents first."""
        return self._take_from(SQL("pass_id IS NULL"), SQL("(reason <> 'document'), id"), limit)

    @api.model
    def _get_running_passes(self):
        """Return the ids of the passes to work on, in the order in which to do so.

        A bridge that has others work on a pass leaves it out.
        """
        self.env["crm.lifecycle.pass"].flush_model(["state"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_lifecycle_pass WHERE state = 'running'"
                " ORDER BY kind NOT IN ('night', 'week'), id"
            )
        )
        return [pass_id for (pass_id,) in rows]

    @api.model
    def _take_from(self, which, order, limit):
        """Take rows of one kind, see ``_take``.

        :param SQL which: condition on the rows, one of those of the indexes
        :param SQL order: in which order
        """
        self.env.cr.execute(
            SQL(
                """WITH candidate AS MATERIALIZED (
                        SELECT id, partner_ref, reason
                          FROM crm_lifecycle_queue
                         WHERE failed_at IS NULL AND %(which)s
                      ORDER BY %(order)s
                         LIMIT %(limit)s
                    FOR UPDATE SKIP LOCKED),
                   customer AS MATERIALIZED (
                        SELECT DISTINCT partner.commercial_partner_id AS id
                          FROM candidate
                          JOIN res_partner partner ON partner.id = candidate.partner_ref
                         WHERE partner.commercial_partner_id IS NOT NULL
                      ORDER BY partner.commercial_partner_id),
                   locked AS MATERIALIZED (
                        SELECT id FROM customer
                         WHERE pg_try_advisory_xact_lock(%(space)s, id)),
                   taken AS (
                        DELETE FROM crm_lifecycle_queue queue
                         USING candidate
                     LEFT JOIN res_partner partner ON partner.id = candidate.partner_ref
                         WHERE queue.id = candidate.id
                           -- Of a contact that is gone, or nobody's, there is nothing to do.
                           AND (partner.commercial_partner_id IS NULL
                                OR partner.commercial_partner_id IN (SELECT id FROM locked))
                     RETURNING partner.commercial_partner_id AS customer_id, queue.reason)
                   SELECT customer_id, reason, COUNT(*)
                     FROM taken
                 GROUP BY customer_id, reason""",
                which=which,
                order=order,
                limit=limit,
                space=LOCK_SPACE,
            ),
            # That another worker was faster is no error; whatever else it is gets
            # logged by who runs the job.
            log_exceptions=False,
        )
        return self.env.cr.fetchall()

    @api.model
    def _refresh_or_set_aside(self, partner_ids, announce, pass_id=None):
        """Refresh customers; one that fails does not stop the rest.

        :return: number of customers of whom something was written, and that failed
        """
        if not partner_ids:
            return 0, 0
        try:
            with self.env.cr.savepoint():
                written = self.env["crm.lifecycle.profile"]._refresh(partner_ids, announce)
                self._forget_failures(partner_ids)
            return len(written.changed_ids), 0
        except CONCURRENCY_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, the rest must go on
            self.env.invalidate_all()
            if len(partner_ids) == 1:
                self._set_aside(partner_ids[0], error, pass_id)
                return 0, 1
            middle = len(partner_ids) // 2
            halves = (
                self._refresh_or_set_aside(part, announce, pass_id)
                for part in (partner_ids[:middle], partner_ids[middle:])
            )
            return tuple(map(sum, zip(*halves, strict=True)))

    # ------------------------------------------------------------
    # SET ASIDE
    # ------------------------------------------------------------

    @api.model
    def _set_aside(self, partner_id, error, pass_id=None):
        _logger.error("Customer lifecycle: customer %s is set aside", partner_id, exc_info=error)
        now = fields.Datetime.now()
        self._forget_failures([partner_id])
        self.sudo().create(
            {
                "partner_ref": partner_id,
                "reason": "pass" if pass_id else "document",
                "pass_id": pass_id,
                "queued_at": now,
                "failed_at": now,
                "error": f"{type(error).__name__}: {error}",
            }
        )

    @api.model
    def _forget_failures(self, partner_ids):
        self.env.cr.execute(
            SQL(
                "DELETE FROM crm_lifecycle_queue"
                " WHERE failed_at IS NOT NULL AND partner_ref = ANY(%s)",
                list(partner_ids),
            )
        )

    @api.model
    def _forget_deleted(self):
        """Drop the failures of contacts that are gone."""
        self.env.cr.execute(
            "DELETE FROM crm_lifecycle_queue WHERE failed_at IS NOT NULL AND NOT EXISTS ("
            "SELECT FROM res_partner WHERE res_partner.id = crm_lifecycle_queue.partner_ref)"
        )

    @api.model
    def _forget_replaced(self):
        """Drop what is left of passes that nobody works on any more.

        A worker that was killed gives back rows of a pass that was replaced meanwhile.
        """
        self.env.cr.execute(
            SQL(
                """DELETE FROM crm_lifecycle_queue
                    WHERE id = ANY(ARRAY(
                          SELECT id FROM crm_lifecycle_queue queue
                           WHERE failed_at IS NULL AND pass_id > 0
                             AND NOT EXISTS (
                                 SELECT FROM crm_lifecycle_pass pass
                                  WHERE pass.id = queue.pass_id
                                    AND pass.state IN ('waiting', 'running', 'paused'))
                      FOR UPDATE SKIP LOCKED))"""
            )
        )

    # ------------------------------------------------------------
    # COUNT
    # ------------------------------------------------------------

    @api.model
    def _count_waiting(self, limit=10000):
        """Return what is left to do: rows counted up to ``limit``, passes not begun."""
        [[count]] = self.env.execute_query(
            SQL(
                """SELECT (SELECT COUNT(*)
                             FROM (SELECT FROM crm_lifecycle_queue
                                    WHERE failed_at IS NULL AND pass_id IS NULL
                                    LIMIT %(limit)s) open)
                        + (SELECT COUNT(*)
                             FROM (SELECT FROM crm_lifecycle_queue
                                    WHERE failed_at IS NULL AND pass_id > 0
                                      AND pass_id = ANY(%(running)s)
                                    LIMIT %(limit)s) passing)
                        + (SELECT COUNT(*) FROM crm_lifecycle_pass
                            WHERE state = 'waiting' OR to_measure)
                        + (SELECT COUNT(*) FROM crm_lifecycle_reclassification)""",
                running=self._get_running_passes(),
                limit=limit,
            )
        )
        return count

    @api.model
    def _count_of_passes(self, pass_ids):
        """Return how many customers wait of each pass, as ``{pass id: number}``."""
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT pass_id, COUNT(*)
                         FROM crm_lifecycle_queue
                        WHERE pass_id = ANY(%s) AND pass_id > 0 AND failed_at IS NULL
                     GROUP BY pass_id""",
                    list(pass_ids),
                )
            )
        )
