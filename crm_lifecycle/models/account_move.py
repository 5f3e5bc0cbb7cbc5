import logging

from odoo import models

_logger = logging.getLogger(__name__)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "lifecycle.stage.mixin"]

    _lifecycle_customer_field = "commercial_partner_id"

    # The host looks up a customer's invoices by this column on every contact form.
    _lifecycle_commercial_partner_idx = models.Index(
        "(commercial_partner_id) WHERE commercial_partner_id IS NOT NULL"
    )

    def _mark_lifecycle_customers(self):
        """Queue the customers of invoices at the end of the transaction."""
        try:
            invoices = self.filtered(lambda move: move.id and move.is_sale_document(True))
            self.env["crm.lifecycle.queue"]._mark(invoices.sudo().commercial_partner_id.ids)
        except Exception:  # noqa: BLE001 the host's transaction comes first
            _logger.exception("Customer lifecycle: invoices %s were not queued", self)

    def _compute_payment_state(self):
        # Runs whenever an invoice is posted, paid, unpaid, reset, cancelled, refunded.
        result = super()._compute_payment_state()
        self._mark_lifecycle_customers()
        return result

    def unlink(self):
        self._mark_lifecycle_customers()
        return super().unlink()

    def write(self, vals):
        triggered = not {"partner_id", "invoice_date", "state"}.isdisjoint(vals)
        if triggered and "partner_id" in vals:
            self._mark_lifecycle_customers()
        result = super().write(vals)
        if triggered:
            self._mark_lifecycle_customers()
        return result
