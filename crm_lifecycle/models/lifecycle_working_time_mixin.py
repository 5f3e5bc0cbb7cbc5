from odoo import api, models
from odoo.fields import Domain

from .crm_lifecycle_trigger_mixin import host_first


class LifecycleWorkingTimeMixin(models.AbstractModel):
    """Something of the host's that says on which days people work.

    Whoever changes it moves the next contacts of all customers, in the background.
    """

    _name = "lifecycle.working.time.mixin"
    _description = "Working Time That Cadences Go By"

    def _get_lifecycle_calendars(self):
        """Return the working times that the records belong to; None for all of their companies."""
        return self.calendar_id

    def _date_lifecycle_anew(self):
        """Have the customers of the companies that go by it dated anew."""
        with host_first(self, "working times"):
            companies = self.env["res.company"].sudo().with_context(active_test=False)
            calendars = self.sudo()._get_lifecycle_calendars()
            if calendars is None:
                found = companies.search(Domain.TRUE)
            else:
                found = companies.search([("resource_calendar_id", "in", calendars.ids)])
                found |= (
                    self.env["crm.lifecycle.cadence"]
                    .sudo()
                    .search([("calendar_id", "in", calendars.ids)])
                    .company_id
                )
            self.env["crm.lifecycle.reclassification"]._start(found)

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._date_lifecycle_anew()
        return records

    def write(self, vals):
        self._date_lifecycle_anew()
        result = super().write(vals)
        self._date_lifecycle_anew()
        return result

    def unlink(self):
        self._date_lifecycle_anew()
        return super().unlink()
