import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from .crm_complaint_step import CLOSED_CODES as OVER

# Deadlines are set anew where one of these changes.
DEADLINE_FIELDS = {"severity", "kind", "company_id", "partner_id", "date"}


class CrmComplaint(models.Model):
    """How a complaint is worked on: steps, and deadlines in the company's working time.

    A deadline is so many working hours after the customer reported it, and after as many more
    as we waited for the customer meanwhile.
    """

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    answer_deadline = fields.Datetime(
        string="Answer By",
        readonly=True,
        copy=False,
        index=True,
        help="When the customer gets a first answer at the latest, in working time.",
    )
    solution_deadline = fields.Datetime(
        string="Solve By",
        readonly=True,
        copy=False,
        index=True,
        help="When it is solved at the latest, in working time; pauses while we wait for the"
        " customer.",
    )
    answered_at = fields.Datetime(
        string="Answered",
        readonly=True,
        copy=False,
        help="When the customer got the first answer from a person.",
    )
    solved_at = fields.Datetime(string="Solved On", readonly=True, copy=False)
    closed_at = fields.Datetime(string="Closed On", readonly=True, copy=False)
    waiting_since = fields.Datetime(readonly=True, copy=False)
    waited_hours = fields.Float(
        string="Waited",
        readonly=True,
        copy=False,
        help="Working hours that we waited for the customer.",
    )
    waited_before = fields.Float(
        readonly=True, copy=False, help="Working hours waited before it was reopened."
    )
    counted_from = fields.Datetime(
        readonly=True, copy=False, help="When it was reopened: the solution is due from there."
    )
    answer_hours = fields.Float(
        string="Time to Answer",
        compute="_compute_spent_hours",
        store=True,
        aggregator="avg",
        help="Working hours from the report to the first answer.",
    )
    solution_hours = fields.Float(
        string="Time to Solve",
        compute="_compute_spent_hours",
        store=True,
        aggregator="avg",
        help="Working hours from the report to the solution, without those that we waited for"
        " the customer.",
    )
    is_late = fields.Boolean(
        string="Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="A deadline has passed, and we do not wait for the customer.",
    )
    reject_reason = fields.Char(
        tracking=True,
        copy=False,
        help="Why we do not accept it. Customers read this in the portal.",
    )
    reopened_count = fields.Integer(
        string="Reopened", readonly=True, copy=False, help="How often it was not solved after all."
    )

    # ------------------------------------------------------------
    # WORKING TIME
    # ------------------------------------------------------------

    def _get_calendar(self):
        """Return the working times that deadlines are counted in."""
        self.ensure_one()
        return self.company_id.sudo().resource_calendar_id

    def _add_hours(self, start, hours):
        """Return the moment so many working hours later, False where none is found."""
        calendar = self._get_calendar()
        if not calendar:
            return fields.Datetime.add(start, hours=hours)
        found = calendar.plan_hours(hours, pytz.utc.localize(start), compute_leaves=True)
        return found and found.astimezone(pytz.utc).replace(tzinfo=None)

    def _count_hours(self, start, end):
        """Return the working hours between two moments, 0 where the second is no later."""
        if not start or not end or end <= start:
            return 0.0
        calendar = self._get_calendar()
        if not calendar:
            return (end - start).total_seconds() / 3600
        return calendar.get_work_hours_count(start, end)

    def _set_deadlines(self, answered=None, solved=None):
        """Set deadlines by the rules; one that was kept or missed already stays.

        :param answered: those that were answered before what has just changed, as they are now
            by default
        :param solved: those that were solved before
        """
        answered = self.filtered("answered_at") & (self if answered is None else answered)
        solved = self.filtered("solved_at") & (self if solved is None else solved)
        rules = self.env["crm.complaint.deadline"]._get_for(self)
        for complaint in self:
            rule = rules[complaint]
            vals = {}
            if complaint not in answered:
                vals["answer_deadline"] = complaint._get_deadline(
                    rule.answer_hours, complaint.date, complaint.waited_hours
                )
            if complaint not in solved:
                vals["solution_deadline"] = complaint._get_deadline(
                    rule.solution_hours,
                    complaint.counted_from or complaint.date,
                    complaint.waited_hours - complaint.waited_before,
                )
            if vals:
                complaint._note(vals)

    def _get_deadline(self, hours, start, waited):
        return self._add_hours(start, hours + waited) if hours else False

    @api.depends("date", "answered_at", "solved_at", "waited_hours")
    def _compute_spent_hours(self):
        for complaint in self:
            complaint.answer_hours = complaint._count_hours(complaint.date, complaint.answered_at)
            complaint.solution_hours = max(
                complaint._count_hours(complaint.date, complaint.solved_at)
                - complaint.waited_hours,
                0.0,
            )

    def _field_to_sql(self, alias, field_expr, query=None):
        """Leave out of averages what is not answered or solved yet: no data is not 0 hours."""
        column = super()._field_to_sql(alias, field_expr, query)
        moment = {"answer_hours": "answered_at", "solution_hours": "solved_at"}.get(field_expr)
        if not moment:
            return column
        return SQL(
            "CASE WHEN %s IS NOT NULL THEN %s END",
            SQL.identifier(alias, moment, to_flush=self._fields[moment]),
            column,
        )

    @api.depends("is_open", "waiting_since", "answered_at", "answer_deadline", "solution_deadline")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for complaint in self:
            complaint.is_late = (
                complaint.is_open
                and not complaint.waiting_since
                and any(
                    deadline and deadline < now
                    for deadline in (
                        not complaint.answered_at and complaint.answer_deadline,
                        complaint.solution_deadline,
                    )
                )
            )

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self._get_late_domain()
        return late if True in value else ~late

    # ------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        now = fields.Datetime.now()
        for complaint in complaints:
            vals = complaint._prepare_step_change(self.env["crm.complaint.step"], now)
            if vals:
                complaint._note(vals)
        nobody = complaints.browse()
        complaints._set_deadlines(nobody, nobody)
        return complaints

    def write(self, vals):
        if not vals.get("step_id"):
            result = super().write(vals)
            if not DEADLINE_FIELDS.isdisjoint(vals):
                self._set_deadlines()
            return result
        former = {complaint: complaint.step_id for complaint in self}
        answered, solved = self.filtered("answered_at"), self.filtered("solved_at")
        result = super().write(vals)
        now = fields.Datetime.now()
        for complaint, step in former.items():
            changes = complaint._prepare_step_change(step, now)
            if changes:
                complaint._note(changes)
        self._set_deadlines(answered, solved)
        return result

    def _prepare_step_change(self, former, now):
        """Return what follows from a complaint's move to its step.

        :param former: the step before, empty for a new complaint
        """
        self.ensure_one()
        before, code = former.code or "new", self.step_id.code
        vals = {}
        if code == before:
            return vals
        waited = self.waited_hours
        if code == "waiting":
            vals["waiting_since"] = self.waiting_since or now
        elif before == "waiting":
            waited += self._count_hours(self.waiting_since, now)
            vals |= {"waiting_since": False, "waited_hours": waited}
        if code in OVER:
            vals["closed_at"] = (self.closed_at or now) if code != "solved" else False
            if code == "rejected":
                vals["solved_at"] = False
            elif not self.solved_at:
                vals["solved_at"] = now
            if not self.answered_at:
                vals["answered_at"] = now
        elif before in OVER:
            vals |= {
                "closed_at": False,
                "solved_at": False,
                "counted_from": now,
                "waited_before": waited,
                "reopened_count": self.reopened_count + 1,
                "solution_escalated_at": False,
            }
        return vals

    @api.constrains("step_id", "reject_reason")
    def _check_reject_reason(self):
        for complaint in self:
            if complaint.step_id.code == "rejected" and not (complaint.reject_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say why the complaint %s is rejected: use the button Reject, or fill in"
                        " the reason first.",
                        complaint.name,
                    )
                )

    def _set_step(self, code):
        """Move complaints to the first step of a kind, unless they are in one of it.

        :param str code: see ``STEP_CODES``
        :raise UserError: if there is no such step
        """
        step = self.env["crm.complaint.step"]._get(code)
        moved = self.filtered(lambda complaint: complaint.step_id.code != code)
        if moved:
            moved.write({"step_id": step.id})
