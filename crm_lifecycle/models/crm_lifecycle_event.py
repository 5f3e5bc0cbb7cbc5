from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..access import AMOUNT_GROUPS
from ..engine import (
    complaints,
    documents,
    ideas,
    prepared,
    purchases,
    record,
    rules,
    satisfaction,
    sources,
    staging,
    timeline,
    traces,
)
from ..engine.compile import Program

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
    ("loss", "Declared lost"),
    ("override", "Stage set by hand"),
    ("override_ended", "Stage by hand ended"),
    ("overdue", "Invoice overdue"),
    ("complaint", "Complaint"),
    ("complaint_ended", "Complaint over"),
    ("satisfaction", "Satisfaction stated"),
    ("idea", "Suggestion adopted"),
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
    # SOURCES: bridges override these
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
            # Ratings are events already.
            "satisfaction": satisfaction.events(
                {
                    name: select
                    for name, select in self._get_satisfaction_sources(scope).items()
                    if name != "rating"
                }
            ),
            "idea": ideas.adopted_ideas(scope),
        }

    @api.model
    def _get_satisfaction_sources(self, scope):
        """Return the SELECTs of what customers said, see ``engine.satisfaction``.

        Bridges add their own.

        :param Scope scope: the customers wanted
        :return: ``{name: SQL}``
        """
        return satisfaction.sources(scope)

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
            "loss": documents.losses(scope),
            "override": documents.overrides(scope),
            "complaint": complaints.complaints(scope),
        }

    @api.model
    def _get_figure_sources(self, scope):
        """Return the sources that only some figures need, and the engine alone reads.

        :return: ``{name: (fact, SQL)}``; a source is read if a rule asks for its fact
        """
        said = self._get_satisfaction_sources(scope)
        return {
            "inquiry": ("inquiry", documents.leads(scope, fact="inquiry")),
            "payment": ("payment", documents.payments(scope, fact="payment")),
            "rated": ("rated", documents.rating_scores(scope)),
            "settled": ("settled", documents.settlements(scope)),
            "refund": ("returned", documents.refunds(scope)),
            "billed_order": ("billed", complaints.billed_orders(scope)),
            "billed": ("billed", complaints.billed_without_order(scope)),
            "stated": ("stated", satisfaction.events(said, "stated")),
            "top_box": ("top_box", satisfaction.events(said, "top_box", single=True)),
            "idea": ("idea", ideas.adopted_ideas(scope, fact="idea")),
        }

    @api.model
    def _get_purchase_sources(self, scope, bases):
        """Return the sources of purchase days, which the engine alone reads.

        :param set bases: which purchases count for the companies at hand
        """
        found = {}
        if "confirmed" in bases:
            _sent, confirmed, state_field = self._get_order_traces()
            found["order"] = purchases.order_purchases(scope, confirmed, state_field)
            found["invoice"] = purchases.invoice_purchases(scope)
        for basis in ("invoiced", "paid"):
            if basis in bases:
                found[basis] = purchases.billed_purchases(scope, basis)
        return found

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

    @api.model
    def _get_traces(self):
        """Return the rows that the sources depend on, see ``engine.traces``."""
        sent, confirmed, _state_field = self._get_order_traces()
        return traces.host_traces((sent, confirmed))

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

    # ------------------------------------------------------------
    # ENGINE
    # ------------------------------------------------------------

    @api.model
    def _get_program(self, drafts=None):
        """Return the rules of all companies, compiled.

        :param dict drafts: ``{company id: (policy id, RuleSet)}`` to go by instead of the
            rules in force
        """
        policies = self.env["crm.lifecycle.policy"]._get_active_rulesets()
        return Program(
            {**policies, **(drafts or {})}, self.env["crm.lifecycle.criterion"]._get_metrics()
        )

    @api.model
    def _execute_derivation(
        self, statement, partners=None, as_of=None, drafts=None, company_ids=None
    ):
        """Derive customers from their documents and run a statement on the result.

        :param statement: called with the ``WITH`` clause that gives ``derived``, ``move``
            and ``evidence`` (see ``engine.timeline``), returns the ``SQL`` to run
        :param partners: ids of commercial partners, a ``SQL`` query of them, or None for
            everybody
        :param date as_of: the day to derive for instead of today
        :param dict drafts: rules to go by instead of those in force,
            ``{company id: (policy id, RuleSet)}``
        :param list company_ids: for whom to derive, None for all companies
        :return: the rows of the result as dicts
        """
        self.env.flush_all()
        cr, program = self.env.cr, self._get_program(drafts)
        company = timeline.rule_company_cte(fields.Datetime.now(), as_of, company_ids)
        query = statement(timeline.derivation(program, company))
        # Compiling so wide a statement takes longer than running it.
        cr.execute(SQL("SET LOCAL jit = off"))
        staging.empty_stage(cr)
        scope = sources.Scope(partners)
        gathering = staging.staging(
            program, company, scope, self._get_engine_sources(scope, program)
        )
        # For customers named one by one, see _record.
        with staging.planned(cr, *(("seqscan", "mergejoin") if scope.is_listed else ())):
            cr.execute(gathering)
        with staging.planned(cr, *staging.DERIVING):
            return self.env.execute_query_dict(query)

    @api.model
    def _get_engine_sources(self, scope, program):
        """Return the sources of everything that the rules ask for."""
        referred = purchases.referred_scope(scope)
        return [
            *self._get_fact_sources(scope).values(),
            *(
                source
                for fact, source in self._get_figure_sources(scope).values()
                if fact in program.facts
            ),
            *self._get_purchase_sources(scope, program.bases).values(),
            purchases.billed_customers(scope),
            *(
                purchases.referrals(source)
                for source in self._get_purchase_sources(referred, program.bases).values()
            ),
        ]

    @api.model
    def _derive(self, partners=None, as_of=None, drafts=None):
        """Derive customers' stages, figures and histories; records nothing.

        :return: one dict per customer and company, see ``engine.timeline.reading``
        """
        return self._execute_derivation(timeline.reading, partners, as_of, drafts)

    @api.model
    def _record(self, partners):
        """Derive customers and write what differs, see ``engine.record``.

        :return: one dict per thing to follow up
        """
        self.env.flush_all()
        cr = self.env.cr
        policies = self.env["crm.lifecycle.policy"]._get_active_rulesets()
        gathering, writing = self._get_recording_statements(tuple(policies.items()))
        values = (list(partners), fields.Datetime.now())
        cr.execute(SQL("SET LOCAL jit = off"))
        staging.empty_stage(cr)
        with staging.planned(cr, "seqscan", "mergejoin"):
            prepared.execute(cr, gathering, *values)
        with staging.planned(cr, "seqscan", *staging.DERIVING):
            prepared.execute(cr, writing, *values)
            found = cr.dictfetchall()
        self.env.invalidate_all(flush=False)
        return found

    @api.model
    @tools.ormcache("policies")
    def _get_recording_statements(self, policies):
        """Return the two statements of ``_record`` under some rules, to be prepared.

        :param tuple policies: items of ``_get_active_rulesets``
        :return: ``prepared.Statement`` to gather events, and to derive and record
        """
        program = Program(dict(policies), self.env["crm.lifecycle.criterion"]._get_metrics())
        stages = self.env["crm.lifecycle.stage"]._by_code()
        scope = sources.Scope(array=prepared.CUSTOMER_IDS)
        company = timeline.rule_company_cte(prepared.NOW)
        gathering = staging.staging(
            program, company, scope, self._get_engine_sources(scope, program)
        )
        writing = record.recording(
            timeline.derivation(program, company),
            scope,
            [stages[code].id for code in rules.STAGES],
            prepared.NOW,
        )
        return (
            prepared.Statement.of(self.env.cr, "stage", gathering),
            prepared.Statement.of(self.env.cr, "record", writing),
        )
