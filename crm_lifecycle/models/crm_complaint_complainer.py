from odoo import api, fields, models
from odoo.fields import Domain

from ..access import AMOUNT_GROUPS
from ..engine import complaint_reports, sources
from .crm_complaint_counted import COST_FIELDS, COUNTED_FIELDS


class CrmComplaintComplainer(models.Model):
    """Who complains: each customer with how often, how lately, and on how many orders."""

    _name = "crm.complaint.complainer"
    _description = "Complaining Customer"
    _inherit = ["crm.lifecycle.ratio.mixin", "crm.lifecycle.customer.report.mixin"]
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "complaint_count_12m DESC, last_date DESC, id DESC"
    _depends = {
        "crm.complaint": [*COUNTED_FIELDS],
        "crm.complaint.remedy": [*COST_FIELDS],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    complaint_count = fields.Integer(string="Complaints", readonly=True, help="Ever.")
    complaint_count_12m = fields.Integer(
        string="Complaints, 12 Months",
        readonly=True,
        help="Those reported within the last twelve months.",
    )
    open_count = fields.Integer(string="Open Complaints", readonly=True)
    order_count_12m = fields.Integer(
        string="Invoiced Orders, 12 Months",
        readonly=True,
        help="Orders of the last twelve months of which something was invoiced; an invoice that"
        " comes from no order counts as one.",
    )
    rate_12m = fields.Float(
        string="Complaint Rate",
        readonly=True,
        aggregator="avg",
        help="Complaints divided by invoiced orders, both of the last twelve months.",
    )
    first_date = fields.Date(string="First Complaint", readonly=True, aggregator="min")
    last_date = fields.Date(string="Last Complaint", readonly=True, aggregator="max")
    cost_12m = fields.Monetary(
        string="Cost of Quality, 12 Months",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="What remedies for complaints of the last twelve months have cost.",
    )

    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    stage_id = fields.Many2one(related="profile_id.stage_id")
    stage_color = fields.Integer(related="profile_id.stage_color")

    @property
    def _table_query(self):
        return complaint_reports.customers(sources.company_cte(fields.Datetime.now()))

    @api.model
    def _get_ratios(self):
        return {"rate_12m": ("complaint_count_12m", "order_count_12m")}

    @api.readonly
    def action_open_complaints(self):
        """Open the customer's complaints."""
        self.ensure_one()
        complaints = self.env["crm.complaint"]
        domain = complaints._get_counted_domain(self.company_id, recent=False)
        return complaints._open_counted(
            self.partner_id.display_name,
            domain & Domain("commercial_partner_id", "=", self.partner_id.id),
        )

    @api.readonly
    def action_open_profile(self):
        """Open the customer's stage, status and history."""
        self.ensure_one()
        if not self.profile_id:
            return {
                "type": "ir.actions.act_window",
                "res_model": "res.partner",
                "res_id": self.partner_id.id,
                "views": [(False, "form")],
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self.profile_id.id,
            "views": [(False, "form")],
        }
