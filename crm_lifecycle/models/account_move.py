from odoo import api, models
from odoo.tools import SQL

from .crm_lifecycle_trigger_mixin import host_first

_MARKED = "crm_lifecycle.marked_moves"


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = [
        "account.move",
        "crm.lifecycle.trigger.mixin",
        "lifecycle.payment.mixin",
        "lifecycle.stage.mixin",
        "lifecycle.question.mixin",
    ]

    _lifecycle_customer_field = "commercial_partner_id"

    # The host looks up a customer's invoices by this column on every contact form.
    _lifecycle_commercial_partner_idx = models.Index(
        "(commercial_partner_id) WHERE commercial_partner_id IS NOT NULL"
    )

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return {"partner_id", "invoice_date", "state"}

    def _get_lifecycle_partner_ids(self):
        moves = self.filtered("id").sudo()
        invoices = moves.filtered(lambda move: move.is_sale_document(True))
        # A payment, or another entry, changes what somebody owes.
        entries = moves.filtered(lambda move: move.move_type == "entry")
        owed = entries.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return (invoices.partner_id | owed.partner_id).ids

    def _mark_lifecycle_customers(self):
        super()._mark_lifecycle_customers()
        with host_first(self, "orders"):
            self._mark_lifecycle_moves()

    def _mark_lifecycle_moves(self):
        """Note the invoices whose orders' customers are to be queued.

        Whose order it is may be somebody else than who is invoiced. That is read at the
        end of the transaction, when all lines are written.
        """
        move_ids = {move.id for move in self if move.id and move.is_sale_document(True)}
        precommit = self.env.cr.precommit
        if move_ids and _MARKED not in precommit.data:
            precommit.data[_MARKED] = set()
            precommit.add(self.sudo()._mark_lifecycle_order_customers)
        if move_ids:
            precommit.data[_MARKED] |= move_ids

    @api.model
    def _mark_lifecycle_order_customers(self):
        """Queue those whose orders the transaction's invoices, or refunds of these, settle."""
        move_ids = self.env.cr.precommit.data.pop(_MARKED, None)
        if not move_ids:
            return
        with host_first(self.browse(move_ids), "orders"):
            rows = self.env.execute_query(
                SQL(
                    """SELECT DISTINCT so.partner_id
                         FROM account_move move
                         JOIN account_move_line line
                           ON line.move_id = ANY(ARRAY[move.id, move.reversed_entry_id])
                         JOIN sale_order_line_invoice_rel bill ON bill.invoice_line_id = line.id
                         JOIN sale_order_line order_line ON order_line.id = bill.order_line_id
                         JOIN sale_order so ON so.id = order_line.order_id
                        WHERE move.id = ANY(%s) AND so.partner_id <> move.partner_id""",
                    sorted(move_ids),
                )
            )
            self.env["crm.lifecycle.queue"]._mark([partner_id for (partner_id,) in rows])

    def _compute_payment_state(self):
        # Runs whenever an invoice is posted, paid, unpaid, reset, cancelled, refunded.
        result = super()._compute_payment_state()
        self._mark_lifecycle_customers()
        return result
