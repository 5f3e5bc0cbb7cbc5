from odoo import models


class ProductValue(models.Model):
    _inherit = "product.value"

    # The host has no index on the product, by whose notes the cost of a day is found.
    _lifecycle_product_idx = models.Index(
        "(product_id, company_id, date) WHERE move_id IS NULL AND lot_id IS NULL"
    )
