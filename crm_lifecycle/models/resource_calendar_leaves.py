from odoo import models


class ResourceCalendarLeaves(models.Model):
    """Holidays of everybody move contacts; leaves of a single person do not."""

    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "lifecycle.working.time.mixin"]

    def _get_lifecycle_calendars(self):
        of_all = self.filtered(lambda leave: not leave.resource_id)
        if any(not leave.calendar_id for leave in of_all):
            return None
        return of_all.calendar_id
