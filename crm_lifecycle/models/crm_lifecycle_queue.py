import logging

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Workers were told to look so recently that they need not be told again.
NOTIFY_INTERVAL = "1 second"

_MARKED = "crm_lifecycle.marked_partners"


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
            ("referral", "A referred customer's document changed"),
            ("retry", "Tried again by hand"),
            ("pass", "A pass over many customers"),
            ("setting", "A setting changed"),
        ],
        required=True,
        readonly=True,
    )
    # A plain number too: what is left of a pass is counted by it.
    pass_id = fields.Integer(string="Pass ID", readonly=True)
    queued_at = fields.Datetime(required=True, readonly=True)
    failed_at = fields.Datetime(string="Set Aside At", readonly=True)
    error = fields.Text(readonly=True)

    # Two ways in, so that neither a paused pass nor one of a million customers stands
    # before what is taken next.
    _open_idx = models.Index(
        "((reason <> 'document'), id) WHERE failed_at IS NULL AND pass_id IS NULL"
    )
    _pass_idx = models.Index("(pass_id, id) WHERE failed_at IS NULL AND pass_id > 0")
    _failed_idx = models.Index("(partner_ref) WHERE failed_at IS NOT NULL")

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
    def _append(self, partners, reason, for_pass=None, ctes=()):
        """Append the contacts that a query returns and wake a worker.

        :param SQL partners: query of one column of ids
        :param str reason: see the field
        :param for_pass: the pass that they are looked at for
        :param list ctes: what the query needs, as ``SQL``
        :return: number of rows appended
        """
        return self._execute_and_wake(
            SQL(
                """INSERT INTO crm_lifecycle_queue (partner_ref, reason, pass_id, queued_at)
                        SELECT contact.id, %(reason)s, %(pass_id)s, %(now)s
                          FROM (%(partners)s) AS contact(id)
                         WHERE contact.id IS NOT NULL
                      ORDER BY contact.id
                     RETURNING id""",
                reason=reason,
                pass_id=for_pass.id if for_pass else None,
                now=fields.Datetime.now(),
                partners=partners,
            ),
            ctes,
        )

    @api.model
    def _wake(self):
        """Wake a worker for what waits."""
        self._execute_and_wake(SQL("SELECT 1"))

    @api.model
    def _execute_and_wake(self, statement, ctes=()):
        """Run a statement, and wake a worker if it returns rows.

        Each transaction leaves a trigger of its own: it cannot see whether a worker has
        used up another one's meanwhile. The notification that makes workers look at once
        costs a connection, so a burst sends one a second.

        :return: number of rows returned
        """
        cron_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "crm_lifecycle.ir_cron_process_queue", raise_if_not_found=False
        )
        [[count, notified]] = self.env.execute_query(
            SQL(
                """WITH %(ctes)s,
                   woken AS (
                        INSERT INTO ir_cron_trigger (cron_id, call_at)
                             SELECT id, %(now)s
                               FROM ir_cron
                              WHERE id = %(cron_id)s AND active AND EXISTS (SELECT FROM done))
                   SELECT COUNT(*), EXISTS (
                          SELECT FROM ir_cron_trigger
                           WHERE cron_id = %(cron_id)s
                             AND call_at > %(now)s::timestamp - %(interval)s::interval)
                     FROM done""",
                ctes=SQL(", ").join([*ctes, SQL("done AS (%s)", statement)]),
                now=fields.Datetime.now(),
                cron_id=cron_id or None,
                interval=NOTIFY_INTERVAL,
            )
        )
        if count and not notified:
            self.env.cr.postcommit.add(self.env["ir.cron"]._notifydb)
        return count

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
