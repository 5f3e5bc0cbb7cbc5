from odoo import api, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    @api.readonly
    def action_lifecycle_open_pairs(self):
        """Open what is bought together with the products."""
        name = self.env._("Bought Together")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.lifecycle.basket.pair",
            "view_mode": "list",
            "domain": [("level", "=", "product"), ("product_id", "in", self.ids)],
            "context": {"search_default_in_document": True, "lifecycle_level": "product"},
        }
