from odoo import api, fields, models
from odoo.fields import Domain

from ..access import AMOUNT_GROUPS
from ..engine import complaint_reports, sources
from .crm_complaint_counted import COST_FIELDS, COUNTED_FIELDS


class CrmComplaintTheme(models.Model):
    """Which few causes, and which few categories, most complaints of the last year come from."""

    _name = "crm.complaint.theme"
    _description = "Theme of Complaints"
    _auto = False
    _log_access = False
    _rec_names_search = ["cause_id", "category_id"]
    _order = "axis, complaint_count DESC, cumulative, id"
    _depends = {
        "crm.complaint": [
            *COUNTED_FIELDS,
            "category_id",
            "cause_id",
        ],
        "crm.complaint.remedy": [*COST_FIELDS],
    }

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    axis = fields.Selection(
        [("cause", "Root Cause"), ("category", "Category")], string="Theme", readonly=True
    )
    cause_id = fields.Many2one("crm.complaint.cause", string="Root Cause", readonly=True)
    category_id = fields.Many2one("crm.complaint.category", readonly=True)
    dimension = fields.Selection(related="category_id.dimension")
    complaint_count = fields.Integer(string="Complaints", readonly=True)
    open_count = fields.Integer(string="Open Complaints", readonly=True)
    customer_count = fields.Integer(
        string="Customers", readonly=True, aggregator=None, help="Different ones who complained."
    )
    cost = fields.Monetary(
        string="Cost of Quality",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="What was credited, given or spent to make up for it: remedies that are done.",
    )
    share = fields.Float(readonly=True, help="Of all complaints of the company.")
    before = fields.Float(string="Share of What Comes Before", readonly=True, aggregator=None)
    cumulative = fields.Float(
        string="Cumulative Share",
        readonly=True,
        aggregator=None,
        help="Of all complaints of the company, together with what comes before it in the list.",
    )

    @property
    def _table_query(self):
        return complaint_reports.pareto(sources.company_cte(fields.Datetime.now()))

    @api.depends("cause_id", "category_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for theme in self:
            found = theme.cause_id or theme.category_id
            theme.name = found.display_name or self.env._("Not known yet")

    @api.readonly
    def action_open_complaints(self):
        """Open the complaints that are counted."""
        self.ensure_one()
        complaints = self.env["crm.complaint"]
        field = f"{self.axis}_id"
        return complaints._open_counted(
            self.name,
            complaints._get_counted_domain(self.company_id)
            & Domain(field, "=", self[field].id or False),
        )
