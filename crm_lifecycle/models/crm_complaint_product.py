from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import complaint_reports, sources
from .crm_complaint_counted import COUNTED_FIELDS


class CrmComplaintProduct(models.Model):
    """Which products are complained about, beside how much of them was delivered."""

    _name = "crm.complaint.product"
    _description = "Product Complained About"
    _inherit = ["crm.lifecycle.ratio.mixin"]
    _auto = False
    _log_access = False
    _rec_name = "product_id"
    _rec_names_search = ["product_id"]
    _order = "complaint_count DESC, rate DESC, id"
    _depends = {
        "crm.complaint": [
            *COUNTED_FIELDS,
            "order_line_ids",
            "product_ids",
        ]
    }

    company_id = fields.Many2one("res.company", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    categ_id = fields.Many2one("product.category", string="Product Category", readonly=True)
    complaint_count = fields.Integer(
        string="Complaints", readonly=True, help="Reported within the last twelve months."
    )
    open_count = fields.Integer(string="Open Complaints", readonly=True)
    customer_count = fields.Integer(
        string="Customers", readonly=True, aggregator=None, help="Different ones who complained."
    )
    order_count = fields.Integer(
        string="Orders",
        readonly=True,
        aggregator=None,
        help="Confirmed orders of the product in the last twelve months.",
    )
    delivered_quantity = fields.Float(
        readonly=True,
        help="What was delivered of the orders of the last twelve months, in the product's unit.",
    )
    rate = fields.Float(
        string="Complaint Rate",
        readonly=True,
        aggregator="avg",
        help="Complaints divided by the delivered quantity.",
    )

    @property
    def _table_query(self):
        return complaint_reports.products(sources.company_cte(fields.Datetime.now()))

    @api.model
    def _get_ratios(self):
        return {"rate": ("complaint_count", "delivered_quantity")}

    @api.readonly
    def action_open_complaints(self):
        """Open the complaints about the product."""
        self.ensure_one()
        complaints = self.env["crm.complaint"]
        about = Domain("product_ids", "=", self.product_id.id) | Domain(
            "order_line_ids.product_id", "=", self.product_id.id
        )
        return complaints._open_counted(
            self.product_id.display_name,
            complaints._get_counted_domain(self.company_id) & about,
        )
