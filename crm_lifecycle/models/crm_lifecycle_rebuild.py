from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_datetime

from ..access import MANAGER_GROUP


class CrmLifecycleRebuild(models.Model):
    """A time that everybody's history was derived anew from the documents.

    It only queues the customers; the queue's cron does the work, and goes on after an
    interruption where it stopped, since the rows stay until they are done. Progress
    is what is left in the queue.
    """

    _name = "crm.lifecycle.rebuild"
    _description = "Customer Lifecycle Rebuild"
    _order = "id DESC"
    _rec_name = "reason"

    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Whose customers; empty for those of all companies.",
    )
    reason = fields.Selection(
        [("install", "Installation"), ("policy", "Rules activated"), ("demand", "On demand")],
        required=True,
        readonly=True,
    )
    policy_id = fields.Many2one(
        "crm.lifecycle.policy",
        string="Rules",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    user_id = fields.Many2one("res.users", string="Started By", readonly=True)
    started_at = fields.Datetime(string="Started", required=True, readonly=True)
    finished_at = fields.Datetime(string="Finished", readonly=True)
    state = fields.Selection(
        [("running", "Running"), ("done", "Done")],
        required=True,
        readonly=True,
        default="running",
    )
    total = fields.Integer(string="Customers", readonly=True)
    remaining = fields.Integer(compute="_compute_remaining", help="Customers that still wait.")
    progress = fields.Float(compute="_compute_remaining", help="Percentage that is done.")

    _running_idx = models.Index("(id) WHERE state = 'running'")

    @api.depends("reason", "started_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        reasons = dict(self._fields["reason"]._description_selection(self.env))
        for rebuild in self:
            started = format_datetime(self.env, rebuild.started_at) if rebuild.started_at else ""
            rebuild.display_name = f"{reasons.get(rebuild.reason, '')} {started}".strip()

    @api.depends("total", "state")
    def _compute_remaining(self):
        running = self.filtered(lambda rebuild: rebuild.state == "running")
        waiting = self.env["crm.lifecycle.queue"]._count_rebuilds(running.ids)
        for rebuild in self:
            rebuild.remaining = waiting.get(rebuild.id, 0)
            done = rebuild.total - rebuild.remaining
            rebuild.progress = 100.0 * done / rebuild.total if rebuild.total else 100.0

    @api.model
    def _start(self, reason, company=None, policy=None):
        """Queue every customer, and return the record by which to follow.

        :param str reason: ``install``, ``policy`` or ``demand``
        :param company: whose customers, None for those of all companies
        :param policy: the version that was activated, if that is why
        """
        rebuild = self.sudo().create(
            {
                "reason": reason,
                "company_id": company and company.id,
                "policy_id": policy and policy.id,
                "user_id": self.env.uid,
                "started_at": fields.Datetime.now(),
            }
        )
        rebuild.total = self.env["crm.lifecycle.queue"].sudo()._enqueue_everybody(reason, rebuild)
        if not rebuild.total:
            rebuild._finish()
        return rebuild.with_env(self.env)

    @api.model
    def _finish_done(self):
        """Note the end of those rebuilds that have no row left in the queue."""
        self.flush_model(["state"])
        done = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_lifecycle_rebuild rebuild
                    WHERE state = 'running'
                      AND NOT EXISTS (SELECT FROM crm_lifecycle_queue queue
                                       WHERE queue.rebuild_id = rebuild.id
                                         AND queue.rebuild_id > 0)"""
            )
        )
        self.sudo().browse([rebuild_id for (rebuild_id,) in done])._finish()

    def _finish(self):
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        # Where another worker was faster, it shows here and not at the commit.
        self.flush_recordset()

    def action_start(self):
        """Rebuild the histories of the customers of the ticked companies, on demand."""
        if not self.env.su and not self.env.user.has_group(MANAGER_GROUP):
            raise AccessError(self.env._("Only a sales manager can have all histories rebuilt."))
        companies = self.env.companies
        if len(companies) == self.env["res.company"].sudo().search_count([]):
            rebuilds = self._start("demand")
        else:
            rebuilds = self.union(*(self._start("demand", company) for company in companies))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The histories of %s customers are rebuilt, in the background.",
                    sum(rebuilds.mapped("total")),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
