from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # The host has no index on the lots of what was done, by which a piece's last move is found.
    _lifecycle_lot_idx = models.Index("(lot_id) WHERE lot_id IS NOT NULL AND state = 'done'")
