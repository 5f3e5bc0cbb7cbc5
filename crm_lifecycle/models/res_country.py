from odoo import api, models


class ResCountry(models.Model):
    _name = "res.country"
    _inherit = ["res.country", "lifecycle.segment.rule.mixin"]

    @api.model
    def _get_lifecycle_segment_field(self):
        return "country_ids"
