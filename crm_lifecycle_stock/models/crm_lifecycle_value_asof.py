from odoo import api, fields, models


class CrmLifecycleValueAsof(models.Model):
    _inherit = "crm.lifecycle.value.asof"

    return_12m = fields.Monetary(depends_context=("lifecycle_date",))
    return_total = fields.Monetary(depends_context=("lifecycle_date",))

    @api.depends_context("lifecycle_date")
    def _compute_return_rate(self):
        return super()._compute_return_rate()
