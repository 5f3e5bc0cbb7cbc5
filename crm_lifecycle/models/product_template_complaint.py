from odoo import models


class ProductTemplate(models.Model):
    _name = "product.template"
    _inherit = ["product.template", "lifecycle.complaint.mixin"]

    def _get_lifecycle_complaining(self):
        return self.product_variant_ids

    def _prepare_lifecycle_complaint(self):
        return {
            "company_id": self._get_lifecycle_complaint_company().id,
            **self._prepare_lifecycle_complaint_products(self.product_variant_ids),
        }
