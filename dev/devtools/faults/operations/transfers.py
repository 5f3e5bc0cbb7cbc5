"""Deliveries and returns."""

from .desk import operation


def _validate(picking, quantity=None):
    for move in picking.move_ids:
        move.quantity = move.product_uom_qty if quantity is None else quantity
        move.picked = True
    picking.with_context(skip_backorder=True, skip_sms=True).button_validate()


@operation("storekeeper", 8)
def deliver(desk):
    picking = desk.pick_document(
        "stock.picking",
        ("picking_type_code", "=", "outgoing"),
        ("state", "not in", ("done", "cancel")),
    )
    _validate(picking, 1 if desk.chance(0.2) else None)


@operation("storekeeper", 4, "return")
def return_(desk):
    picking = desk.pick_document(
        "stock.picking", ("picking_type_code", "=", "outgoing"), ("state", "=", "done")
    )
    wizard = (
        desk.env["stock.return.picking"]
        .with_context(active_model="stock.picking", active_id=picking.id, active_ids=picking.ids)
        .create({"picking_id": picking.id})
    )
    for line in wizard.product_return_moves:
        line.quantity = 1
    returned = desk.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
    if desk.chance(0.8):
        _validate(returned)


@operation("storekeeper", 1)
def cancel_transfer(desk):
    picking = desk.pick_document("stock.picking", ("state", "not in", ("done", "cancel")))
    picking.action_cancel()
