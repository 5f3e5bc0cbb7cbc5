from odoo import Command, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "lifecycle.complaint.mixin"]

    def _prepare_lifecycle_complaint(self):
        values = super()._prepare_lifecycle_complaint()
        if self.move_type in ("out_invoice", "out_refund"):
            values["move_ids"] = [Command.set(self.ids)]
        orders = self.sudo().line_ids.sale_line_ids.order_id.sudo(False)
        values["order_ids"] = [Command.set(orders._filtered_access("read").ids)]
        return {
            **values,
            **self._prepare_lifecycle_complaint_products(self.invoice_line_ids.product_id),
        }

    def _can_lifecycle_complain(self):
        """Tell whether the customer may complain about it in the portal."""
        self.ensure_one()
        return (
            self.state == "posted"
            and self.move_type in ("out_invoice", "out_refund")
            and self.company_id.sudo().lifecycle_complaint_portal
        )
