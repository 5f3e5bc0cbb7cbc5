from odoo import Command, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "lifecycle.complaint.mixin"]

    def _prepare_lifecycle_complaint(self):
        values = super()._prepare_lifecycle_complaint()
        values["order_ids"] = [Command.set(self.ids)]
        # Whoever may not know the lead is not told of it.
        leads = self.env["crm.lead"]
        if leads.has_access("read"):
            values["lead_ids"] = [Command.set(self.opportunity_id._filtered_access("read").ids)]
        products = self.order_line.filtered(lambda line: not line.display_type).product_id
        return {**values, **self._prepare_lifecycle_complaint_products(products)}

    def _can_lifecycle_complain(self):
        """Tell whether the customer may complain about it in the portal."""
        self.ensure_one()
        return self.state == "sale" and self.company_id.sudo().lifecycle_complaint_portal
