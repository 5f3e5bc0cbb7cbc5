from odoo.http import request, route

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first
from odoo.addons.loyalty.controllers.portal import CustomerPortalLoyalty


class LifecycleCustomerPortalLoyalty(CustomerPortalLoyalty):
    """Customers are told of no reward that their orders would not give them."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if counters:
            # The page takes whatever comes with numbers for a number.
            return values
        programs = request.env["loyalty.program"].sudo()
        programs = programs.union(*values.get("cards_per_programs", ()))
        return {**values, "lifecycle_barred_programs": self._get_lifecycle_barred(programs)}

    @route()
    def portal_get_card_history_values(self, card_id):
        values = super().portal_get_card_history_values(card_id)
        if values.get("rewards"):
            program = request.env["loyalty.card"].sudo().browse(int(card_id)).program_id
            if self._get_lifecycle_barred(program):
                values["rewards"] = []
        return values

    def _get_lifecycle_barred(self, programs):
        """Return those of programmes that are not for whoever looks at the page."""
        barred = programs.browse()
        with host_first(programs, "limits"):
            barred = programs._get_lifecycle_barred_for(request.env.user.partner_id)
        return barred
