from odoo import models


class CrmLifecycleReferral(models.Model):
    _inherit = "crm.lifecycle.referral"

    def _follow_outcomes(self):
        super()._follow_outcomes()
        rules = self.env["crm.lifecycle.point.rule"].with_context(active_test=False)
        if rules.search_count(
            [("company_id", "in", self.company_id.ids), ("source", "=", "referral")], limit=1
        ):
            self.env["crm.lifecycle.point.job"]._wake()
