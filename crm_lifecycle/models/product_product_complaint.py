from odoo import Command, models


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "lifecycle.complaint.mixin"]

    def _get_lifecycle_complaining(self):
        return self

    def _prepare_lifecycle_complaint(self):
        return {
            "product_ids": [Command.set(self.ids)],
            "company_id": self._get_lifecycle_complaint_company().id,
        }
