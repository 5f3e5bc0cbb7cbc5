from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..access import AMOUNT_GROUPS
from ..engine import decisions, rules
from .crm_lifecycle_customer_type import CUSTOMER_TYPES
from .crm_lifecycle_payment_band import PAYMENT_BANDS
from .crm_lifecycle_status import STATUSES
from .crm_lifecycle_value_class import VALUE_CLASSES


class CrmLifecycleProfile(models.Model):
    """What the company knows of one customer, derived from its documents.

    One row per commercial partner and company. Rows are written by the queue
    alone (see ``crm.lifecycle.queue``) and can be dropped and rebuilt at any
    time; dates are stored, never ages, so that a quiet customer's row is not
    rewritten every night.
    """

    _name = "crm.lifecycle.profile"
    _description = "Customer Lifecycle Profile"
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "last_purchase_date DESC NULLS LAST, id DESC"

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    active = fields.Boolean(readonly=True, help="Archived together with the contact.")

    stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        required=True,
        readonly=True,
        ondelete="restrict",
        group_expand="_group_expand_stages",
    )
    stage_date = fields.Date(
        string="In Stage Since", readonly=True, help="Day from which the current stage holds."
    )
    rule_stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        string="Stage by the Rules",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="What the rules say, also while the stage is set by hand.",
    )
    is_overridden = fields.Boolean(string="Set by Hand", readonly=True)
    is_contradicted = fields.Boolean(
        string="Rules Say Otherwise",
        readonly=True,
        help="The stage was set by hand, and the rules say another one.",
    )
    status = fields.Selection(
        STATUSES,
        required=True,
        readonly=True,
        help="Whether the customer is alive, judged against the customer's own rhythm.",
    )
    status_date = fields.Date(
        string="In Status Since", readonly=True, help="Day from which the current status holds."
    )
    value_class = fields.Selection(
        VALUE_CLASSES,
        readonly=True,
        help="Whether the customer is among those who bring the first 80 % of the margin (A),"
        " the next 15 % (B) or the rest (C); the rules say what counts. Empty without revenue"
        " in the last twelve months, where too little of its cost is known, or where the"
        " company has too few customers to tell.",
    )
    payment_band = fields.Selection(
        PAYMENT_BANDS,
        string="Payment Habit",
        readonly=True,
        help="How late the customer pays on the average of the last twelve months; risky, if"
        " very late or something is overdue for long. The rules say what counts as what."
        " Unknown with too few payments, empty without an invoice.",
    )
    segment_id = fields.Many2one(
        "crm.lifecycle.segment",
        readonly=True,
        ondelete="set null",
        help="The first of the company's segments whose rules match what is known of the customer"
        " now: employees, sector, country, industry and tags. Empty where none matches, such as"
        " with an unknown number of employees.",
    )
    customer_type = fields.Selection(
        CUSTOMER_TYPES,
        readonly=True,
        help="How much of a relationship the customer wants: by points for what is known of"
        " them, or set by hand. Empty where too little is known.",
    )
    review_date = fields.Date(
        readonly=True,
        help="Next day on which stage or status may change without a new document.",
    )
    policy_id = fields.Many2one(
        "crm.lifecycle.policy",
        string="Rules",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Version of the rules that decided last; empty for the product's own.",
    )
    # Figures that the rules use, amounts among them; a date where a figure grows by the
    # day. Lapses: on which day a part of a figure drops out of its window.
    figures = fields.Json(readonly=True, groups="base.group_system")
    lapses = fields.Json(readonly=True, groups="base.group_system")
    dimension = fields.Selection(related="stage_id.dimension")
    stage_color = fields.Integer(related="stage_id.color")
    transition_ids = fields.One2many(
        "crm.lifecycle.transition", "profile_id", string="History with What Was Superseded"
    )
    current_transition_ids = fields.One2many(
        "crm.lifecycle.transition",
        "profile_id",
        string="History",
        domain=[("superseded_at", "=", False)],
    )
    stage_transition_id = fields.Many2one(
        "crm.lifecycle.transition", compute="_compute_stage_transition_id", string="Latest Move"
    )
    stage_document_readable = fields.Boolean(
        compute="_compute_stage_document_readable", help="The user may open the document."
    )
    stage_reason = fields.Char(
        string="Why",
        compute="_compute_stage_reason",
        help="The document or event that brought the customer into the current stage.",
    )
    explanation = fields.Json(
        compute="_compute_explanation",
        help="The conditions behind the stage and what the next one takes: see"
        " crm.lifecycle.explanation.",
    )
    stage_conditions = fields.Char(
        string="Conditions Met",
        compute="_compute_explanation",
        help="The conditions of the current stage with today's figures.",
    )
    stage_missing = fields.Char(
        string="For the Next Stage",
        compute="_compute_explanation",
        help="What the next higher stage takes.",
    )

    purchase_count = fields.Integer(
        string="Purchases",
        readonly=True,
        help="Days on which the customer bought something that was neither cancelled nor"
        " fully refunded.",
    )
    purchase_count_12m = fields.Integer(
        string="Purchases in 12 Months",
        readonly=True,
        help="The same for the last twelve months.",
    )
    first_purchase_date = fields.Date(string="First Purchase", readonly=True)
    last_purchase_date = fields.Date(string="Last Purchase", readonly=True)
    purchase_amount = fields.Monetary(
        string="Purchased",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="All purchases so far, without taxes and less what was refunded, in the"
        " company's currency at the rate of the purchase.",
    )
    purchase_amount_12m = fields.Monetary(
        string="Purchased in 12 Months",
        readonly=True,
        groups=AMOUNT_GROUPS,
        help="The same for purchases of the last twelve months.",
    )
    purchase_average = fields.Monetary(
        string="Average Purchase",
        readonly=True,
        groups=AMOUNT_GROUPS,
        aggregator="avg",
        help="Purchased amount divided by the number of purchases.",
    )
    purchase_interval = fields.Integer(
        string="Usual Gap (Days)",
        readonly=True,
        aggregator="avg",
        help="Median of the latest twelve gaps between purchases; empty with fewer than two.",
    )
    purchase_spread = fields.Integer(
        string="Spread of the Gap (Days)",
        readonly=True,
        aggregator="avg",
        help="Interquartile range of the latest twelve gaps between purchases.",
    )
    rhythm = fields.Char(
        compute="_compute_rhythm",
        help="By which gap between purchases the status is judged: the customer's own, or"
        " the company's while the customer has bought too seldom to have one.",
    )
    opportunity_count = fields.Integer(string="Open Opportunities", readonly=True)
    opportunity_revenue = fields.Monetary(
        string="Expected Revenue", readonly=True, groups=AMOUNT_GROUPS
    )

    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")
    category_id = fields.Many2many(related="partner_id.category_id")
    email = fields.Char(related="partner_id.email")
    phone = fields.Char(related="partner_id.phone")
    activity_ids = fields.One2many(related="partner_id.activity_ids")
    next_activity_date = fields.Date(
        related="partner_id.activity_date_deadline", string="Next Activity"
    )
    preview_place = fields.Char(
        compute="_compute_preview_place",
        search="_search_preview_place",
        exportable=False,
        groups="sales_team.group_sale_manager",
        help="Where a preview has the customer, to search by alone: number of the preview,"
        " stage or status, before and after.",
    )

    _partner_company_unique = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A customer has one lifecycle profile per company."
    )
    # Columns of the board and pages of the list are read in order, and counted, without the
    # rows themselves.
    _stage_idx = models.Index(
        "(stage_id, last_purchase_date DESC NULLS LAST, id DESC) INCLUDE (company_id)"
        " WHERE active IS TRUE"
    )
    _order_idx = models.Index(
        "(last_purchase_date DESC NULLS LAST, id DESC) INCLUDE (company_id) WHERE active IS TRUE"
    )
    _company_status_idx = models.Index("(company_id, status)")
    _company_class_idx = models.Index("(company_id, value_class)")
    _company_payment_idx = models.Index("(company_id, payment_band)")
    _segment_idx = models.Index("(segment_id)")
    _company_type_idx = models.Index("(company_id, customer_type)")
    _review_idx = models.Index("(review_date) WHERE review_date IS NOT NULL")

    @api.private
    def init(self):
        """Create the function that the engine needs where stages are sticky."""
        super().init()
        self.env.cr.execute(decisions.KEEP_STAGE_FUNCTION)

    # ------------------------------------------------------------
    # READ
    # ------------------------------------------------------------

    @api.model
    def _group_expand_stages(self, stages, _domain):
        """Show all eight stages as columns, even those without a customer."""
        return stages.browse(stages.sudo()._search([], order=stages._order))

    def _compute_preview_place(self):
        self.preview_place = False

    @api.model
    def _search_preview_place(self, operator, value):
        """Find customers by a place such as ``12/stage/3/`` (before) or ``12/stage//4`` (after)."""
        if operator != "in" or len(value) != 1:
            return NotImplemented
        return self.env["crm.lifecycle.preview"]._get_place_domain(*value)

    @api.depends("transition_ids", "stage_id", "stage_date")
    def _compute_stage_transition_id(self):
        """Find the move into the current stage."""
        self.flush_model(["stage_id", "stage_date"])
        latest = dict(
            self.env.execute_query(
                SQL(
                    """SELECT profile.id, MAX(move.id)
                         FROM crm_lifecycle_profile profile
                         JOIN crm_lifecycle_transition move
                           ON move.profile_id = profile.id
                          AND move.effective_date = profile.stage_date
                          AND move.to_stage_id = profile.stage_id
                          AND move.superseded_at IS NULL
                        WHERE profile.id = ANY(%s)
                     GROUP BY profile.id""",
                    self.ids,
                )
            )
        )
        for profile in self:
            profile.stage_transition_id = latest.get(profile.id, False)

    @api.depends("stage_transition_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_stage_document_readable(self):
        for profile in self:
            profile.stage_document_readable = profile.stage_transition_id.document_readable

    @api.depends("stage_transition_id")
    @api.depends_context("lang", "uid")
    def _compute_stage_reason(self):
        for profile in self:
            profile.stage_reason = profile.stage_transition_id.reason

    @api.depends("stage_id", "rule_stage_id", "is_overridden", "policy_id", "figures", "lapses")
    @api.depends_context("lang", "uid")
    def _compute_explanation(self):
        """Explain the stages from the stored figures, by the rules that gave them."""
        rulesets = self._get_rulesets()
        in_force = self.env["crm.lifecycle.policy"]._get_active_rulesets()
        metrics = self.env["crm.lifecycle.criterion"]._get_metrics()
        explanations = self.env["crm.lifecycle.explanation"]
        period = self.env["crm.lifecycle.period.mixin"]
        # Not as superuser, whom the fields on contacts are computed as.
        may_open = self.env["crm.lifecycle.event"].sudo(False).has_access("read")
        for profile in self:
            company, profile_sudo = profile.company_id, profile.sudo()
            policy_id, _ruleset = in_force.get(company.id, (False, None))
            told = explanations._explain_stage(
                rulesets[profile_sudo.policy_id],
                metrics,
                profile.rule_stage_id.code,
                profile_sudo.figures or {},
                period.with_company(company)._get_today(),
                profile_sudo.lapses,
                company,
            )
            waiting = ""
            if profile_sudo.policy_id.id != policy_id:
                waiting = self.env._(
                    "New rules are in force; they have yet to look at this customer."
                )
            notes = [
                note
                for note in (
                    waiting,
                    profile._say_override(),
                    told["kept"],
                    profile._say_not_lower(told),
                )
                if note
            ]
            told.update(
                profile_id=profile.id,
                title=self.env._(
                    "%(stage)s since %(date)s",
                    stage=profile.stage_id.name,
                    date=format_date(self.env, profile.stage_date, date_format="long"),
                ),
                notes=notes,
                status=profile._say_status(),
                may_open=may_open,
            )
            profile.explanation = told
            profile.stage_conditions = ", ".join(line["text"] for line in told["met"])
            profile.stage_missing = told["next"]

    def _get_rulesets(self):
        """Return the rules that decided last on the profiles, ``{policy: RuleSet}``."""
        return {
            policy: policy._get_fixed_ruleset(policy.id) if policy else rules.DEFAULT
            for policy in {profile.policy_id for profile in self.sudo()}
        }

    def _say_not_lower(self, told):
        """Say why a customer is in no lower stage."""
        self.ensure_one()
        if self.is_overridden or told["kept"]:
            return ""
        if not told["met"]:
            return self.env._("There are dealings, but the conditions of no other stage hold.")
        if not all(line["holds"] for line in told["met"]):
            # The day or the rules have moved on, and nobody has looked since.
            return ""
        return self.env._("The highest stage whose conditions hold is the customer's.")

    def _say_status(self):
        """Say the status, since when, and by which rhythm."""
        self.ensure_one()
        status = dict(self._fields["status"]._description_selection(self.env))[self.status]
        terms = {
            "status": status,
            "date": format_date(self.env, self.status_date, date_format="long"),
            "rhythm": self.rhythm,
        }
        if not self.rhythm:
            return self.env._("%(status)s since %(date)s: no purchase yet.", **terms)
        return self.env._("%(status)s since %(date)s. %(rhythm)s.", **terms)

    def _say_override(self):
        """Say that the stage was set by hand, and whether the rules agree."""
        self.ensure_one()
        if not self.is_overridden:
            return ""
        if self.rule_stage_id == self.stage_id:
            return self.env._("Set by hand; the rules agree.")
        return self.env._("Set by hand; the rules say %s.", self.rule_stage_id.name)

    @api.depends("purchase_count", "purchase_interval", "purchase_spread", "policy_id")
    @api.depends_context("lang")
    def _compute_rhythm(self):
        rulesets = self._get_rulesets()
        for profile in self:
            profile.rhythm = profile._get_rhythm(rulesets[profile.sudo().policy_id].status)

    def _get_rhythm(self, status_rule):
        """Say by which gap between purchases the status is judged; False before the first.

        :param StatusRule status_rule: the company's
        """
        self.ensure_one()
        if not self.purchase_count:
            return False
        if self.purchase_interval and self.purchase_count > status_rule.minimum_gaps:
            return self.env._(
                "Usual gap %(gap)s days, spread %(spread)s days",
                gap=self.purchase_interval,
                spread=self.purchase_spread,
            )
        return self.env._(
            "The company's rhythm of %(gap)s days: too few purchases for a rhythm of its own",
            gap=status_rule.company_interval,
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_stage_document(self):
        """Open the document that brought the customer into the current stage."""
        self.ensure_one()
        return self.stage_transition_id.action_open_document()

    @api.readonly
    def action_open_figure(self, metric, months=0):
        """Open the documents behind a figure.

        :param str metric: key of the registry
        :param int months: how far back, 0 for ever
        """
        self.ensure_one()
        metrics = self.env["crm.lifecycle.criterion"]._get_metrics()
        if metric not in metrics:
            raise UserError(self.env._("There is no figure of that name any more."))
        metric = metrics[metric]
        domain = Domain("company_id", "=", self.company_id.id) & Domain("kind", "in", metric.kinds)
        if metric.of_referred:
            referred = self.partner_id.sudo()._get_lifecycle_referred(self.company_id)
            domain &= Domain("partner_id", "in", referred.ids)
        else:
            domain &= Domain("partner_id", "=", self.partner_id.id)
        if months:
            period = self.env["crm.lifecycle.period.mixin"].with_company(self.company_id)
            start = period._get_today() - relativedelta(months=months)
            domain &= Domain("date", ">", start)
        return {
            "type": "ir.actions.act_window",
            "name": f"{metric.name}: {self.partner_id.display_name}",
            "res_model": "crm.lifecycle.event",
            "views": [(False, "list")],
            "domain": list(domain),
        }

    @api.readonly
    def action_open_value(self):
        """Open what the customer brings and costs."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Value of %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.value",
            "views": [(False, "list"), (False, "form")],
            "domain": [("profile_id", "=", self.id)],
            "context": {"active_test": False},
        }

    @api.readonly
    def action_open_partner(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    @api.readonly
    def action_open_transitions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("History of %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.transition",
            "view_mode": "list,form",
            "domain": [("profile_id", "=", self.id)],
            "context": {"search_default_current": True},
        }

    @api.readonly
    def action_open_events(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Events of %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.event",
            "view_mode": "list",
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
