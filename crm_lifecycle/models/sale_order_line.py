from odoo import models

from .crm_lifecycle_trigger_mixin import host_first


class SaleOrderLine(models.Model):
    """The cost on an order line (Margins) is the cost of what is invoiced from it."""

    _inherit = "sale.order.line"

    def write(self, vals):
        result = super().write(vals)
        if "purchase_price" in vals:
            with host_first(self):
                self.sudo().invoice_lines.move_id._mark_lifecycle_customers()
        return result
