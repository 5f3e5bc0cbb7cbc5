from odoo import api, models
from odoo.fields import Domain

# What is on them is the customer's own money.
PAYMENT_TYPES = ("gift_card", "ewallet")


class LoyaltyProgram(models.Model):
    _name = "loyalty.program"
    _inherit = ["loyalty.program", "lifecycle.limit.mixin"]

    @api.model
    def _get_lifecycle_limited_domain(self):
        return super()._get_lifecycle_limited_domain() & Domain(
            "program_type", "not in", PAYMENT_TYPES
        )
