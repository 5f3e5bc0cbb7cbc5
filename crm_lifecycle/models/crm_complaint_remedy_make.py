from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class CrmComplaintRemedy(models.Model):
    """How remedies become documents, by the rights of whoever makes them."""

    _inherit = "crm.complaint.remedy"  # pylint: disable=consider-merging-classes-inherited

    def action_make(self):
        """Make what the customer gets, and note that it is done.

        :return: action that opens the document, if there is one
        """
        self.ensure_one()
        self.check_access("write")
        # Two people at once would make it twice.
        self.sudo().lock_for_update()
        self.invalidate_recordset()
        if not self.is_undone:
            self._ensure_state("approved")
        self._ensure_complete()
        getattr(self, f"_make_{self.kind}")()
        self.sudo().write(
            {
                "state": "done",
                "done_by_id": self.env.uid,
                "done_on": self.env["crm.lifecycle.period.mixin"]
                .with_company(self.company_id)
                ._get_today(),
            }
        )
        self._mark_cost_to_serve()
        self.complaint_id.sudo()._message_log(
            body=self.env._(
                "Remedy done: %(remedy)s (%(kind)s).",
                remedy=self.name,
                kind=dict(self._fields["kind"]._description_selection(self.env))[self.kind],
            )
        )
        return self._open_document()

    @api.depends("state", "kind", "credit_move_id.state")
    def _compute_is_undone(self):
        for remedy in self:
            made = remedy._get_made()
            is_gone = made is not None and (not made or made.state == "cancel")
            remedy.is_undone = remedy.state == "done" and is_gone

    def _get_made(self):
        """Return the document of its own that a remedy became, empty where that is deleted, None
        where its kind makes none.
        """
        self.ensure_one()
        return self.credit_move_id if self.kind == "credit_note" else None

    def _mark_cost_to_serve(self):
        """Have customers looked at again whose remedies cost something."""
        costly = self.sudo().filtered("cost")
        self.env["crm.lifecycle.queue"]._mark(costly.partner_id.ids)

    def _ensure_may_create(self, model, text):
        if not self.env[model].has_access("create"):
            raise UserError(text)

    def _make_credit_note(self):
        """Draft a credit note of the invoice, for whoever keeps the books to post."""
        self._ensure_may_create(
            "account.move.reversal",
            self.env._(
                "Credit notes are made by those who keep the books. Ask one of them: they find"
                " this remedy under Receivables, Remedies."
            ),
        )
        move = self.move_id
        move.check_access("read")
        if move.state != "posted":
            raise UserError(
                self.env._(
                    "%s is not posted. Change the invoice itself instead of crediting it.",
                    move.display_name,
                )
            )
        self.sudo()._ensure_creditable()
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "reason": self.complaint_id.sudo().display_name,
                    "journal_id": move.journal_id.id,
                    "date": fields.Date.context_today(self),
                }
            )
        )
        wizard.reverse_moves()
        refund = wizard.new_move_ids
        # No quantity comes back, so the lines no longer belong to those of an order: it would be
        # invoiced again.
        refund.sudo().invoice_line_ids.sale_line_ids = False
        if refund.currency_id.compare_amounts(refund.amount_total, self.amount):
            self._reduce(refund)
        self.sudo().credit_move_id = refund

    def _reduce(self, refund):
        """Have a credit note of a whole invoice credit the remedy's amount only.

        Each line keeps its account and taxes, and its share of the amount.
        """
        share = self.amount / refund.amount_total
        lines = refund.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        commands = []
        for line in lines:
            price = line.price_unit * line.quantity * (1 - line.discount / 100) * share
            commands.append(
                Command.update(
                    line.id,
                    {
                        "quantity": 1.0,
                        "discount": 0.0,
                        "price_unit": refund.currency_id.round(price),
                    },
                )
            )
        refund.write({"invoice_line_ids": commands})
        # What rounding has left over goes to the largest line.
        rest = self.amount - refund.amount_total
        if not refund.currency_id.is_zero(rest):
            largest = lines.sorted("price_total")[-1:]
            gross = largest.price_total or 1.0
            net = largest.price_unit
            refund.write(
                {
                    "invoice_line_ids": [
                        Command.update(
                            largest.id,
                            {"price_unit": refund.currency_id.round(net + rest * net / gross)},
                        )
                    ]
                }
            )

    def _make_discount(self):
        """Put a discount on the quotation."""
        order = self.order_id
        order.check_access("write")
        if order.state not in ("draft", "sent"):
            raise UserError(
                self.env._(
                    "%s is confirmed already. Choose a quotation, or credit an invoice.",
                    order.name,
                )
            )
        self._ensure_may_create(
            "sale.order.discount",
            self.env._("Discounts are given by salespeople. Ask who sells to the customer."),
        )
        self.env["sale.order.discount"].create(
            {
                "sale_order_id": order.id,
                "discount_type": "amount",
                "discount_amount": self.amount,
            }
        ).action_apply_discount()

    def _make_other(self):
        """Nothing is made: somebody has done it, and says so."""

    def _get_document(self):
        """Return the document that was made, empty where there is none."""
        self.ensure_one()
        documents = {"credit_note": self.credit_move_id, "discount": self.order_id}
        return documents.get(self.kind) or self.env["account.move"]

    def _open_document(self):
        """Return the action that opens what was made, if whoever made it may see it."""
        self.ensure_one()
        document = self._get_document()
        if not document or not document.has_access("read"):
            return False
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
        }
