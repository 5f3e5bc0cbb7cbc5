from odoo import Command, api, fields, models

from odoo.addons.crm_lifecycle.access import LIFECYCLE_GROUPS


class StockPicking(models.Model):
    """A delivery, or what came back, that customers complain about."""

    _name = "stock.picking"
    _inherit = ["stock.picking", "lifecycle.complaint.mixin"]

    lifecycle_is_customers = fields.Boolean(
        string="To or From a Customer",
        compute="_compute_lifecycle_is_customers",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )

    @api.depends("location_id.usage", "location_dest_id.usage", "partner_id", "sale_id")
    def _compute_lifecycle_is_customers(self):
        for picking in self:
            picking.lifecycle_is_customers = "customer" in (
                picking.location_id.usage,
                picking.location_dest_id.usage,
            ) and bool(picking._get_lifecycle_complaining())

    def _get_lifecycle_contact(self):
        """Return who would complain: who ordered, where the goods went elsewhere."""
        self.ensure_one()
        # As the superuser: whoever asks may see neither the order nor the contacts.
        buyer, own = self.sudo().sale_id.partner_id, self.sudo().partner_id
        is_elsewhere = buyer and buyer.commercial_partner_id != own.commercial_partner_id
        return (buyer if is_elsewhere else own).with_env(self.env)

    def _get_lifecycle_complaining(self):
        return self._get_lifecycle_contact().commercial_partner_id

    def _prepare_lifecycle_complaint(self):
        values = {
            **super()._prepare_lifecycle_complaint(),
            "partner_id": self._get_lifecycle_contact().id,
        }
        moves = self.move_ids.filtered(lambda move: move.state != "cancel")
        if self.location_id.usage == "customer":
            values["return_picking_ids"] = [Command.set(self.ids)]
            delivery = self.return_id.filtered(
                lambda picking: picking.location_dest_id.usage == "customer"
            )
            values["picking_ids"] = [Command.set(delivery.ids)]
        else:
            values["picking_ids"] = [Command.set(self.ids)]
        lines = moves.sudo().sale_line_id
        for name, documents in (
            ("order_ids", lines.order_id | self.sudo().sale_id),
            ("move_ids", lines.invoice_lines.move_id.filtered(self._is_lifecycle_disputable)),
        ):
            # Whoever may not know a document is not told of it.
            documents = documents.sudo(False)
            if documents.has_access("read"):
                values[name] = [Command.set(documents._filtered_access("read").ids)]
        lots = moves.move_line_ids.lot_id
        if len(lots) == 1 and lots.has_access("read"):
            values["lot_ids"] = [Command.set(lots.ids)]
        return {**values, **self._prepare_lifecycle_complaint_products(moves.product_id)}

    @api.model
    def _is_lifecycle_disputable(self, move):
        return move.state == "posted" and move.move_type in ("out_invoice", "out_refund")
