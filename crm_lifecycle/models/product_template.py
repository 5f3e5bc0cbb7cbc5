from odoo import api, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    @api.readonly
    def action_lifecycle_open_pairs(self):
        """Open what is bought together with the products."""
        return self.product_variant_ids.action_lifecycle_open_pairs()
