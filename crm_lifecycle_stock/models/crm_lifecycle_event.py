from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine import sources, traces


class CrmLifecycleEvent(models.Model):
    _inherit = "crm.lifecycle.event"

    kind = fields.Selection(selection_add=[("delivery", "Delivery"), ("return", "Return")])

    @api.model
    def _get_document_sources(self, scope):
        return {
            **super()._get_document_sources(scope),
            "picking_of_order": _pickings(OF_ORDER, scope),
            "picking": _pickings(WITHOUT_ORDER, scope),
        }

    @api.model
    def _get_figure_sources(self, scope):
        return {
            **super()._get_figure_sources(scope),
            "return_of_order": ("returned", _pickings(OF_ORDER, scope, returned=True)),
            "return": ("returned", _pickings(WITHOUT_ORDER, scope, returned=True)),
        }

    @api.model
    def _get_traces(self):
        return [
            *super()._get_traces(),
            traces.Trace(
                table="stock_picking",
                partner=SQL("COALESCE(so.partner_id, stock_picking.partner_id)"),
                columns=("company_id", "date_done", "location_id", "location_dest_id"),
                tables=SQL("LEFT JOIN sale_order so ON so.id = stock_picking.sale_id"),
                where=SQL("stock_picking.state = 'done'"),
            ),
        ]


# Whose transfer it is: the order's customer, or without one the receiver's. One
# source each, so that either contact's index serves.
OF_ORDER = SQL(
    """JOIN sale_order so ON so.id = picking.sale_id
       JOIN res_partner partner ON partner.id = so.partner_id"""
)
WITHOUT_ORDER = SQL(
    "JOIN res_partner partner ON partner.id = picking.partner_id AND picking.sale_id IS NULL"
)


def transfer_tables(with_partner):
    """Return the FROM clause of transfers, with where they come from and go to."""
    return SQL(
        """stock_picking picking %s
           JOIN stock_location origin ON origin.id = picking.location_id
           JOIN stock_location destination ON destination.id = picking.location_dest_id
           JOIN company ON company.id = picking.company_id""",
        with_partner,
    )


def _pickings(with_partner, scope, returned=False):
    """Done transfers to customers, and back from them, on the day they were done.

    What tells a return is where it comes from, with or without the return wizard.

    :param bool returned: returns alone, as a fact of their own
    """
    return sources.event_source(
        transfer_tables(with_partner),
        key=SQL("picking.id"),
        date=sources.day(SQL("picking.date_done")),
        kind=SQL("CASE WHEN origin.usage = 'customer' THEN 'return' ELSE 'delivery' END"),
        fact="returned" if returned else None,
        document=("stock.picking", SQL("picking.id")),
        where=SQL(
            "picking.state = 'done' AND (origin.usage = 'customer')"
            " <> (destination.usage = 'customer') AND %s AND %s",
            SQL("origin.usage = 'customer'") if returned else SQL("TRUE"),
            sources.customer(scope),
        ),
    )
