import math
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, format_datetime

from ..access import MANAGER_GROUP
from .crm_lifecycle_queue_work import BATCH_SIZE

# Passes that look at everybody of their companies, whatever changed.
REBUILDS = ("install", "policy", "demand")
# Nightly passes are forgotten after so many days, the others stay.
KEPT_DAYS = 180


class CrmLifecyclePass(models.Model):
    """A time that many customers were looked at, and what came of it.

    A *rebuild* derives everybody's history anew; the *nightly* pass looks at those for
    whom a date has come, or a document that no hook saw; the *weekly* check compares
    every document with what it found the last time. Whoever is to be looked at waits in
    the queue, a row each, so a pass goes on after an interruption where it stopped.
    """

    _name = "crm.lifecycle.pass"
    _description = "Customer Lifecycle Pass"
    _order = "id DESC"
    _rec_name = "kind"

    company_id = fields.Many2one(
        "res.company",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Whose customers; empty for those of all companies.",
    )
    kind = fields.Selection(
        [
            ("install", "Installation"),
            ("policy", "Rules activated"),
            ("demand", "On demand"),
            ("night", "Nightly"),
            ("week", "Weekly check"),
        ],
        required=True,
        readonly=True,
        help="Nightly: customers for whom a date has come, and those of documents written"
        " since the last time. Weekly check: those whose documents differ from what was"
        " found the last time. The others look at everybody.",
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
        [
            ("waiting", "Waiting"),
            ("running", "In Progress"),
            ("paused", "Paused"),
            ("done", "Done"),
            ("replaced", "Replaced"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        help="Waiting: the customers are not gathered yet. Replaced: a later pass looks at"
        " the same customers. Failed: the customers could not be gathered; the error tells"
        " why, and the next pass tries it again.",
    )
    error = fields.Text(readonly=True)
    total = fields.Integer(string="Customers", readonly=True)
    batch_ids = fields.One2many("crm.lifecycle.pass.batch", "pass_id", readonly=True)
    looked = fields.Integer(
        string="Looked At", compute="_compute_done", help="Customers that were looked at."
    )
    changed = fields.Integer(
        compute="_compute_done", help="Customers of whom something was written."
    )
    failed = fields.Integer(
        string="Set Aside",
        compute="_compute_done",
        help="Customers that were set aside with an error.",
    )
    seconds = fields.Float(
        compute="_compute_done", help="Seconds of work, those of several workers added up."
    )
    remaining = fields.Integer(compute="_compute_remaining", help="Customers that still wait.")
    progress = fields.Float(compute="_compute_remaining", help="Percentage that is done.")
    speed = fields.Float(
        string="Customers per Second", compute="_compute_speed", help="Over the last minutes."
    )
    time_left = fields.Char(compute="_compute_speed", help="At this speed.")
    # How far the host's tables were read: {"at": moment in UTC, "ids": {table: highest id}}.
    watermarks = fields.Json(readonly=True)

    _open_idx = models.Index("(id) WHERE state IN ('waiting', 'running', 'paused')")

    # ------------------------------------------------------------
    # PROGRESS
    # ------------------------------------------------------------

    @api.depends("kind", "started_at")
    @api.depends_context("lang", "tz")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for record in self:
            started = format_datetime(self.env, record.started_at) if record.started_at else ""
            record.display_name = f"{kinds.get(record.kind, '')} {started}".strip()

    @api.depends("batch_ids")
    def _compute_done(self):
        sums = {
            record.id: figures
            for record, *figures in self.env["crm.lifecycle.pass.batch"]._read_group(
                [("pass_id", "in", self.ids)],
                ["pass_id"],
                ["looked:sum", "changed:sum", "failed:sum", "seconds:sum"],
            )
        }
        for record in self:
            record.looked, record.changed, record.failed, record.seconds = sums.get(
                record.id, (0, 0, 0, 0.0)
            )

    @api.depends("total", "state", "looked")
    def _compute_remaining(self):
        open_passes = self.filtered(lambda record: record.state in ("running", "paused"))
        waiting = self.env["crm.lifecycle.queue"]._count_of_passes(open_passes.ids)
        for record in self:
            record.remaining = waiting.get(record.id, 0)
            if record.state == "waiting":
                record.progress = 0.0
            else:
                # What a later pass took over was not done by this one.
                replaced = record.state == "replaced"
                done = record.looked if replaced else record.total - record.remaining
                record.progress = 100.0 * done / record.total if record.total else 100.0

    @api.depends("remaining", "batch_ids")
    def _compute_speed(self):
        speeds = self.env["crm.lifecycle.pass.batch"]._measure_speeds(self.ids)
        for record in self:
            record.speed = speeds.get(record.id, 0.0)
            record.time_left = False
            if record.state == "running" and record.speed and record.remaining:
                hours, minutes = divmod(math.ceil(record.remaining / record.speed / 60), 60)
                record.time_left = (
                    self.env._("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)
                    if hours
                    else self.env._("%s min", minutes)
                )

    # ------------------------------------------------------------
    # START
    # ------------------------------------------------------------

    @api.model
    def _start(self, kind, company=None, policy=None):
        """Note that customers are to be looked at, and wake a worker who gathers them.

        Costs the same whatever the number of customers.

        :param str kind: see the field
        :param company: whose customers, None for those of all companies
        :param policy: the version that was activated, if that is why
        :return: the record by which to follow
        """
        if kind == "install":
            # Each addon that adds sources asks for one.
            waiting = self.sudo().search(
                [("kind", "=", kind), ("state", "=", "waiting"), ("company_id", "=", False)],
                limit=1,
            )
            if waiting and not company:
                return waiting.with_env(self.env)
        started = self.sudo().create(
            {
                "kind": kind,
                "company_id": company and company.id,
                "policy_id": policy and policy.id,
                "user_id": self.env.uid,
                "started_at": fields.Datetime.now(),
            }
        )
        self.env["crm.lifecycle.queue"]._wake()
        return started.with_env(self.env)

    @api.model
    def _start_once(self, company):
        """Start a rebuild of a company on demand, unless one waits that nobody took up yet."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_lifecycle_pass
                    WHERE state = 'waiting' AND kind = 'demand' AND company_id = %s
                    LIMIT 1 FOR UPDATE SKIP LOCKED""",
                company.id,
            )
        )
        return self.browse([pass_id for (pass_id,) in rows]) or self._start("demand", company)

    @api.model
    def _start_due(self):
        """Start the nightly pass, or the weekly check if the last one was a week ago.

        One that still waits or runs is enough; the check includes what a night does.
        """
        last_check = self.search(
            [
                ("kind", "in", ("install", "week")),
                ("company_id", "=", False),
                ("state", "!=", "failed"),
            ],
            limit=1,
        )
        week_ago = fields.Datetime.now() - timedelta(days=7) + timedelta(hours=1)
        is_due = not last_check or last_check.started_at <= week_ago
        kind = "week" if is_due else "night"
        under_way = self.search(
            [("kind", "in", {kind, "week"}), ("state", "in", ("waiting", "running"))], limit=1
        )
        return under_way or self._start(kind)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start(self):
        """Rebuild the histories of the customers of the ticked companies, on demand."""
        self._ensure_manager()
        companies = self.env.companies
        if len(companies) == self.env["res.company"].sudo().search_count([]):
            self._start("demand")
        else:
            for company in companies:
                self._start("demand", company)
        return self._notify(
            self.env._("The histories of the customers are rebuilt, in the background.")
        )

    def action_pause(self):
        """Leave the customers that still wait for later."""
        self._ensure_manager()
        self._move("running", "paused")

    def action_resume(self):
        """Go on where a pass was paused."""
        self._ensure_manager()
        self._move("paused", "running")
        self.env["crm.lifecycle.queue"].sudo()._wake()
        for record in self.sudo():
            record._call_workers()

    @api.readonly
    def action_open_failed(self):
        """Open the customers that were set aside with an error."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_queue_action"
        )
        action["domain"] = [("failed_at", "!=", False), ("pass_id", "=", self.id)]
        return action

    def _move(self, from_state, to_state):
        if self.filtered(lambda record: record.state != from_state):
            raise UserError(
                self.env._("Only what is running can be paused.")
                if to_state == "paused"
                else self.env._("Only what is paused can be resumed.")
            )
        self.sudo().write({"state": to_state})

    def _ensure_manager(self):
        """Refuse everybody else, and passes of companies that are not theirs."""
        if self.env.su:
            return
        if not self.env.user.has_group(MANAGER_GROUP):
            raise AccessError(self.env._("Only a sales manager can start, pause or resume a pass."))
        self.check_access("read")
        everybodys = self.filtered(lambda record: not record.company_id)
        if everybodys and self.env["res.company"].sudo().search_count(
            [("id", "not in", self.env.user.company_ids.ids)], limit=1
        ):
            raise AccessError(
                self.env._(
                    "This pass looks at the customers of all companies. It can be paused or"
                    " resumed by a sales manager who works for all of them."
                )
            )

    def _notify(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------
    # WORKERS
    # ------------------------------------------------------------

    def _call_workers(self):
        """Have further workers help with the customers of a pass, if it is a long one.

        Bridges hand it to the workers of others.
        """
        self.ensure_one()
        if self.total <= BATCH_SIZE:
            return
        for name in ("ir_cron_help_queue_1", "ir_cron_help_queue_2"):
            helper = self.env.ref(f"crm_lifecycle.{name}", raise_if_not_found=False)
            if helper and helper.active:
                helper._trigger()

    # ------------------------------------------------------------
    # END
    # ------------------------------------------------------------

    @api.model
    def _finish_done(self):
        """Note the end of those that have no row left in the queue.

        :return: number of these passes
        """
        self.flush_model(["state"])
        done = self.env.execute_query(
            SQL(
                """SELECT id FROM crm_lifecycle_pass pass
                    WHERE state = 'running'
                      AND NOT EXISTS (SELECT FROM crm_lifecycle_queue queue
                                       WHERE queue.pass_id = pass.id AND queue.pass_id > 0
                                         AND queue.failed_at IS NULL)
               FOR UPDATE SKIP LOCKED"""
            )
        )
        self.sudo().browse([pass_id for (pass_id,) in done])._finish()
        return len(done)

    def _finish(self, state="done"):
        self.write({"state": state, "finished_at": fields.Datetime.now()})
        # Where another worker was faster, it shows here and not at the commit.
        self.flush_recordset()

    @api.autovacuum
    def _gc_nights(self):
        """Forget nightly passes and checks of long ago, except what the next goes on from."""
        long_ago = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        former = self.search(
            [
                ("kind", "in", ("night", "week")),
                ("state", "in", ("done", "replaced", "failed")),
                ("started_at", "<", long_ago),
            ]
        )
        last_check = self.search([("kind", "=", "week")], limit=1)
        (former - self._search_marked() - last_check).unlink()
