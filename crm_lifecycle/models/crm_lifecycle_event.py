from odoo import api, fields, models
from odoo.tools import SQL

from ..access import AMOUNT_GROUPS
from ..engine import documents, purchases, sources
from ..engine.timeline import timeline_query

EVENT_KINDS = [
    ("lead", "Lead"),
    ("opportunity", "Opportunity opened"),
    ("opportunity_won", "Opportunity won"),
    ("opportunity_lost", "Opportunity lost"),
    ("quotation", "Quotation drafted"),
    ("quotation_sent", "Quotation sent"),
    ("quotation_expired", "Quotation expired"),
    ("quotation_accepted", "Quotation accepted"),
    ("quotation_closed", "Quotation withdrawn"),
    ("order", "Order"),
    ("order_cancelled", "Order cancelled"),
    ("invoice", "Invoice"),
    ("refund", "Refund"),
    ("payment", "Payment"),
    ("rating", "Rating"),
    ("rating_ended", "Rating outdated"),
    ("agreement", "Agreement"),
    ("agreement_ended", "Agreement ended"),
    ("mark", "Mark"),
    ("mark_ended", "Mark ended"),
]


class CrmLifecycleEvent(models.Model):
    """The ERP's documents, read as one stream of dated events of each customer.

    A read-only view without a table: the documents themselves are the data. What
    is yet to come, such as a quotation's last day, is no event yet.
    """

    _name = "crm.lifecycle.event"
    _description = "Customer Event"
    _inherit = ["crm.lifecycle.document.mixin"]
    _auto = False
    _log_access = False
    _order = "date DESC, id DESC"
    _rec_name = "kind"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    date = fields.Date(readonly=True, help="Day of the event in the company's time zone.")
    kind = fields.Selection(EVENT_KINDS, readonly=True)
    amount = fields.Monetary(
        readonly=True, groups=AMOUNT_GROUPS, help="Without taxes, in the company's currency."
    )

    # ------------------------------------------------------------
    # SOURCES: bridges override these three
    # ------------------------------------------------------------

    @api.model
    def _get_document_sources(self, scope):
        """Return the sources of events that people see and that decide nothing.

        :param Scope scope: the customers wanted
        :return: ``{name: SQL}``, each a SELECT as ``engine.sources`` describes
        """
        return {
            "order": documents.orders(scope),
            "invoice": documents.invoices(scope),
            "payment": documents.payments(scope),
        }

    @api.model
    def _get_fact_sources(self, scope):
        """Return the sources of events that people see and that carry a fact."""
        sent, _confirmed, state_field = self._get_order_traces()
        return {
            "lead": documents.leads(scope),
            "opportunity": documents.opportunities(scope),
            "quotation": documents.quotations(scope),
            "quotation_sent": documents.sent_quotations(scope, sent, state_field),
            "rating": documents.ratings(scope),
            "agreement": documents.agreements(scope),
            "mark": documents.marks(scope),
        }

    @api.model
    def _get_purchase_sources(self, scope):
        """Return the sources of purchase days, which the engine alone reads."""
        _sent, confirmed, state_field = self._get_order_traces()
        return {
            "order": purchases.order_purchases(scope, confirmed, state_field),
            "invoice": purchases.invoice_purchases(scope),
        }

    @api.model
    def _get_order_traces(self):
        """Return what tells an order's moves in its chatter.

        :return: ids of the subtypes for sent and for confirmed, and of the field
            whose tracking logs each move
        """
        return (
            self.env["ir.model.data"]._xmlid_to_res_id("sale.mt_order_sent"),
            self.env["ir.model.data"]._xmlid_to_res_id("sale.mt_order_confirmed"),
            self.env["ir.model.fields"]._get("sale.order", "state").id,
        )

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        scope = sources.Scope()
        branches = {**self._get_document_sources(scope), **self._get_fact_sources(scope)}
        # Every source has a number of its own, so that ids are unique and the same
        # document keeps its id from one query to the next.
        selects = SQL(" UNION ALL ").join(
            SQL(
                """SELECT (source.key * 4 + source.part) * %s + %s AS id,
                          source.company_id, source.partner_id, source.date, source.kind,
                          source.amount, source.res_model, source.res_id
                     FROM (%s) source
                     JOIN company ON company.id = source.company_id
                    WHERE source.date <= company.today""",
                len(branches),
                number,
                branches[name],
            )
            for number, name in enumerate(sorted(branches))
        )
        return SQL("WITH %s %s", sources.company_cte(fields.Datetime.now()), selects)

    @api.model
    def _derive(self, partner_ids, as_of=None):
        """Derive histories and figures of customers from their documents.

        :param list partner_ids: ids of commercial partners
        :param date as_of: the day to derive for instead of today
        :return: one dict per customer and company, see ``engine.timeline``
        """
        self.env.flush_all()
        scope = sources.Scope(partner_ids)
        referred = purchases.referred_scope(scope)
        selects = [
            *self._get_fact_sources(scope).values(),
            *self._get_purchase_sources(scope).values(),
            *(
                purchases.referrals(scope, source)
                for source in self._get_purchase_sources(referred).values()
            ),
        ]
        # Compiling so wide a statement takes longer than running it.
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
        return self.env.execute_query_dict(timeline_query(selects, fields.Datetime.now(), as_of))
