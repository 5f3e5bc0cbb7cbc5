from odoo import api, models


class CrmLifecyclePointRule(models.Model):
    _inherit = "crm.lifecycle.point.rule"

    @api.model
    def _get_source_selection(self):
        return [
            *super()._get_source_selection(),
            ("survey", self.env._("Answered survey")),
        ]
