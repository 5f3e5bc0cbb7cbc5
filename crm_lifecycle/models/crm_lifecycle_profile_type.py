from odoo import api, fields, models, tools
from odoo.tools import SQL

from ..engine import customer_type, prepared, sources, staging, type_rules, value
from ..engine.type_evidence import HostColumns
from .crm_lifecycle_customer_type import CUSTOMER_TYPES, PRICE_SENSITIVITIES, TYPE_CAUSES


class CrmLifecycleProfile(models.Model):
    """What kind of customer somebody is, and how much they care about prices."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    rule_type = fields.Selection(
        CUSTOMER_TYPES,
        string="Type by the Rules",
        readonly=True,
        help="What the rules say, also while the type is set by hand.",
    )
    type_cause = fields.Selection(
        TYPE_CAUSES,
        string="Type Decided By",
        readonly=True,
        help="By the rules: the type with most points. By the segment: too little is known, so"
        " what is usual in the segment. By hand: a colleague said so, with a reason.",
    )
    type_is_contradicted = fields.Boolean(
        string="Rules Say Another Type",
        readonly=True,
        help="The type was set by hand, and the rules say another one.",
    )
    # Counts, shares and days, and what each kind of evidence told: no amounts.
    type_figures = fields.Json(readonly=True, groups="base.group_system")
    type_review_date = fields.Date(
        readonly=True,
        help="Next day on which type or price sensitivity may change without a new document.",
    )
    type_move_ids = fields.One2many(
        "crm.lifecycle.type.move", "profile_id", string="Type History", readonly=True
    )
    type_override_id = fields.Many2one(
        "crm.lifecycle.type.override",
        compute="_compute_type_override_id",
        string="Type Set by Hand",
    )
    price_elasticity = fields.Float(
        digits=(16, 4),
        readonly=True,
        aggregator="avg",
        help="By how many per cent the customer bought more when a product's net price was 1 %"
        " higher: below zero for who buys more at lower prices. Empty where too few order"
        " lines tell, or prices hardly varied.",
    )
    price_sample = fields.Integer(
        string="Order Lines Compared",
        readonly=True,
        aggregator="avg",
        help="Order lines of products that the customer bought at two net prices or more; the"
        " rules say how far back, and how many it takes.",
    )
    price_sensitivity = fields.Selection(
        PRICE_SENSITIVITIES,
        readonly=True,
        help="How much more the customer buys when prices are lower, over their own order"
        " lines. Not part of the customer type: who wants no relationship may well not care"
        " about prices either.",
    )

    _company_sensitivity_idx = models.Index(
        "(company_id, price_sensitivity) WHERE price_sensitivity IS NOT NULL"
    )
    _type_review_idx = models.Index("(type_review_date) WHERE type_review_date IS NOT NULL")

    @api.depends("type_cause", "partner_id", "company_id")
    def _compute_type_override_id(self):
        """Find what is in force today of those whose type was set by hand."""
        by_hand = self.filtered(lambda profile: profile.type_cause == "hand")
        found = self.env["crm.lifecycle.type.override"].sudo()._get_in_force(by_hand)
        for profile in self:
            profile.type_override_id = found.get(profile, False)

    # ------------------------------------------------------------
    # ENGINE
    # ------------------------------------------------------------

    @api.model
    def _record_types(self, partner_ids):
        """Derive types and price sensitivity anew, and write what differs and the moves.

        After the figures and values of the same customers, which are evidence.

        :param list partner_ids: ids of commercial partners
        :return: ids of the customers of whom something was written
        """
        self.env.flush_all()
        cr = self.env.cr
        cr.execute(SQL("SET LOCAL jit = off"))
        # For customers named one by one, see crm.lifecycle.event.
        with staging.planned(cr, "seqscan", "mergejoin"):
            prepared.execute(
                cr, self._get_type_statement(), list(partner_ids), fields.Datetime.now()
            )
            written = [partner_id for (partner_id,) in cr.fetchall()]
        self.env.invalidate_all(flush=False)
        return written

    @api.model
    @tools.ormcache()
    def _get_type_statement(self):
        return prepared.Statement.of(
            self.env.cr,
            "type",
            customer_type.recording(
                type_rules.settings_cte(prepared.NOW),
                sources.Scope(array=prepared.CUSTOMER_IDS),
                self._get_host_columns(),
                prepared.NOW,
            ),
        )

    @api.model
    def _get_host_columns(self):
        """Return what the host's modules add: a quotation's opportunity, and which lines of an
        order are its delivery.
        """
        columns = {}
        if "opportunity_id" in self.env["sale.order"]._fields:
            columns["quotation_lead"] = SQL("so.opportunity_id")
        if "is_delivery" in self.env["sale.order.line"]._fields:
            columns["is_delivery"] = SQL("line.is_delivery")
        return HostColumns(**columns)

    @api.model
    def _derive_types(self, partners=None, as_of=None, policy=None):
        """Derive types and price sensitivity without writing anything.

        With all that is known today of documents up to the day. The segment is that of the
        day, see ``engine.segments.left_since``, with its usual type of today; what was set by
        hand is what holds on the day by today's records.

        :param partners: ids of commercial partners, None for everybody
        :param date as_of: the day to derive for instead of today
        :param policy: version of the rules to go by instead of its company's rules in force;
            then for that company alone
        :return: a dict per customer and company, see ``engine.customer_type.typing``
        """
        now, scope = fields.Datetime.now(), sources.Scope(partners)
        values = self.env["crm.lifecycle.value"]
        worth = value.reading(
            sources.company_cte(now, as_of),
            list(values._get_sources(scope).values()),
            scope,
            values._get_figures(),
        )
        company_id = policy and policy.company_id.id
        return self.env["crm.lifecycle.event"]._execute_derivation(
            lambda derivation: customer_type.reading(
                type_rules.settings_cte(now, as_of, policy and {company_id: policy.id}),
                derivation,
                worth,
                scope,
                self._get_host_columns(),
            ),
            partners,
            as_of=as_of,
            drafts=policy and {company_id: (policy.id, policy._get_ruleset())},
            company_ids=policy and [company_id],
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_type_moves(self):
        """Open when the customer became of which type, and why."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Type History of %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.type.move",
            "view_mode": "list,form",
            "domain": [("profile_id", "=", self.id)],
            "context": {"lifecycle_hide_customer": True},
        }

    @api.readonly
    def action_set_type(self):
        """Open a new record by which the type is set by hand."""
        self.ensure_one()
        return self.env["crm.lifecycle.type.override"]._get_action(self.partner_id, self.company_id)
