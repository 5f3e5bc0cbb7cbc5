from odoo import api, models


class CrmLifecycleReturnVisit(models.Model):
    """What a customer said of an order counts: they are looked at again."""

    _name = "crm.lifecycle.return.visit"
    _inherit = ["crm.lifecycle.return.visit", "crm.lifecycle.trigger.mixin"]

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return {"partner_id", "state", "satisfaction", "done_on"}

    def _get_lifecycle_partner_ids(self):
        # One that is yet to be done, or came to nothing, says nothing.
        return self.sudo().filtered("done_on").partner_id.ids

    def write(self, vals):
        if not self._get_lifecycle_trigger_fields().isdisjoint(vals):
            # One that is reopened said something until now.
            self._mark_lifecycle_customers()
        return super().write(vals)
