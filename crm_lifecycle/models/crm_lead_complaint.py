from odoo import Command, models


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = ["crm.lead", "lifecycle.complaint.mixin"]

    def _prepare_lifecycle_complaint(self):
        return {
            **super()._prepare_lifecycle_complaint(),
            "lead_ids": [Command.set(self.ids)],
        }
