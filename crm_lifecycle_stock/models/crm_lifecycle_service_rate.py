from odoo import fields, models


class CrmLifecycleServiceRate(models.Model):
    _inherit = "crm.lifecycle.service.rate"

    kind = fields.Selection(
        selection_add=[("delivery", "Delivery or return")], ondelete={"delivery": "cascade"}
    )
