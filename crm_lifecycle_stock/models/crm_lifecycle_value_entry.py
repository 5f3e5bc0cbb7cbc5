from odoo import fields, models


class CrmLifecycleValueEntry(models.Model):
    _inherit = "crm.lifecycle.value.entry"

    cost_basis = fields.Selection(
        selection_add=[
            ("ledger", "Ledger"),
            ("order",),
            ("delivery", "Delivery, cost when the goods left"),
            ("product_then", "Product, cost of the day"),
            ("product",),
        ]
    )
