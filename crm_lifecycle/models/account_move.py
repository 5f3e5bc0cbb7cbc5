from odoo import api, models


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.lifecycle.trigger.mixin", "lifecycle.stage.mixin"]

    _lifecycle_customer_field = "commercial_partner_id"

    # The host looks up a customer's invoices by this column on every contact form.
    _lifecycle_commercial_partner_idx = models.Index(
        "(commercial_partner_id) WHERE commercial_partner_id IS NOT NULL"
    )

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return {"partner_id", "invoice_date", "state"}

    def _get_lifecycle_partner_ids(self):
        invoices = self.filtered(lambda move: move.id and move.is_sale_document(True))
        return invoices.sudo().partner_id.ids

    def _compute_payment_state(self):
        # Runs whenever an invoice is posted, paid, unpaid, reset, cancelled, refunded.
        result = super()._compute_payment_state()
        self._mark_lifecycle_customers()
        return result
