from odoo import api, models

from .crm_lifecycle_trigger_mixin import host_first


class CalendarEvent(models.Model):
    """A meeting with a customer is planned, and a contact once it has begun.

    That it has begun, the nightly pass finds; see ``crm.lifecycle.pass``.
    """

    _inherit = "calendar.event"

    def _mark_lifecycle_customers(self):
        with host_first(self, "meetings"):
            people = self.sudo().partner_ids.filtered("partner_share")
            self.env["crm.lifecycle.queue"]._mark(people.ids)

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._mark_lifecycle_customers()
        return events

    def write(self, vals):
        triggered = not {"partner_ids", "start", "stop", "active", "user_id"}.isdisjoint(vals)
        if triggered and "partner_ids" in vals:
            self._mark_lifecycle_customers()
        result = super().write(vals)
        if triggered:
            self._mark_lifecycle_customers()
        return result

    def unlink(self):
        self._mark_lifecycle_customers()
        return super().unlink()
