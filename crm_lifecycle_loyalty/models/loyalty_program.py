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

    def _get_lifecycle_barred_for(self, partner):
        """Return those that a contact may not have, in each one's company."""
        barred = self.browse()
        for company, programs in self.grouped(
            lambda program: program.company_id or self.env.company
        ).items():
            barred |= programs & self._find_lifecycle_barred(partner, company)
        return barred
