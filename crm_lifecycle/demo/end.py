from odoo import api, models


class CrmLifecycleDemo(models.AbstractModel):
    """The demo ends with everybody being up to date, so that nobody waits for a job to see it."""

    _inherit = "crm.lifecycle.demo"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _look_again(self):
        profiles = self.env["crm.lifecycle.profile"]
        profiles._refresh(profiles.search([("active", "=", True)]).partner_id.ids)
