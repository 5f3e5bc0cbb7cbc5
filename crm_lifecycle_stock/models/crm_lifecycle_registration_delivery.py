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

        What has come back, or a serial number that somebody else got since, is the customer's no
        longer.

        :param customer: commercial partner: who got it, or who ordered it
        :return: a transfer as the superuser, empty if there is none
        """
        lines = self.env["stock.move.line"].sudo()
        if not customer or not (product or lot):
            return lines.picking_id
        if not lot:
            return self._get_deliveries(customer, company).filtered(
                lambda picking: picking._is_kept(product, lot)
            )[:1]
        moved = self._get_lot_lines(lot, customer, company)
        return self._choose_delivery(moved.get((lot, company), lines), customer)

    @api.model
    def _get_lot_lines(self, lots, customers, companies):
        """Return what of numbers was moved to and from customers, the last first, as the superuser.

        :param customers: commercial partners; of serial numbers, which have one place, what went
            to others is returned, too
        :return: dict of ``stock.move.line`` by (number, company)
        """
        mine = [("commercial_partner_id", "in", customers.ids)]
        return (
            self.env["stock.move.line"]
            .sudo()
            .search(
                Domain("lot_id", "in", lots.ids)
                & Domain("state", "=", "done")
                & Domain("company_id", "in", companies.ids)
                & (
                    Domain("location_dest_id.usage", "=", "customer")
                    | Domain("location_id.usage", "=", "customer")
                )
                & (
                    Domain("lot_id.product_id.tracking", "=", "serial")
                    | Domain("picking_id.partner_id", "any", mine)
                    | Domain("picking_id.sale_id.partner_id", "any", mine)
                ),
                order="date DESC, id DESC",
            )
            .grouped(lambda line: (line.lot_id, line.company_id))
        )

    @api.model
    def _choose_delivery(self, moved, customer):
        """Return with which delivery a customer got what they still have of a number.

        :param moved: what was moved of it, see ``_get_lot_lines``
        :return: a transfer, empty if all came back, or is somebody else's by now
        """
        others = moved._prefetch_ids
        if moved.lot_id.product_id.tracking == "serial":
            moved = moved[:1].with_prefetch(others)
        mine = moved.filtered(lambda line: customer in line.picking_id._get_register_customers())
        got = mine.filtered(lambda line: line.location_dest_id.usage == "customer")
        # Read with those of the other numbers.
        got = got.with_prefetch(others)
        kept = sum(got.mapped("quantity_product_uom"))
        kept -= sum((mine - got).mapped("quantity_product_uom"))
        if not got or got.product_id.uom_id.compare(kept, 0) <= 0:
            return moved.picking_id.browse()
        still = got.filtered(lambda line: line.picking_id._is_kept(line.product_id, line.lot_id))
        # What came back without a word of which delivery it was of, is of any of them.
        return (still or got)[:1].picking_id

    # ------------------------------------------------------------
    # ANOTHER CUSTOMER
    # ------------------------------------------------------------

    # Another contact gets another delivery only where that is needed, see ``_follow_customer``.
    @api.depends("lot_id", "product_id", "company_id")
    def _compute_picking_id(self):
        for registration in self:
            registration.picking_id = registration._look_up_delivery()

    def _look_up_delivery(self):
        self.ensure_one()
        return self._find_delivery(
            self.partner_id.commercial_partner_id._origin,
            self.company_id,
            self.product_id._origin,
            self.lot_id._origin,
        )

    def _follow_customer(self, former):
        """Look up the delivery anew where the contact is another customer's than before.

        A delivery that is theirs as well, because they ordered it or got it, stays; so do the
        dates, which follow from the delivery.

        :param former: the customer before, may be empty
        """
        self.ensure_one()
        customer = self.partner_id.commercial_partner_id._origin
        held = self.picking_id
        if customer == former or (held and customer in held._get_register_customers()):
            return
        found = self._look_up_delivery()
        if found != held:
            self.picking_id = found

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        registration = self.sudo()
        registration._follow_customer(registration._origin.commercial_partner_id)

    @api.onchange("lot_id", "partner_id")
    def _onchange_piece(self):
        """Warn where a piece is somebody else's, as far as we know; they may have sold it."""
        self.ensure_one()
        lot, customer = self.lot_id._origin, self.partner_id.commercial_partner_id._origin
        if not (lot and customer) or lot.product_id.tracking != "serial" or self.sudo().picking_id:
            return None
        moved = self._get_lot_lines(lot, customer, self.company_id)
        if not moved.get((lot, self.company_id)):
            return None
        return {
            "warning": {
                "title": self.env._("Delivered to Somebody Else"),
                "message": self.env._(
                    "%(lot)s went to another customer last, or came back. Check the number before"
                    " you register it for %(customer)s.",
                    lot=lot.name,
                    customer=customer.display_name,
                ),
            }
        }

    def write(self, vals):
        registrations = self.sudo()
        former = {
            registration: registration.commercial_partner_id
            for registration in registrations
            if "partner_id" in vals
        }
        result = super().write(vals)
        # Dates that are entered along with it are meant.
        entered = [self._fields[name] for name in ("date_purchase", "warranty_end") if name in vals]
        with self.env.protecting(entered, registrations):
            for registration, customer in former.items():
                registration._follow_customer(customer)
        return result
