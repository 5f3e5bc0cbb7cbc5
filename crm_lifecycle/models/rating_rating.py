from odoo import api, models


class RatingRating(models.Model):
    _name = "rating.rating"
    _inherit = ["rating.rating", "crm.lifecycle.trigger.mixin"]

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {"rating", "consumed", "rated_on"}
