from odoo import api, models

from ..engine.planned import REACHING_CATEGORIES
from ..engine.value_entries import ACTIVITY_MODELS
from .crm_lifecycle_trigger_mixin import host_first

# Context of whoever plans the contacts that cadences ask for: these are no news to them.
OWN_PLAN = "lifecycle_own_plan"
PLANNING_FIELDS = {
    "date_deadline",
    "activity_type_id",
    "res_id",
    "res_model_id",
    "active",
    "user_id",
    "lifecycle_company_id",
}


class MailActivity(models.Model):
    """What is planned with a customer takes the place of the next contact."""

    _inherit = "mail.activity"  # pylint: disable=consider-merging-classes-inherited

    def _mark_lifecycle_planned(self):
        """Queue the customers whom activities yet to be done are to reach."""
        if self.env.context.get(OWN_PLAN):
            return
        with host_first(self, "planned activities"):
            planned = self.sudo().filtered(
                lambda activity: (
                    activity.res_model in ACTIVITY_MODELS
                    and not activity.date_done
                    and (
                        activity.activity_type_id.lifecycle_channel
                        or activity.activity_type_id.category in REACHING_CATEGORIES
                    )
                )
            )
            self.env["crm.lifecycle.queue"]._mark(planned._get_lifecycle_contact_ids())

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        activities._mark_lifecycle_planned()
        return activities

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
