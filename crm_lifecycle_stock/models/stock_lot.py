from odoo import Command, api, models


class StockLot(models.Model):
    """A lot or serial number that customers complain about."""

    _name = "stock.lot"
    _inherit = ["stock.lot", "lifecycle.complaint.mixin"]

    @api.model
    def _get_lifecycle_complaint_link(self, _model):
        return "lot_ids"

    def _get_lifecycle_complaining(self):
        return self

    def _prepare_lifecycle_complaint(self):
        values = {
            "lot_ids": [Command.set(self.ids)],
            "product_ids": [Command.set(self.product_id.ids)],
            "company_id": self._get_lifecycle_complaint_company().id,
        }
        # Who got it last; a lot went to several.
        deliveries = self.sudo().delivery_ids.filtered(
            lambda picking: picking.company_id.id == values["company_id"]
        )
        customers = {picking._get_lifecycle_complaining() for picking in deliveries}
        if len(customers) == 1:
            last = deliveries.sorted("date_done")[-1:]
            values["partner_id"] = last._get_lifecycle_contact().id
            values["picking_ids"] = [Command.set(last.sudo(False)._filtered_access("read").ids)]
        return values

    @api.readonly
    def action_lifecycle_open_registrations(self):
        """Open who registered the piece."""
        self.ensure_one()
        self.env["crm.lifecycle.registration"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Registrations: %s", self.display_name),
            "res_model": "crm.lifecycle.registration",
            "views": [(False, "list"), (False, "form")],
            "domain": [("lot_id", "=", self.id)],
            "context": {"default_lot_id": self.id},
        }
