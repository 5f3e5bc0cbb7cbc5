from odoo import api, models


class CrmComplaint(models.Model):
    """A complaint is an event of its customer: who complains is looked at again."""

    _name = "crm.complaint"
    _inherit = ["crm.complaint", "crm.lifecycle.trigger.mixin"]

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {
            "kind",
            "date",
            "step_id",
            "duplicate_of_id",
        }
