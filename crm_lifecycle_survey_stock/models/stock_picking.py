from odoo import models


class StockPicking(models.Model):
    """Deliveries of the last days are looked for each hour."""

    _inherit = "stock.picking"

    _lifecycle_survey_done_idx = models.Index("(company_id, date_done) WHERE state = 'done'")
