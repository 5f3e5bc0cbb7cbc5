from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_lifecycle_survey.engine.events import Event

# Whom to ask: who ordered, and without an order who got the goods.
DELIVERY = Event(
    model="stock.picking",
    alias="picking",
    tables=SQL(
        """stock_picking picking
           JOIN stock_location origin ON origin.id = picking.location_id
           JOIN stock_location destination ON destination.id = picking.location_dest_id
      LEFT JOIN sale_order so ON so.id = picking.sale_id"""
    ),
    person=SQL("COALESCE(so.partner_id, picking.partner_id)"),
    moment=SQL("picking.date_done"),
    where=SQL(
        "picking.state = 'done' AND destination.usage = 'customer' AND origin.usage <> 'customer'"
    ),
)


class CrmLifecycleSurveyJob(models.AbstractModel):
    _inherit = "crm.lifecycle.survey.job"

    @api.model
    def _get_events(self):
        return {**super()._get_events(), "delivery": DELIVERY}
