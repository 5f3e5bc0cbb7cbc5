from odoo import Command, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _get_lifecycle_delivered_days(self):
        """Take the last delivery's day; what is not delivered in full is left out.

        Orders of services alone have no deliveries, and count from their own day.
        """
        # As the superuser: whoever asks sells, and may not see transfers.
        orders_sudo = self.sudo()
        without = orders_sudo.filtered(lambda order: not order.delivery_status)
        days = super(SaleOrder, self & without)._get_lifecycle_delivered_days()
        company = self.env.company.sudo()
        tz = company.partner_id.tz or company.resource_calendar_id.tz or "UTC"
        local = self.with_context(tz=tz)
        for order in orders_sudo - without:
            done = [
                picking.date_done
                for picking in order.picking_ids
                if picking.state == "done" and picking.location_dest_id.usage == "customer"
            ]
            if order.delivery_status == "full" and done:
                days[order.with_env(self.env)] = fields.Datetime.context_timestamp(
                    local, max(done)
                ).date()
        return days

    # ------------------------------------------------------------
    # COMPLAINTS IN THE PORTAL
    # ------------------------------------------------------------

    def _get_portal_deliveries(self):
        """Return what the customer got, and may complain about."""
        self.ensure_one()
        return (
            self.sudo()
            .picking_ids.filtered(
                lambda picking: picking.state == "done" and picking.picking_type_code == "outgoing"
            )
            .sorted("id")
        )

    def _prepare_portal_complaint(self, form):
        values = super()._prepare_portal_complaint(form)
        if form.get("delivery_id"):
            delivery = self._get_portal_deliveries().filtered(
                lambda picking: str(picking.id) == form["delivery_id"]
            )
            if not delivery:
                raise UserError(self.env._("Please choose one of the deliveries."))
            values["picking_ids"] = [Command.set(delivery.ids)]
        return values
