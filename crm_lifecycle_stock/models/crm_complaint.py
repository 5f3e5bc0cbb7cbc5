from odoo import api, fields, models
from odoo.fields import Domain


class CrmComplaint(models.Model):
    """Which goods a complaint is about: what was delivered, what came back, and which pieces."""

    _inherit = "crm.complaint"

    picking_ids = fields.Many2many(
        "stock.picking",
        "crm_complaint_stock_picking_rel",
        string="Deliveries",
        check_company=True,
        copy=False,
        help="What was delivered and is complained about.",
    )
    return_picking_ids = fields.Many2many(
        "stock.picking",
        "crm_complaint_stock_return_rel",
        string="Returns",
        check_company=True,
        copy=False,
        help="Goods complained about that came back, or will.",
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Lots and Serial Numbers",
        check_company=True,
        copy=False,
        help="Which pieces or batches are complained about.",
    )
    has_deliveries = fields.Boolean(
        compute="_compute_has_deliveries",
        compute_sudo=True,
        help="The customer ever got goods, or the complaint is about some.",
    )

    @api.depends(
        "commercial_partner_id", "company_id", "picking_ids", "return_picking_ids", "lot_ids"
    )
    def _compute_has_deliveries(self):
        for complaint in self:
            complaint.has_deliveries = bool(
                complaint.picking_ids
                or complaint.return_picking_ids
                or complaint.lot_ids
                or (complaint.commercial_partner_id and complaint._customer_has_deliveries())
            )

    def _customer_has_deliveries(self):
        """Tell whether the customer ordered or got goods, or sent some back."""
        self.ensure_one()
        customer = [("commercial_partner_id", "=", self.commercial_partner_id.id)]
        of_customers = Domain("company_id", "=", self.company_id.id) & (
            Domain("location_dest_id.usage", "=", "customer")
            | Domain("location_id.usage", "=", "customer")
        )
        # One after the other: each has an index, and both together have none.
        return any(
            self.env["stock.picking"].search_count(
                Domain(path, "any", customer) & of_customers, limit=1
            )
            for path in ("partner_id", "sale_id.partner_id")
        )

    @api.constrains("picking_ids", "return_picking_ids", "partner_id")
    def _check_customer_of_deliveries(self):
        self._check_customer_of_documents()

    def _get_documents(self):
        return [*super()._get_documents(), *self.picking_ids, *self.return_picking_ids]

    @api.model
    def _get_customers_of(self, document):
        customers = super()._get_customers_of(document)
        if document._name == "stock.picking" and document.sale_id:
            # What was ordered may go to somebody else.
            customers |= super()._get_customers_of(document.sale_id)
        return customers

    @api.model
    def _get_links(self):
        return (*super()._get_links(), "picking_ids", "return_picking_ids", "lot_ids")

    def _get_portal_documents(self):
        deliveries = self.sudo().picking_ids.filtered(lambda picking: picking.state == "done")
        return [
            *super()._get_portal_documents(),
            *((picking.name, f"/my/picking/pdf/{picking.id}") for picking in deliveries),
        ]
