from odoo import api, fields, models

from ..engine import complaint_reports, sources
from .crm_complaint_counted import COUNTED_FIELDS


class CrmComplaintRate(models.Model):
    """How many complaints there are for each invoiced order, over time and by customers.

    A row is a complaint or an order; see ``engine.complaint_reports``.
    """

    _name = "crm.complaint.rate"
    _description = "Complaint Rate"
    _inherit = [
        "crm.lifecycle.document.mixin",
        "crm.lifecycle.ratio.mixin",
        "crm.lifecycle.customer.report.mixin",
    ]
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "date DESC, id DESC"
    _depends = {
        "crm.complaint": [
            *COUNTED_FIELDS,
            "partner_id",
        ]
    }

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    date = fields.Date(
        readonly=True, help="Day of the complaint, or of the first invoice of the order."
    )
    complaint_count = fields.Integer(string="Complaints", readonly=True)
    order_count = fields.Integer(
        string="Invoiced Orders",
        readonly=True,
        help="Orders of which something was invoiced; an invoice that comes from no order counts"
        " as one.",
    )
    rate = fields.Float(
        string="Complaint Rate",
        readonly=True,
        aggregator="avg",
        help="Complaints divided by invoiced orders, of the same group and time.",
    )

    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    stage_id = fields.Many2one(related="profile_id.stage_id")

    @property
    def _table_query(self):
        return complaint_reports.rates(sources.company_cte(fields.Datetime.now()))

    @api.model
    def _get_ratios(self):
        return {"rate": ("complaint_count", "order_count")}
