from odoo import api, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = [
        "sale.order",
        "crm.lifecycle.trigger.mixin",
        "lifecycle.stage.mixin",
        "lifecycle.question.mixin",
    ]

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {
            "state",
            "date_order",
            "validity_date",
            "currency_id",
            "medium_id",
            "team_id",
            "opportunity_id",
        }

    def _compute_amounts(self):
        # Lines change an order's amount without a write on the order.
        result = super()._compute_amounts()
        self.filtered("id")._mark_lifecycle_customers()
        return result
