from odoo import models


class ResourceCalendarAttendance(models.Model):
    """Working hours say on which days of the week customers are contacted."""

    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "lifecycle.working.time.mixin"]
