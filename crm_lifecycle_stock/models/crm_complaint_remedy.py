from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmComplaintRemedy(models.Model):
    """Goods that come back, and goods that are sent instead, by the host's own return."""

    _inherit = "crm.complaint.remedy"

    kind = fields.Selection(
        selection_add=[("return", "Return"), ("replacement", "Replacement")],
        ondelete={
            "return": lambda remedies: remedies._forget_kind(),
            "replacement": lambda remedies: remedies._forget_kind(),
        },
    )
    picking_id = fields.Many2one(
        "stock.picking",
        string="Delivery",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="['|', ('partner_id.commercial_partner_id', '=', partner_id),"
        " ('sale_id.partner_id.commercial_partner_id', '=', partner_id), ('state', '=', 'done'),"
        " ('company_id', '=', company_id), ('picking_type_code', '=', 'outgoing')]",
        help="What was delivered, of which the products complained about come back: all of it"
        " where the complaint names none.",
    )
    return_quantity = fields.Float(
        string="Quantity",
        digits="Product Unit",
        help="How much of each product comes back; 0 for all that was delivered and has not come"
        " back yet.",
    )
    return_picking_id = fields.Many2one(
        "stock.picking",
        string="Return Made",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _return_quantity_positive = models.Constraint(
        "CHECK(COALESCE(return_quantity, 0) >= 0)", "No less than nothing comes back."
    )

    def _get_terms(self):
        return super()._get_terms() | {"picking_id", "return_quantity"}

    def _get_protected(self):
        return super()._get_protected() | {"return_picking_id"}

    def _forget_kind(self):
        """What was sent back stays on record when the bridge goes."""
        self.env.cr.execute(
            "UPDATE crm_complaint_remedy SET kind = 'other' WHERE id = ANY(%s)", [self.ids]
        )
        self.invalidate_recordset(["kind"])

    def _get_missing(self):
        if self.kind in ("return", "replacement"):
            return not self.picking_id and self.env._("the delivery")
        return super()._get_missing()

    @api.constrains("picking_id", "complaint_id")
    def _check_picking(self):
        if self._is_merging():
            return
        for remedy in self.sudo():
            picking = remedy.picking_id
            customers = picking and remedy.complaint_id._get_customers_of(picking)
            if picking and remedy.partner_id not in customers:
                raise ValidationError(
                    self.env._(
                        "%(delivery)s went to another customer than the complaint's. Choose a"
                        " delivery to %(customer)s.",
                        delivery=picking.name,
                        customer=remedy.partner_id.name,
                    )
                )

    def _make_return(self):
        """Prepare the transfer by which the goods come back."""
        self._prepare_goods("action_create_returns")

    def _make_replacement(self):
        """Prepare the transfer by which the goods come back, and the delivery of new ones."""
        self._prepare_goods("action_create_exchanges")

    def _prepare_goods(self, method):
        self._ensure_may_create(
            "stock.return.picking",
            self.env._(
                "Goods are sent and taken back by those who work in the inventory. Ask one of them."
            ),
        )
        picking = self.picking_id
        picking.check_access("read")
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_model=picking._name, active_id=picking.id, active_ids=picking.ids)
            .create({"picking_id": picking.id})
        )
        wanted = self.complaint_id.sudo().product_ids
        lines = wizard.product_return_moves.filtered(
            lambda line: not wanted or line.product_id in wanted
        )
        for product_lines in lines.grouped("product_id").values():
            self._set_quantities(product_lines)
        if not any(wizard.product_return_moves.mapped("quantity")):
            raise UserError(
                self.env._(
                    "Nothing that is complained about was delivered by %s and is still with the"
                    " customer. Choose another delivery, or correct the products of the complaint.",
                    picking.name,
                )
            )
        action = getattr(wizard, method)()
        remedy_sudo = self.sudo()
        remedy_sudo.return_picking_id = action["res_id"]
        remedy_sudo.complaint_id.write(
            {
                "picking_ids": [Command.link(picking.id)],
                "return_picking_ids": [Command.link(action["res_id"])],
            }
        )

    def _set_quantities(self, lines):
        """Have the quantity agreed on come back of a product, or what the customer still has."""
        wanted = self.return_quantity
        for line in lines:
            move = line.move_id
            left = max(move.product_uom.round(move.quantity - self._get_returned(move)), 0.0)
            line.quantity = min(left, wanted) if self.return_quantity else left
            wanted = move.product_uom.round(wanted - line.quantity)
        if self.return_quantity and lines.uom_id[:1].compare(wanted, 0.0) > 0:
            raise UserError(
                self.env._(
                    "Of %(product)s no more than %(left)s of %(delivery)s can come back. Cancel the"
                    " remedy, and propose another.",
                    product=lines.product_id.display_name,
                    left=self.return_quantity - wanted,
                    delivery=self.picking_id.name,
                )
            )

    @api.model
    def _get_returned(self, move):
        """Return how much of a delivery came back already, or will."""
        back = move.move_dest_ids.filtered(
            lambda other: other.origin_returned_move_id == move and other.state != "cancel"
        )
        return sum(
            other.quantity if other.state == "done" else other.product_uom_qty for other in back
        )

    @api.depends("return_picking_id.state")
    def _compute_is_undone(self):
        super()._compute_is_undone()

    def _get_made(self):
        if self.kind in ("return", "replacement"):
            return self.return_picking_id
        return super()._get_made()

    @api.onchange("kind", "complaint_id")
    def _onchange_kind_picking(self):
        """Suggest the only delivery in question."""
        deliveries = self.complaint_id.picking_ids
        wants = self.kind in ("return", "replacement")
        if wants and not self.picking_id and len(deliveries) == 1:
            self.picking_id = deliveries._origin

    def _get_document(self):
        return self.return_picking_id or super()._get_document()
