from odoo import api, models
from odoo.tools import SQL


class CrmLifecycleReminder(models.AbstractModel):
    _inherit = "crm.lifecycle.reminder"

    @api.model
    def _get_orders_lately(self, since):
        """Add the orders of which something was delivered since then: some are paid long before."""
        return [
            *super()._get_orders_lately(since),
            SQL(
                """SELECT picking.sale_id
                     FROM setting
                     JOIN stock_picking picking ON picking.company_id = setting.company_id
                    WHERE picking.state = 'done' AND picking.sale_id IS NOT NULL
                      AND picking.date_done >= %s""",
                since,
            ),
        ]
