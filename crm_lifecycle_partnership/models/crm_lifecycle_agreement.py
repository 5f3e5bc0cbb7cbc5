from odoo import api, models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first

# What levels depend on.
WATCHED = {"partner_id", "company_id", "kind", "date_start", "date_end", "active"}


class CrmLifecycleAgreement(models.Model):
    """Levels are looked at soon after an agreement was entered or changed."""

    _inherit = "crm.lifecycle.agreement"

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        agreements._wake_grades()
        return agreements

    def write(self, vals):
        result = super().write(vals)
        if not WATCHED.isdisjoint(vals):
            self._wake_grades()
        return result

    def _wake_grades(self):
        with host_first(self, "levels"):
            self.env["crm.lifecycle.grade.job"].sudo()._wake(self.company_id)
