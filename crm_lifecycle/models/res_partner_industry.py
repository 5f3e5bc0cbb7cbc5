from odoo import api, models


class ResPartnerIndustry(models.Model):
    _name = "res.partner.industry"
    _inherit = ["res.partner.industry", "lifecycle.segment.rule.mixin"]

    @api.model
    def _get_lifecycle_segment_field(self):
        return "industry_ids"
