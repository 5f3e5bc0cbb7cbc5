from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.engine import sources

from .crm_lifecycle_event import OF_ORDER, WITHOUT_ORDER, transfer_tables


class CrmLifecycleTalkCard(models.AbstractModel):
    _inherit = "crm.lifecycle.talk.card"

    @api.model
    def _get_talk_facts(self, customers, company):
        """Add how many deliveries of twelve months were done by the day they were promised."""
        facts = super()._get_talk_facts(customers, company)
        for customer_id, count, on_time in self._read_deliveries(customers, company):
            text = self.env._(
                "%(on_time)s of %(count)s on time in the last 12 months",
                on_time=on_time,
                count=count,
            )
            facts.setdefault(customer_id, []).insert(
                1, {"code": "deliveries", "label": self.env._("Deliveries"), "text": text}
            )
        return facts

    @api.model
    def _read_deliveries(self, customers, company):
        """Return of customers the deliveries with a promised day, and those done by it.

        :return: list of (customer's id, number, number on time)
        """
        self.env["stock.picking"].flush_model()
        year_ago = self._get_year_ago()
        scope = sources.Scope(customers.ids)
        deliveries = SQL(" UNION ALL ").join(
            SQL(
                """SELECT partner.commercial_partner_id, %(done)s <= %(promised)s AS in_time
                     FROM %(tables)s
                    WHERE picking.state = 'done' AND picking.date_deadline IS NOT NULL
                      AND destination.usage = 'customer' AND origin.usage <> 'customer'
                      AND picking.date_done >= %(year_ago)s AND company.id = %(company)s
                      AND %(customer)s""",
                done=sources.day(SQL("picking.date_done")),
                promised=sources.day(SQL("picking.date_deadline")),
                tables=transfer_tables(with_partner),
                year_ago=year_ago,
                company=company.id,
                customer=sources.customer(scope),
            )
            for with_partner in (OF_ORDER, WITHOUT_ORDER)
        )
        return self.env.execute_query(
            SQL(
                """WITH %s
                   SELECT commercial_partner_id, COUNT(*), COUNT(*) FILTER (WHERE in_time)
                     FROM (%s) delivery
                 GROUP BY commercial_partner_id""",
                sources.company_cte(self.env.cr.now()),
                deliveries,
            )
        )
