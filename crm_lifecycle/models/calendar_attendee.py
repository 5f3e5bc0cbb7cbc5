from odoo import models


class CalendarAttendee(models.Model):
    """A customer who declines, or accepts again: what is planned is another then."""

    _inherit = "calendar.attendee"

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self.event_id._mark_lifecycle_planned()
        return result
