from odoo import api, fields, models

from ..access import AMOUNT_GROUPS
from ..engine import complaint_reports, survival
from .crm_complaint import KINDS, SEVERITIES
from .crm_complaint_category import DIMENSIONS
from .crm_complaint_counted import COST_FIELDS, COUNTED_FIELDS
from .crm_lifecycle_channel import CHANNELS

#: What is estimated from open and done ones together: time, whether it is done, share.
QUANTILES = {
    "answer_median": ("answer_hours", "is_answered", 0.5),
    "answer_ninety": ("answer_hours", "is_answered", 0.9),
    "solution_median": ("solution_days", "is_solved", 0.5),
    "solution_ninety": ("solution_days", "is_solved", 0.9),
}


class CrmComplaintReport(models.Model):
    """How long complaints take and what they cost, by whatever they have in common.

    Median and ninth tenth take into account what is still open, see ``engine.survival``.
    """

    _name = "crm.complaint.report"
    _description = "Complaint Analysis"
    _inherit = ["crm.lifecycle.customer.report.mixin"]
    _auto = False
    _log_access = False
    _rec_name = "complaint_id"
    _rec_names_search = ["complaint_id"]
    _order = "date DESC, id DESC"
    _depends = {
        "crm.complaint": [
            *COUNTED_FIELDS,
            "answer_deadline",
            "answered_at",
            "category_id",
            "cause_id",
            "closed_at",
            "severity",
            "solution_deadline",
            "solved_at",
            "step_id",
            "user_id",
            "waiting_since",
        ],
        "crm.complaint.remedy": [*COST_FIELDS],
    }

    complaint_id = fields.Many2one("crm.complaint", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Responsible", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    kind = fields.Selection(KINDS, readonly=True)
    category_id = fields.Many2one("crm.complaint.category", readonly=True)
    dimension = fields.Selection(DIMENSIONS, readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    cause_id = fields.Many2one("crm.complaint.cause", string="Root Cause", readonly=True)
    step_id = fields.Many2one("crm.complaint.step", readonly=True)
    is_open = fields.Boolean(string="Open", readonly=True)
    is_late = fields.Boolean(
        string="Late",
        readonly=True,
        help="Answered or solved after its deadline, or past it by now.",
    )
    date = fields.Datetime(string="Reported", readonly=True)
    solved_at = fields.Datetime(string="Solved On", readonly=True)
    reopened_count = fields.Integer(string="Reopened", readonly=True)
    is_answered = fields.Boolean(string="Answered", readonly=True)
    is_solved = fields.Boolean(string="Solved", readonly=True)
    answer_hours = fields.Float(
        string="Hours to Answer",
        readonly=True,
        aggregator=None,
        help="Hours by the clock from the report to the first answer, or so far.",
    )
    solution_days = fields.Float(
        string="Days to Solve",
        readonly=True,
        aggregator=None,
        help="Days by the clock from the report to the solution, or so far.",
    )
    answer_median = fields.Float(
        string="Median Hours to Answer",
        readonly=True,
        aggregator="avg",
        help="Within so many hours half of the customers get a first answer. Who still waits"
        " counts as waiting longer than so far (Kaplan-Meier). Empty while not half are answered.",
    )
    answer_ninety = fields.Float(
        string="Hours to Answer 90 %",
        readonly=True,
        aggregator="avg",
        help="Within so many hours nine of ten customers get a first answer.",
    )
    solution_median = fields.Float(
        string="Median Days to Solve",
        readonly=True,
        aggregator="avg",
        help="Within so many days half of the complaints are solved. Those still open count as"
        " taking longer than so far (Kaplan-Meier); rejected ones are not solved. Empty while"
        " not half are solved.",
    )
    solution_ninety = fields.Float(
        string="Days to Solve 90 %",
        readonly=True,
        aggregator="avg",
        help="Within so many days nine of ten complaints are solved.",
    )
    cost = fields.Monetary(
        string="Cost of Quality",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="What was credited, given or spent to make up for it: remedies that are done.",
    )

    stage_id = fields.Many2one(related="profile_id.stage_id")

    @property
    def _table_query(self):
        return complaint_reports.times(fields.Datetime.now())

    def _read_group_select(self, aggregate_spec, query):
        """Estimate what open ones are part of from each group as a whole."""
        name, _colon, function = aggregate_spec.partition(":")
        if name not in QUANTILES or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[name], "read")
        time, is_done, share = QUANTILES[name]
        return survival.quantile_sql(
            self._field_to_sql(self._table, time, query),
            self._field_to_sql(self._table, is_done, query),
            share,
        )

    @api.readonly
    def action_open_complaint(self):
        """Open the complaint behind the row."""
        self.ensure_one()
        self.complaint_id.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.complaint",
            "res_id": self.complaint_id.id,
            "views": [(False, "form")],
        }
