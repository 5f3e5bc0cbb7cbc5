from odoo import api, fields, models
from odoo.fields import Domain


class CrmLifecycleRegistration(models.Model):
    """Whether what customers registered came back."""

    _inherit = "crm.lifecycle.registration"  # pylint: disable=consider-merging-classes-inherited

    @api.depends("picking_id")
    def _compute_date_returned(self):
        moved = self._get_lot_lines(self.lot_id, self.commercial_partner_id, self.company_id)
        lines = self.env["stock.move.line"].sudo()
        periods = self.env["crm.lifecycle.period.mixin"]
        for registration in self:
            lot, picking = registration.lot_id, registration.picking_id
            if lot:
                passed = moved.get((lot, registration.company_id), lines)
                is_kept = self._choose_delivery(passed, registration.commercial_partner_id)
                back = passed.filtered(lambda line: line.location_id.usage == "customer")
            else:
                product = registration.product_id
                is_kept = picking and picking._is_kept(product, lot)
                back = picking.move_ids.returned_move_ids.filtered(
                    lambda move, product=product: (
                        move.product_id == product and move.state == "done"
                    )
                )
            # What we have not delivered does not come back to us.
            if is_kept or not picking:
                registration.date_returned = False
                continue
            period = periods.with_company(registration.company_id)
            local = self.with_context(tz=period._get_zone())
            days = back.mapped("date")
            registration.date_returned = (
                fields.Datetime.context_timestamp(local, max(days)).date()
                if days
                else period._get_today()
            )

    @api.model
    def _find_moved(self, moves):
        """Return what is registered of goods that came back, or went out once more.

        :param moves: to and from customers, just done
        """
        if not moves:
            return self.browse()
        lots, deliveries = moves.move_line_ids.lot_id, moves.picking_id
        while moves := moves.origin_returned_move_id:
            deliveries |= moves.picking_id
        return self.with_context(active_test=False).search(
            Domain("lot_id", "in", lots.ids)
            | (Domain("lot_id", "=", False) & Domain("picking_id", "in", deliveries.ids))
        )

    def _note_returns(self):
        """Note when each came back, or that the customer has it."""
        self.env.add_to_compute(self._fields["date_returned"], self)
        self.flush_recordset(["date_returned"])
