from odoo import api, models


class RatingRating(models.Model):
    _name = "rating.rating"
    _inherit = ["rating.rating", "crm.lifecycle.trigger.mixin"]

    # The host has none on the customer, by whom each refresh looks ratings up.
    _lifecycle_partner_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {"rating", "consumed", "rated_on"}
