from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    # The host's Chinese leaves this name out: as a field of this addon it is translated.
    grade_id = fields.Many2one(string="Partner Level")

    def _write_for_lifecycle(self, vals):
        """Write on customers, with what the host looks up for the contacts of each looked up once
        for all.
        """
        self.child_ids.fetch(["child_ids", "specific_property_product_pricelist", "user_ids"])
        self.write(vals)
