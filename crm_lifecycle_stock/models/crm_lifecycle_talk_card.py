from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine import sources

from .crm_lifecycle_event import OF_ORDER, WITHOUT_ORDER, transfer_tables


class CrmLifecycleTalkCard(models.AbstractModel):
    _inherit = "crm.lifecycle.talk.card"

    @api.model
    def _get_talk_facts(self, customers, company):
        """Add how many deliveries of twelve months were on time, and how many came back."""
        facts = super()._get_talk_facts(customers, company)
        read = {row[0]: row[1:] for row in self._read_deliveries(customers, company)}
        for customer_id in customers.ids:
            promised, on_time, count, returned = read.get(customer_id, (0, 0, 0, 0))
            on_time_text = self.env._(
                "%(on_time)s of %(count)s on time in the last 12 months",
                on_time=on_time,
                count=promised,
            )
            added = [
                {
                    "code": "deliveries",
                    "label": self.env._("Deliveries"),
                    "text": promised >= company.lifecycle_talk_minimum and on_time_text,
                    "count": promised,
                }
            ]
            if count or returned:
                text = self.env._(
                    "%(returned)s in the last 12 months (deliveries: %(count)s)",
                    returned=returned,
                    count=count,
                )
                added.append(
                    {"code": "returned_goods", "label": self.env._("Returned goods"), "text": text}
                )
            # After the purchases, which come first where there are any.
            held = facts.setdefault(customer_id, [])
            place = bool(held and held[0]["code"] == "purchases")
            held[place:place] = added
        return facts

    @api.model
    def _read_deliveries(self, customers, company):
        """Return of customers what was delivered and came back in twelve months.

        :return: list of (customer's id, number of deliveries with a promised day, of those
            done by it, number of all deliveries, number of returns)
        """
        self.env["stock.picking"].flush_model()
        scope = sources.Scope(customers.ids)
        deliveries = SQL(" UNION ALL ").join(
            SQL(
                """SELECT partner.commercial_partner_id, origin.usage = 'customer' AS is_return,
                          %(done)s <= %(promised)s AS in_time
                     FROM %(tables)s
                    WHERE picking.state = 'done'
                      AND (origin.usage = 'customer') <> (destination.usage = 'customer')
                      AND picking.date_done >= %(year_ago)s AND company.id = %(company)s
                      AND %(customer)s""",
                done=sources.day(SQL("picking.date_done")),
                promised=sources.day(SQL("picking.date_deadline")),
                tables=transfer_tables(with_partner),
                year_ago=self._get_year_ago(),
                company=company.id,
                customer=sources.customer(scope),
            )
            for with_partner in (OF_ORDER, WITHOUT_ORDER)
        )
        return self.env.execute_query(
            SQL(
                """WITH %s
                   SELECT commercial_partner_id,
                          COUNT(in_time) FILTER (WHERE NOT is_return),
                          COUNT(*) FILTER (WHERE in_time AND NOT is_return),
                          COUNT(*) FILTER (WHERE NOT is_return),
                          COUNT(*) FILTER (WHERE is_return)
                     FROM (%s) transfer
                 GROUP BY commercial_partner_id""",
                sources.company_cte(self.env.cr.now()),
                deliveries,
            )
        )
