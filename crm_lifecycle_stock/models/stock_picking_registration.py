import uuid
from collections import defaultdict
from urllib.parse import urlencode

from odoo import api, fields, models


class StockPicking(models.Model):
    """A delivery whose slip leads to where the goods are registered, without a login."""

    _inherit = "stock.picking"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_register_token = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_system",
        help="Whoever has it registers what was delivered.",
    )

    def _get_register_customers(self):
        """Return whose goods they are: those of who got them, and of who ordered them."""
        self.ensure_one()
        picking = self.sudo()
        return picking.partner_id.commercial_partner_id | (
            picking.sale_id.partner_id.commercial_partner_id
        )

    def _get_kept_quantities(self):
        """Return how much of a delivery the customer has, ``{(product, lot): quantity}``.

        What came back by a return of it is taken off, and what was sent again by a return of
        that one is added.
        """
        self.ensure_one()
        kept, sign, moves = defaultdict(float), 1, self.sudo().move_ids
        while moves:
            # Read with those of the other transfers.
            others = moves._prefetch_ids
            moves = moves.filtered(lambda move: move.state == "done").with_prefetch(others)
            for line in moves.move_line_ids:
                kept[line.product_id, line.lot_id] += sign * line.quantity_product_uom
            moves, sign = moves.returned_move_ids, -sign
        return kept

    def _is_kept(self, product, lot):
        """Tell whether the customer has some of a product of a delivery.

        :param lot: of which number, empty for any
        """
        self.ensure_one()
        kept = sum(
            quantity
            for (kind, number), quantity in self._get_kept_quantities().items()
            if kind == product and lot in (number, number.browse())
        )
        return product.uom_id.compare(kept, 0) > 0

    def _get_register_url(self):
        """Return the address that the slip shows as a code, empty where there is none."""
        self.ensure_one()
        picking = self.sudo()
        if (
            not picking.company_id.lifecycle_registration
            or picking.location_dest_id.usage != "customer"
            or not picking._get_register_customers()
        ):
            return ""
        if not picking.lifecycle_register_token:
            picking.lifecycle_register_token = str(uuid.uuid4())
        return f"{picking.get_base_url()}/register/{picking.lifecycle_register_token}"

    def _get_register_code(self):
        """Return the address of the picture of the code, by the host's own controller."""
        url = self._get_register_url()
        code = {"barcode_type": "QR", "value": url, "width": 220, "height": 220, "quiet": 0}
        return url and f"/report/barcode/?{urlencode(code)}"

    @api.model
    def _find_by_register_token(self, token):
        """Return the delivery that a token stands for, as the superuser; empty if none."""
        pickings = self.sudo()
        if not token or len(token) != len(str(uuid.UUID(int=0))):
            return pickings
        return pickings.search([("lifecycle_register_token", "=", token)], limit=1)

    def _get_register_items(self, customer):
        """Return what was delivered, did not come back and the customer has not registered yet.

        :return: list of dicts: ``key``, ``product``, ``lot`` (may be empty), ``picking``
        """
        self.ensure_one()
        picking = self.sudo()
        if picking.state != "done":
            return []
        registrations = (
            self.env["crm.lifecycle.registration"]
            .sudo()
            .search(
                [
                    ("commercial_partner_id", "=", customer.commercial_partner_id.id),
                    ("company_id", "=", picking.company_id.id),
                    ("product_id", "in", picking.move_line_ids.product_id.ids),
                ]
            )
        )
        lots = registrations.lot_id
        products = registrations.filtered(
            lambda known: not known.lot_id and known.picking_id == picking
        ).product_id
        return [
            {
                "key": f"{picking.id}-{product.id}-{lot.id or 0}",
                "product": product,
                "lot": lot,
                "picking": picking,
            }
            for (product, lot), quantity in picking._get_kept_quantities().items()
            if product.type == "consu"
            and product.uom_id.compare(quantity, 0) > 0
            and not (lot in lots if lot else product in products)
        ]
