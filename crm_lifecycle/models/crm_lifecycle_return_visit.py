from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..engine.channels import NOT_REACHED
from .crm_lifecycle_channel import OUTCOMES, SATISFACTIONS

VISIT_STATES = [
    ("due", "To Visit"),
    ("done", "Done"),
    ("skipped", "Skipped"),
    ("dropped", "No Longer Due"),
]
# What buttons and the job alone write, and what follows from the order.
PROTECTED_FIELDS = {
    "state",
    "done_on",
    "activity_id",
    "attempts",
    "order_id",
    "partner_id",
    "company_id",
}
# Context of what is changed on both the visit and its activity.
KEPT = "lifecycle_return_visit_kept"


class CrmLifecycleReturnVisit(models.Model):
    """A call on a customer after an order was delivered and invoiced: are they satisfied?

    There is one of an order. The activity says who is to do it when; what the customer said
    stands here.
    """

    _name = "crm.lifecycle.return.visit"
    _description = "Return Visit"
    _inherit = ["crm.lifecycle.period.mixin"]
    _order = "date_due, id"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "order_id"]

    order_id = fields.Many2one("sale.order", required=True, index=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_from_order",
        store=True,
        precompute=True,
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        compute="_compute_from_order",
        store=True,
        precompute=True,
        required=True,
        index=True,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        index="btree_not_null",
        ondelete="set null",
        domain=[("share", "=", False)],
        help="Who calls on the customer.",
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, index="btree_not_null", ondelete="set null"
    )
    date_due = fields.Date(string="Due On", required=True, default=lambda self: self._get_today())
    state = fields.Selection(
        VISIT_STATES, required=True, readonly=True, default="due", copy=False, index=True
    )
    reason = fields.Char(help="Why there was no visit.")
    done_on = fields.Date(string="Done", readonly=True, copy=False)
    attempts = fields.Integer(
        readonly=True, copy=False, help="How often somebody tried in vain to reach the customer."
    )
    outcome = fields.Selection(OUTCOMES)
    satisfaction = fields.Selection(
        SATISFACTIONS, help="How satisfied the customer is with the order."
    )
    # Averaged in reports, where a selection cannot be.
    score = fields.Integer(
        compute="_compute_score",
        store=True,
        aggregator="avg",
        help="Satisfaction from 1 to 5; empty where it is not known.",
    )
    note = fields.Text(help="What the customer said.")

    _order_unique = models.Constraint(
        "UNIQUE(order_id)", "There is one return visit of an order. Open that one."
    )
    _due_idx = models.Index("(company_id, id) WHERE state = 'due'")

    @api.depends("order_id")
    def _compute_from_order(self):
        for visit in self:
            visit.partner_id = visit.order_id.partner_id.commercial_partner_id
            visit.company_id = visit.order_id.company_id

    @api.depends("satisfaction")
    def _compute_score(self):
        for visit in self:
            visit.score = int(visit.satisfaction) if visit.satisfaction else False

    @api.depends("partner_id", "order_id")
    def _compute_display_name(self):
        for visit in self:
            # As the superuser: the order may be a colleague's, and its number is no secret.
            parts = (visit.sudo().order_id.name, visit.partner_id.display_name)
            visit.display_name = ", ".join(part for part in parts if part)

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(
            (PROTECTED_FIELDS - {"order_id"}) & vals.keys() for vals in vals_list
        ):
            self._refuse_forgery()
        visits = super().create(vals_list)
        # The host checks no references.
        visits.order_id.check_access("read")
        return visits

    def write(self, vals):
        if not self.env.su and PROTECTED_FIELDS & vals.keys():
            self._refuse_forgery()
        result = super().write(vals)
        if "user_id" in vals:
            # The host asks its rules about what it was, not about what it has become.
            self.check_access("write")
        if not self.env.context.get(KEPT):
            self._tell_activities(vals)
        return result

    def _refuse_forgery(self):
        raise AccessError(
            self.env._("A return visit is done or skipped by its buttons, not by a change of it.")
        )

    def _tell_activities(self, vals):
        """Have the activities of open visits say the same as these."""
        changes = {}
        if vals.get("user_id"):
            changes["user_id"] = vals["user_id"]
        if vals.get("date_due"):
            changes["date_deadline"] = vals["date_due"]
        # As the superuser: the activity may be a colleague's, the visit may be changed.
        activities_sudo = self.sudo().filtered(lambda visit: visit.state == "due").activity_id
        if changes and activities_sudo:
            activities_sudo.with_context(
                **{KEPT: True}, mail_activity_quick_update=True, lifecycle_quiet_activity=True
            ).write(changes)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_done(self):
        """Finish visits: the activity is done, and so a contact with the customer."""
        self._ensure_open()
        for visit in self:
            activity = visit.sudo().activity_id.with_user(self.env.user)
            activity._ensure_questions_settled(
                {
                    "outcome": visit.outcome or "reached",
                    "note": visit.note or "",
                    "lifecycle_satisfaction": visit.satisfaction,
                }
            )
            # As the superuser: the activity may be a colleague's.
            visit_sudo = visit.sudo()
            # The activity stays with it: what the customer said is told once.
            visit_sudo._close("done", outcome=visit.outcome or "reached")
            if activity:
                activity_sudo = activity.sudo()
                activity_sudo.write(
                    {
                        "lifecycle_outcome": visit.outcome,
                        "lifecycle_satisfaction": visit.satisfaction,
                    }
                )
                activity_sudo.action_feedback(feedback=visit.note or "")

    def action_skip(self):
        """Skip visits; why is to be entered first."""
        self._ensure_open()
        for visit in self:
            if not visit.reason:
                raise UserError(
                    self.env._(
                        "Enter why there is no visit to %s under Reason.",
                        visit.partner_id.display_name,
                    )
                )
        # As the superuser: the activity may be a colleague's.
        visits_sudo = self.sudo()
        for visit in visits_sudo:
            visit._close("skipped", reason=visit.reason)
        visits_sudo._cancel_activities()

    def action_reopen(self):
        """Have skipped or finished visits due again; the job plans them anew."""
        self.check_access("write")
        self.sudo()._reopen()

    @api.readonly
    def action_open_order(self):
        """Open the order."""
        self.ensure_one()
        return self.order_id._get_records_action()

    def _ensure_open(self):
        self.check_access("write")
        for visit in self:
            if visit.state != "due":
                raise UserError(
                    self.env._("The visit to %s is over already.", visit.partner_id.display_name)
                )

    # ------------------------------------------------------------
    # END
    # ------------------------------------------------------------

    def _close(self, state, outcome=None, reason=None):
        """Close visits that are due; those that are closed already stay as they are."""
        for company, visits in (
            self.filtered(lambda visit: visit.state == "due").grouped("company_id").items()
        ):
            vals = {"state": state, "done_on": visits.with_company(company)._get_today()}
            if outcome is not None:
                vals["outcome"] = outcome
            if reason is not None:
                vals["reason"] = reason
            visits.write(vals)

    def _reopen(self, activity=None):
        """Have closed visits due again.

        What was done stays a contact, but what the customer is to be asked anew was not said.

        :param activity: what is planned for them, None for what the job will plan
        """
        closed = self.filtered(lambda visit: visit.state in ("done", "skipped"))
        closed.activity_id.lifecycle_satisfaction = False
        closed.write(
            {
                "state": "due",
                "done_on": False,
                "reason": False,
                "activity_id": activity.id if activity else False,
            }
        )

    def _go_on_with(self, activity, attempts):
        """Take another activity for visits, after or before an attempt in vain.

        :param int attempts: 1 if there was one more of these, -1 if one was taken back
        """
        for visit in self:
            visit.write({"activity_id": activity.id, "attempts": visit.attempts + attempts})

    def _cancel_activities(self):
        """Delete what was planned for the visits, as nobody's decision."""
        activities = self.activity_id
        self.activity_id = False
        activities.with_context(**{KEPT: True}).unlink()

    @api.model
    def _finish_for(self, activities, feedback):
        """Close the visits whose activities somebody has just done.

        Whoever was not reached is to be reached yet: the job plans it again.

        :param activities: ``mail.activity`` that are done
        :param str feedback: what was noted
        """
        # As the superuser: who does an activity has done the visit.
        for visit in self.sudo().search(
            [("activity_id", "in", activities.ids), ("state", "=", "due")]
        ):
            activity = visit.activity_id
            outcome = activity.lifecycle_outcome
            if outcome in NOT_REACHED:
                visit.write({"activity_id": False, "attempts": visit.attempts + 1})
                continue
            visit.write(
                {
                    "satisfaction": activity.lifecycle_satisfaction or visit.satisfaction,
                    "note": "\n".join(filter(None, (visit.note, feedback))),
                }
            )
            visit._close("done", outcome=outcome or "reached")

    @api.model
    def _skip_for(self, activities):
        """Skip the visits whose activities a person deletes."""
        visits = self.sudo().search([("activity_id", "in", activities.ids), ("state", "=", "due")])
        visits._close("skipped", reason=self.env._("Cancelled by %s", self.env.user.name))
