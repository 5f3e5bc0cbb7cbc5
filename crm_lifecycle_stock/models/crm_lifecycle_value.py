from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine import sources, value_entries

from .crm_lifecycle_event import OF_ORDER, WITHOUT_ORDER, transfer_tables


class CrmLifecycleValue(models.Model):
    """What was sold has cost, as the stock's valuation knows it; and what deliveries cost."""

    _inherit = "crm.lifecycle.value"

    @api.model
    def _get_cost_bases(self):
        bases = super()._get_cost_bases()
        # The product's cost of today is asked last.
        today = {"product": bases.pop("product")}
        return {"ledger": _LEDGER_COST, **bases, "product_then": _THEN_COST, **today}

    @api.model
    def _get_sources(self, scope):
        return {
            **super()._get_sources(scope),
            "transfer_of_order": _transfers(OF_ORDER, scope),
            "transfer": _transfers(WITHOUT_ORDER, scope),
        }


# What the invoice booked for the line beside the stock itself, where stock is valued in the
# ledger. A refund that cancels an invoice copies what that booked, without saying for which
# line: each line of the product gets its part by quantity.
_LEDGER_COST = SQL(
    """SELECT COALESCE(
           (SELECT SUM(cogs.balance)
              FROM account_move_line cogs
              JOIN account_account account ON account.id = cogs.account_id
             WHERE cogs.cogs_origin_id = line.id AND account.account_type NOT LIKE 'asset%%'),
           CASE WHEN move.move_type = 'out_refund' AND line.quantity <> 0 THEN
               (SELECT SUM(cogs.balance) * line.quantity::numeric
                       * COALESCE(NULLIF(uom.factor, 0), 1)::numeric
                       / NULLIF((SELECT SUM(sold.quantity::numeric
                                            * COALESCE(NULLIF(sold_uom.factor, 0), 1)::numeric)
                                   FROM account_move_line sold
                              LEFT JOIN uom_uom sold_uom ON sold_uom.id = sold.product_uom_id
                                  WHERE sold.move_id = line.move_id
                                    AND sold.display_type = 'product'
                                    AND sold.product_id = line.product_id), 0)
                  FROM account_move_line cogs
                  JOIN account_account account ON account.id = cogs.account_id
                 WHERE cogs.move_id = line.move_id AND cogs.display_type = 'cogs'
                   AND cogs.cogs_origin_id IS NULL AND cogs.product_id = line.product_id
                   AND account.account_type NOT LIKE 'asset%%')
           END)"""
)
# The host notes each change of a standard cost with its moment, and a cost of nothing when
# a product is made. Like the host, what is dated before the first cost goes by that one.
_NOTED = SQL(
    """FROM product_value noted
       LEFT JOIN product_category category ON category.id = template.categ_id
           WHERE noted.product_id = line.product_id AND noted.company_id = line.company_id
             AND noted.move_id IS NULL AND noted.lot_id IS NULL AND noted.value <> 0
             AND COALESCE(category.property_cost_method->>line.company_id::text,
                          host_company.cost_method) = 'standard'"""
)
_THEN_COST = value_entries.product_cost(
    SQL(
        """COALESCE(
               (SELECT noted.value::numeric %(noted)s
                   AND noted.date < ((line.date + 1)::timestamp AT TIME ZONE company.tz)
                                    AT TIME ZONE 'UTC'
              ORDER BY noted.date DESC, noted.id DESC LIMIT 1),
               (SELECT noted.value::numeric %(noted)s
              ORDER BY noted.date, noted.id LIMIT 1))""",
        noted=_NOTED,
    )
)


def _transfers(with_partner, scope):
    """Done transfers to customers, and back from them, at the company's rate for each."""
    return value_entries.service_source(
        transfer_tables(with_partner),
        key=SQL("picking.id"),
        date=sources.day(SQL("picking.date_done")),
        kind="delivery",
        document=(SQL("'stock.picking'"), SQL("picking.id")),
        where=SQL(
            "picking.state = 'done' AND (origin.usage = 'customer')"
            " <> (destination.usage = 'customer') AND %s",
            sources.customer(scope),
        ),
    )
