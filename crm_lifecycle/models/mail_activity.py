from odoo import api, models

from ..engine.value_entries import ACTIVITY_MODELS


class MailActivity(models.Model):
    """What is done for a customer costs something; what is yet to be done does not."""

    _name = "mail.activity"
    _inherit = ["mail.activity", "crm.lifecycle.trigger.mixin"]

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return {
            "active",
            "date_done",
            "lifecycle_outcome",
            "lifecycle_direction",
            "lifecycle_satisfaction",
        }

    def _get_lifecycle_partner_ids(self):
        done = self.sudo().filtered(
            lambda activity: activity.date_done and activity.res_model in ACTIVITY_MODELS
        )
        return sorted(done._get_lifecycle_contact_ids())

    def _get_lifecycle_contact_ids(self):
        """Return the ids of the contacts with whom activities of ``ACTIVITY_MODELS`` are."""
        found = set()
        for model, activities in self.grouped("res_model").items():
            documents = self.env[model].sudo().browse(activities.mapped("res_id")).exists()
            found.update(documents.ids if model == "res.partner" else documents.partner_id.ids)
        return found
