import logging

import psycopg2.errors

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Customers taken in one transaction: few enough for the advisory locks of several
# workers to fit into PostgreSQL's shared lock table.
BATCH_SIZE = 500
# Workers were told to look so recently that they need not be told again.
NOTIFY_INTERVAL = "1 second"
# Times that a batch is tried again after another worker got in its way.
MAX_RETRIES = 5
# First key of the advisory locks on customers ("crml" in ASCII).
LOCK_SPACE = 0x63726D6C

_MARKED = "crm_lifecycle.marked_partners"
_CONCURRENCY_ERRORS = (
    *PG_CONCURRENCY_EXCEPTIONS_TO_RETRY,
    # Under REPEATABLE READ a row that another worker just inserted is not seen.
    psycopg2.errors.UniqueViolation,
)


class CrmLifecycleQueue(models.Model):
    """Customers to look at again, because a document of theirs changed.

    The table is only appended to and deleted from: no key is unique and no row is
    updated, so that two transactions on one customer never collide. The consumer
    takes each customer once, however often it was queued. A customer whose
    refresh fails is set aside with its error.
    """

    _name = "crm.lifecycle.queue"
    _description = "Customer Lifecycle Queue"
    _log_access = False
    _order = "id"
    _rec_name = "partner_id"

    # Plain number: a foreign key would lock the contact's row in the transaction
    # of whoever changes a document.
    partner_ref = fields.Integer(string="Contact ID", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", compute="_compute_partner_id", search="_search_partner_id"
    )
    reason = fields.Selection(
        [
            ("document", "A document changed"),
            ("retry", "Tried again by hand"),
            ("sweep", "Nightly sweep"),
            ("install", "Installation"),
            ("policy", "Rules activated"),
            ("demand", "On demand"),
        ],
        required=True,
        readonly=True,
    )
    # A plain number too: what is left of a rebuild is counted by it.
    rebuild_id = fields.Integer(string="Rebuild ID", readonly=True)
    queued_at = fields.Datetime(required=True, readonly=True)
    failed_at = fields.Datetime(string="Set Aside At", readonly=True)
    error = fields.Text(readonly=True)

    _open_idx = models.Index("((reason <> 'document'), id) WHERE failed_at IS NULL")
    _failed_idx = models.Index("(partner_ref) WHERE failed_at IS NOT NULL")
    _rebuild_idx = models.Index("(rebuild_id) WHERE rebuild_id > 0")

    @api.depends("partner_ref")
    def _compute_partner_id(self):
        existing = set(self.env["res.partner"].browse(self.mapped("partner_ref")).exists().ids)
        for row in self:
            row.partner_id = row.partner_ref if row.partner_ref in existing else False

    def _search_partner_id(self, operator, value):
        partners = self.env["res.partner"].with_context(active_test=False)
        if operator == "ilike":
            operator, value = "in", partners._search([("display_name", operator, value)])
        elif operator == "any":
            operator, value = "in", partners._search(value)
        if operator != "in":
            return NotImplemented
        wanted = set(value)
        domain = Domain("partner_ref", "in", [item for item in wanted if item])
        if False in wanted:
            # Without a contact is who was deleted since.
            domain |= Domain("partner_ref", "not in", partners._search([]))
        return domain

    # ------------------------------------------------------------
    # PRODUCE
    # ------------------------------------------------------------

    @api.model
    def _mark(self, partner_ids):
        """Queue contacts at the end of the current transaction, with one query.

        :param partner_ids: ids of contacts, of any kind
        """
        partner_ids = {partner_id for partner_id in partner_ids if partner_id}
        if not partner_ids:
            return
        precommit = self.env.cr.precommit
        if _MARKED not in precommit.data:
            precommit.data[_MARKED] = set()
            precommit.add(self.sudo()._append_marked)
        precommit.data[_MARKED] |= partner_ids

    @api.model
    def _append_marked(self):
        partner_ids = self.env.cr.precommit.data.pop(_MARKED, None)
        if not partner_ids:
            return
        try:
            self._append(SQL("SELECT UNNEST(%s)", sorted(partner_ids)), "document")
        except psycopg2.Error:
            # The transaction is lost already.
            raise
        except Exception:  # noqa: BLE001 the host's transaction comes first
            _logger.exception("Customer lifecycle: contacts %s were not queued", partner_ids)

    @api.model
    def _append(self, partners, reason, rebuild=None):
        """Append the contacts that a query returns and wake a worker.

        :param SQL partners: query of one column of ids
        :param rebuild: the rebuild that they are looked at for
        :return: number of rows appended
        """
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "crm_lifecycle.ir_cron_process_queue", raise_if_not_found=False
        )
        # Each transaction leaves a trigger of its own: it cannot see whether a
        # worker has used up another one's meanwhile. The notification that makes
        # workers look at once costs a connection, so a burst sends one a second.
        [[count, notified]] = self.env.execute_query(
            SQL(
                """WITH appended AS (
                        INSERT INTO crm_lifecycle_queue
                                    (partner_ref, reason, rebuild_id, queued_at)
                             SELECT contact.id, %(reason)s, %(rebuild)s, %(now)s
                               FROM (%(partners)s) AS contact(id)
                          RETURNING id),
                   woken AS (
                        INSERT INTO ir_cron_trigger (cron_id, call_at)
                             SELECT id, %(now)s
                               FROM ir_cron
                              WHERE id = %(cron_id)s AND active AND EXISTS (SELECT FROM appended))
                   SELECT COUNT(*), EXISTS (
                          SELECT FROM ir_cron_trigger
                           WHERE cron_id = %(cron_id)s
                             AND call_at > %(now)s::timestamp - %(interval)s::interval)
                     FROM appended""",
                reason=reason,
                rebuild=rebuild.id if rebuild else None,
                now=fields.Datetime.now(),
                partners=partners,
                cron_id=cron_id or None,
                interval=NOTIFY_INTERVAL,
            )
        )
        if count and not notified:
            self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)
        return count

    @api.model
    def _get_customer_queries(self, company=None):
        """Return the queries of everybody who may have, or has, a profile.

        :param company: in which, None for any
        :return: list of ``SQL``, each of one column of ids of contacts
        """
        # A lead without a company is everybody's.
        here = (
            SQL("(company_id = %s OR company_id IS NULL)", company.id) if company else SQL("TRUE")
        )
        return [
            SQL("SELECT partner_id FROM crm_lead WHERE %s", here),
            SQL("SELECT partner_id FROM sale_order WHERE %s", here),
            SQL(
                "SELECT commercial_partner_id FROM account_move"
                " WHERE (state = 'posted' OR posted_before)"
                " AND move_type IN ('out_invoice', 'out_receipt', 'out_refund') AND %s",
                here,
            ),
            SQL("SELECT partner_id FROM crm_lifecycle_agreement WHERE %s", here),
            SQL("SELECT partner_id FROM crm_lifecycle_mark WHERE %s", here),
            SQL("SELECT partner_id FROM crm_lifecycle_profile WHERE %s", here),
        ]

    @api.model
    def _enqueue_everybody(self, reason="install", rebuild=None):
        """Queue every customer once, those that wait already left out.

        :param rebuild: a rebuild, which has rows of its own for all the customers of
            its company, so that its progress is told by nobody else's
        """
        self.env.flush_all()
        self._forget_deleted()
        waiting = SQL(
            """EXISTS (SELECT FROM crm_lifecycle_queue queue
                        WHERE queue.partner_ref = partner.commercial_partner_id
                          AND queue.failed_at IS NULL AND queue.reason <> 'document')"""
        )
        return self._append(
            SQL(
                """SELECT DISTINCT partner.commercial_partner_id
                     FROM (%s) AS contact(id)
                     JOIN res_partner partner ON partner.id = contact.id
                    WHERE NOT %s
                 ORDER BY partner.commercial_partner_id""",
                SQL(" UNION ").join(self._get_customer_queries(rebuild and rebuild.company_id)),
                SQL("FALSE") if rebuild else waiting,
            ),
            reason,
            rebuild,
        )

    # ------------------------------------------------------------
    # CONSUME
    # ------------------------------------------------------------

    @api.model
    def _cron_process(self):
        """Work the queue off, a transaction a batch; any number of workers may."""
        retries = 0
        while retries <= MAX_RETRIES:
            try:
                done = self._process_batch()
            except _CONCURRENCY_ERRORS:
                _logger.info("Customer queue: another worker was faster, trying again")
                self.env.cr.rollback()
                retries += 1
                continue
            remaining = self._count_waiting()
            time_left = self.env["ir.cron"]._commit_progress(done, remaining=remaining)
            if not (done and remaining and time_left):
                break
        try:
            self.env["crm.lifecycle.rebuild"]._finish_done()
        except _CONCURRENCY_ERRORS:
            # Another worker has noted it.
            self.env.cr.rollback()

    @api.model
    def _cron_sweep(self):
        """Go over everybody, for what no hook saw and what time alone changes."""
        count = self._enqueue_everybody("sweep")
        self.env["ir.cron"]._commit_progress(count, remaining=0)

    @api.model
    def _process_batch(self, limit=BATCH_SIZE):
        """Take customers off the queue and refresh them; never commits.

        :return: number of rows taken off
        """
        taken = self._take(limit)
        customers = {customer for customer, _reason, _rows in taken if customer}
        announced = {customer for customer, reason, _rows in taken if reason == "document"}
        for announce, ids in ((True, announced), (False, customers - announced)):
            self._refresh_or_set_aside(sorted(ids & customers), announce)
        return sum(rows for _customer, _reason, rows in taken)

    @api.model
    def _take(self, limit):
        """Delete the next rows and return the customers that they named.

        Customers that another worker has in hand are left in the queue.

        :return: list of (commercial partner id or None if gone, reason, number of rows)
        """
        self.env.cr.execute(
            SQL(
                """WITH candidate AS MATERIALIZED (
                        SELECT id, partner_ref, reason
                          FROM crm_lifecycle_queue
                         WHERE failed_at IS NULL
                      ORDER BY (reason <> 'document'), id
                         LIMIT %(limit)s
                    FOR UPDATE SKIP LOCKED),
                   customer AS MATERIALIZED (
                        SELECT DISTINCT partner.commercial_partner_id AS id
                          FROM candidate
                          JOIN res_partner partner ON partner.id = candidate.partner_ref
                      ORDER BY partner.commercial_partner_id),
                   locked AS MATERIALIZED (
                        SELECT id FROM customer
                         WHERE pg_try_advisory_xact_lock(%(space)s, id)),
                   taken AS (
                        DELETE FROM crm_lifecycle_queue queue
                         USING candidate
                     LEFT JOIN res_partner partner ON partner.id = candidate.partner_ref
                         WHERE queue.id = candidate.id
                           AND (partner.id IS NULL
                                OR partner.commercial_partner_id IN (SELECT id FROM locked))
                     RETURNING partner.commercial_partner_id AS customer_id, queue.reason)
                   SELECT customer_id, reason, COUNT(*)
                     FROM taken
                 GROUP BY customer_id, reason""",
                limit=limit,
                space=LOCK_SPACE,
            ),
            # That another worker was faster is no error; whatever else it is gets
            # logged by who runs the job.
            log_exceptions=False,
        )
        return self.env.cr.fetchall()

    @api.model
    def _refresh_or_set_aside(self, partner_ids, announce):
        """Refresh customers; one that fails does not stop the rest."""
        if not partner_ids:
            return
        try:
            with self.env.cr.savepoint():
                self.env["crm.lifecycle.profile"]._refresh(partner_ids, announce)
                self._forget_failures(partner_ids)
        except _CONCURRENCY_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, the rest must go on
            self.env.invalidate_all()
            if len(partner_ids) == 1:
                self._set_aside(partner_ids[0], error)
                return
            middle = len(partner_ids) // 2
            self._refresh_or_set_aside(partner_ids[:middle], announce)
            self._refresh_or_set_aside(partner_ids[middle:], announce)

    @api.model
    def _set_aside(self, partner_id, error):
        _logger.error("Customer lifecycle: customer %s is set aside", partner_id, exc_info=error)
        now = fields.Datetime.now()
        self._forget_failures([partner_id])
        self.sudo().create(
            {
                "partner_ref": partner_id,
                "reason": "document",
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
    def _count_waiting(self, limit=10000):
        """Return how many rows wait, counted up to ``limit``."""
        [[count]] = self.env.execute_query(
            SQL(
                "SELECT COUNT(*) FROM (SELECT FROM crm_lifecycle_queue"
                " WHERE failed_at IS NULL LIMIT %s) waiting",
                limit,
            )
        )
        return count

    @api.model
    def _count_rebuilds(self, rebuild_ids):
        """Return how many customers wait of each rebuild, as ``{rebuild_id: number}``."""
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT rebuild_id, COUNT(*)
                         FROM crm_lifecycle_queue
                        WHERE rebuild_id = ANY(%s) AND rebuild_id > 0
                     GROUP BY rebuild_id""",
                    list(rebuild_ids),
                )
            )
        )

    def action_retry(self):
        """Queue customers that were set aside once more."""
        failed = self.filtered("failed_at")
        self._append(SQL("SELECT UNNEST(%s::int[])", failed.mapped("partner_ref")), "retry")
        failed.sudo().unlink()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("%s customers are tried again.", len(failed)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
