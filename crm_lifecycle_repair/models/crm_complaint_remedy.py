from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmComplaintRemedy(models.Model):
    """What is complained about is repaired, by the host's own repair order."""

    _inherit = "crm.complaint.remedy"

    kind = fields.Selection(
        selection_add=[("repair", "Repair")],
        ondelete={"repair": lambda remedies: remedies._forget_kind()},
    )
    repair_product_id = fields.Many2one(
        "product.product",
        string="Product to Repair",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('type', '=', 'consu')]",
    )
    repair_lot_id = fields.Many2one(
        "stock.lot",
        string="Lot or Serial Number to Repair",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain="[('product_id', '=', repair_product_id)]",
    )
    repair_order_id = fields.Many2one(
        "repair.order",
        string="Repair Made",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    def _get_terms(self):
        return super()._get_terms() | {"repair_product_id", "repair_lot_id"}

    def _get_protected(self):
        return super()._get_protected() | {"repair_order_id"}

    def _get_missing(self):
        if self.kind == "repair":
            return not self.repair_product_id and self.env._("the product to repair")
        return super()._get_missing()

    @api.onchange("kind", "complaint_id")
    def _onchange_kind_repair(self):
        """Suggest the only piece, or the only product, in question."""
        if self.kind != "repair" or self.repair_product_id:
            return
        lots = self.complaint_id.lot_ids
        products = lots.product_id or self.complaint_id.product_ids.filtered(
            lambda product: product.type == "consu"
        )
        if len(products) == 1:
            self.repair_product_id = products._origin
            self.repair_lot_id = lots._origin if len(lots) == 1 else False

    def _make_repair(self):
        """Prepare a repair order under warranty, for those who repair to go on with."""
        self._ensure_may_create(
            "repair.order",
            self.env._("Repairs are made by those who work in the inventory. Ask one of them."),
        )
        lot = self.repair_lot_id
        if lot and lot.product_id != self.repair_product_id:
            raise UserError(
                self.env._(
                    "%(lot)s is no %(product)s. Cancel the remedy, and propose another.",
                    lot=lot.display_name,
                    product=self.repair_product_id.display_name,
                )
            )
        complaint = self.complaint_id.sudo()
        repair = (
            self.env["repair.order"]
            .with_company(self.company_id)
            .create(
                {
                    "company_id": self.company_id.id,
                    "partner_id": complaint.partner_id.id,
                    "product_id": self.repair_product_id.id,
                    "lot_id": lot.id,
                    "under_warranty": True,
                    "internal_notes": complaint.display_name,
                }
            )
        )
        self.sudo().repair_order_id = repair

    @api.depends("repair_order_id.state")
    def _compute_is_undone(self):
        super()._compute_is_undone()

    def _get_made(self):
        if self.kind == "repair":
            return self.repair_order_id
        return super()._get_made()

    def _get_document(self):
        return self.repair_order_id or super()._get_document()
