from odoo import api, models

from .crm_lifecycle_trigger_mixin import host_first

PLANNING_FIELDS = {
    "start",
    "stop",
    "start_date",
    "stop_date",
    "allday",
    "active",
    "user_id",
    "partner_ids",
    "attendee_ids",
}


class CalendarEvent(models.Model):
    """A meeting that is planned with a customer takes the place of the next contact."""

    _inherit = "calendar.event"

    def _mark_lifecycle_planned(self):
        """Queue the customers who are invited."""
        with host_first(self, "meetings"):
            invited = self.sudo().partner_ids.filtered("partner_share")
            self.env["crm.lifecycle.queue"]._mark(invited.ids)

    @api.model_create_multi
    def create(self, vals_list):
        events = super().create(vals_list)
        events._mark_lifecycle_planned()
        return events

    def write(self, vals):
        if PLANNING_FIELDS.isdisjoint(vals):
            return super().write(vals)
        self._mark_lifecycle_planned()
        result = super().write(vals)
        self._mark_lifecycle_planned()
        return result

    def unlink(self):
        self._mark_lifecycle_planned()
        return super().unlink()
