from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _write_for_lifecycle(self, vals):
        """Write on customers, with what the host looks up for the contacts of each looked up once
        for all.
        """
        self.child_ids.fetch(["child_ids", "specific_property_product_pricelist", "user_ids"])
        self.write(vals)
