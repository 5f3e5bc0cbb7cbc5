from odoo import api, models
from odoo.fields import Domain


class CrmLifecycleRegistration(models.Model):
    """With which delivery a customer got what they register."""

    _inherit = "crm.lifecycle.registration"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_deliveries(self, customer, company, limit=100):
        """Return what a customer got or ordered, the last first, as the superuser.

        :param customer: commercial partner
        """
        done = (
            Domain("state", "=", "done")
            & Domain("company_id", "=", company.id)
            & Domain("location_dest_id.usage", "=", "customer")
        )
        mine = [("commercial_partner_id", "=", customer.id)]
        pickings = self.env["stock.picking"].sudo()
        # One after the other: each has an index, and both together have none.
        for path in ("partner_id", "sale_id.partner_id"):
            pickings |= pickings.search(
                done & Domain(path, "any", mine), order="date_done DESC, id DESC", limit=limit
            )
        return pickings.sorted(lambda picking: (picking.date_done, picking.id), reverse=True)[
            :limit
        ]

    @api.model
    def _find_delivery(self, customer, company, product, lot):
        """Return the last delivery of a piece, or of a product without numbers, to a customer.

        A serial number that has come back, or that somebody else got since, is the customer's no
        longer.

        :param customer: commercial partner: who got it, or who ordered it
        :return: a transfer as the superuser, empty if there is none
        """
        lines = self.env["stock.move.line"].sudo()
        if not customer or not (product or lot):
            return lines.picking_id
        if not lot:
            return self._get_deliveries(customer, company).filtered(
                lambda picking: product in picking.move_line_ids.product_id
            )[:1]
        moved = lines.search(
            Domain("lot_id", "=", lot.id)
            & Domain("state", "=", "done")
            & Domain("company_id", "=", company.id)
            & (
                Domain("location_dest_id.usage", "=", "customer")
                | Domain("location_id.usage", "=", "customer")
            ),
            order="date DESC, id DESC",
            limit=1 if lot.sudo().product_id.tracking == "serial" else 1000,
        )
        return moved.filtered(
            lambda line: (
                line.location_dest_id.usage == "customer"
                and customer in line.picking_id._get_register_customers()
            )
        )[:1].picking_id
