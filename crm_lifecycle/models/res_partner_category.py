from odoo import api, models

from .crm_lifecycle_trigger_mixin import host_first


class ResPartnerCategory(models.Model):
    _name = "res.partner.category"
    _inherit = ["res.partner.category", "lifecycle.segment.rule.mixin"]

    @api.model
    def _get_lifecycle_segment_field(self):
        return "category_ids"

    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        if any("partner_ids" in vals for vals in vals_list):
            self._reclassify_lifecycle_customers()
        return created

    def write(self, vals):
        result = super().write(vals)
        # From this side the contacts themselves are not written.
        if not {"partner_ids", "parent_id"}.isdisjoint(vals):
            self._reclassify_lifecycle_customers()
        return result

    def unlink(self):
        self._reclassify_lifecycle_customers()
        return super().unlink()

    @api.model
    def _reclassify_lifecycle_customers(self):
        """Have customers find their segments anew where segments ask for tags."""
        with host_first(self, "segments"):
            segments = self.env["crm.lifecycle.segment"].sudo()
            segments.search([("category_ids", "!=", False)])._reclassify()
