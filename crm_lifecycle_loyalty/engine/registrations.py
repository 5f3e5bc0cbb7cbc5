"""Registered purchases that hold: the piece is still the customer's, and was not refunded."""

from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine.sources import day


def registrations():
    """Return the source of points for registered purchases, see ``points``.

    What has neither a number nor a delivery of ours shows no purchase.
    """
    return SQL(
        """SELECT registration.company_id, registration.partner_id AS person_id,
                  registration.commercial_partner_id AS partner_id, %(date)s AS date,
                  'crm.lifecycle.registration,' || registration.id AS key,
                  'crm.lifecycle.registration' AS res_model, registration.id AS res_id
             FROM crm_lifecycle_registration registration
             JOIN company ON company.id = registration.company_id
             JOIN product_product product ON product.id = registration.product_id
             JOIN product_template template ON template.id = product.product_tmpl_id
            WHERE registration.active
              AND (registration.lot_id IS NOT NULL OR registration.picking_id IS NOT NULL)
              AND NOT EXISTS (SELECT FROM sale_order
                               WHERE sale_order.id = registration.order_id
                                 AND sale_order.state = 'cancel')
              AND NOT %(refunded)s
              AND CASE WHEN template.tracking = 'serial' AND registration.lot_id IS NOT NULL
                       THEN %(theirs)s ELSE NOT %(returned)s END""",
        date=day(SQL("registration.create_date")),
        refunded=_refunded(),
        theirs=_theirs(),
        returned=_returned(),
    )


def _refunded():
    """Nothing is left of what was invoiced for the product of the order."""
    return SQL(
        """COALESCE((
               SELECT BOOL_OR(move.move_type = 'out_refund') AND SUM(-billed.balance) <= 0
                 FROM sale_order_line line
                 JOIN sale_order_line_invoice_rel link ON link.order_line_id = line.id
                 JOIN account_move_line billed ON billed.id = link.invoice_line_id
                 JOIN account_move move ON move.id = billed.move_id
                WHERE line.order_id = registration.order_id
                  AND line.product_id = registration.product_id
                  AND move.state = 'posted'
                  AND move.move_type IN ('out_invoice', 'out_refund')), FALSE)"""
    )


def _theirs():
    """The piece went to the customer last, as far as it came from us at all."""
    return SQL(
        """COALESCE((
               SELECT destination.usage = 'customer'
                      -- Not every delivery has an order.
                      AND COALESCE(registration.commercial_partner_id
                              IN (receiver.commercial_partner_id, buyer.commercial_partner_id),
                          FALSE)
                 FROM stock_move_line line
                 JOIN stock_location origin ON origin.id = line.location_id
                 JOIN stock_location destination ON destination.id = line.location_dest_id
            LEFT JOIN stock_picking picking ON picking.id = line.picking_id
            LEFT JOIN res_partner receiver ON receiver.id = picking.partner_id
            LEFT JOIN sale_order ON sale_order.id = picking.sale_id
            LEFT JOIN res_partner buyer ON buyer.id = sale_order.partner_id
                WHERE line.lot_id = registration.lot_id AND line.state = 'done'
                  AND line.product_id = registration.product_id
                  AND line.company_id = registration.company_id
                  AND (origin.usage = 'customer') <> (destination.usage = 'customer')
             ORDER BY line.date DESC, line.id DESC
                LIMIT 1), registration.picking_id IS NULL)"""
    )


def _returned():
    """All of the product that the delivery brought has come back."""
    return SQL(
        """COALESCE((
               SELECT SUM(back.quantity_product_uom) >= (
                          SELECT SUM(sent.quantity_product_uom)
                            FROM stock_move_line sent
                           WHERE sent.picking_id = registration.picking_id
                             AND sent.product_id = registration.product_id
                             AND sent.state = 'done'
                             AND sent.lot_id IS NOT DISTINCT FROM
                                 COALESCE(registration.lot_id, sent.lot_id))
                 FROM stock_move delivered
                 JOIN stock_move returned ON returned.origin_returned_move_id = delivered.id
                 JOIN stock_move_line back ON back.move_id = returned.id
                WHERE delivered.picking_id = registration.picking_id
                  AND delivered.product_id = registration.product_id
                  AND back.state = 'done'
                  AND back.lot_id IS NOT DISTINCT FROM
                      COALESCE(registration.lot_id, back.lot_id)), FALSE)"""
    )
