from odoo import api, fields, models
from odoo.fields import Command

from ..engine import loyalty, payment_bands, price_sensitivity, rules, type_rules

# Settings that make up a rule set, apart from the criteria, and those of them that
# are percentages here and shares there. Who has to agree to a stage set by hand is no
# rule on customers, and can be changed at any time.
RULE_SETTINGS = ("basis", "tolerance", "minimum_stay")
STATUS_SETTINGS = tuple(rules.StatusRule.__dataclass_fields__)
VALUE_SETTINGS = (
    "value_basis",
    "known_cost_share",
    "class_a_share",
    "class_b_share",
    "core_months",
    "returned_share",
)
PAYMENT_SETTINGS = tuple(payment_bands.DEFAULTS)
LOYALTY_SETTINGS = tuple(f"loyalty_{name}" for name in loyalty.LoyaltyRule.__dataclass_fields__)
TYPE_SETTINGS = (*type_rules.DEFAULTS, *price_sensitivity.DEFAULTS)
PERCENTAGES = {
    "tolerance",
    "minimum_spread",
    "known_cost_share",
    "class_a_share",
    "class_b_share",
    "returned_share",
    "type_regular_spread",
    "type_discount_share",
    "sensitivity_variation",
    "loyalty_known_share",
}
RULE_FIELDS = {
    *RULE_SETTINGS,
    *STATUS_SETTINGS,
    *VALUE_SETTINGS,
    *PAYMENT_SETTINGS,
    *TYPE_SETTINGS,
    *LOYALTY_SETTINGS,
    "criterion_ids",
}


class CrmLifecyclePolicy(models.Model):
    """A version of a company's rules: what makes each stage, and which silence which
    status.

    A draft can be changed, and becomes the company's rules when a manager activates
    it. What was decided by a version names it; so once active it stays as it is, and
    is retired when another one takes its place.
    """

    _name = "crm.lifecycle.policy"
    _description = "Customer Lifecycle Rules"
    _inherit = ["mail.thread"]
    _order = "company_id, version DESC, id DESC"

    name = fields.Char(required=True, tracking=True)
    # A company takes its rules along; the host deletes companies by a bare key.
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    version = fields.Integer(
        readonly=True, copy=False, help="Counts up within the company with each new version."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("active", "In force"), ("retired", "Retired")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        tracking=True,
    )
    description = fields.Text(help="Why the rules are what they are; for colleagues.")

    basis = fields.Selection(
        [
            ("confirmed", "Confirmed orders"),
            ("invoiced", "Posted invoices"),
            ("paid", "Paid invoices"),
        ],
        required=True,
        default=rules.RuleSet.basis,
        tracking=True,
        help="When an order counts as a purchase: once it is confirmed, invoiced or paid."
        " Invoices that come from no order count in any case, unless paid ones are asked"
        " for.",
    )
    tolerance = fields.Float(
        default=rules.RuleSet.tolerance * 100,
        tracking=True,
        help="A customer keeps a stage while its limits are missed by no more than this"
        " share, so that nobody goes up and down around a limit. At 10 %, a stage that"
        " asks for 10 purchases is kept with 9.",
    )
    minimum_stay = fields.Integer(
        default=rules.RuleSet.minimum_stay,
        tracking=True,
        help="Days for which a stage is kept at least once it is reached, unless its"
        " evidence is cancelled or refunded.",
    )
    override_needs_approval = fields.Boolean(
        string="Approve Stages Set by Hand",
        default=True,
        tracking=True,
        help="A stage that somebody sets by hand takes effect once a sales manager has"
        " approved it.",
    )

    company_interval = fields.Integer(
        string="Usual Interval",
        default=rules.StatusRule.company_interval,
        tracking=True,
        help="Usual number of days from one purchase to the next. Holds for customers who"
        " have bought too seldom to have a rhythm of their own.",
    )
    company_spread = fields.Integer(
        string="Usual Spread",
        default=rules.StatusRule.company_spread,
        tracking=True,
        help="By how many days that interval varies: between the quarter of the shortest and"
        " the quarter of the longest intervals.",
    )
    minimum_gaps = fields.Integer(
        string="Intervals Needed",
        default=rules.StatusRule.minimum_gaps,
        tracking=True,
        help="From how many intervals between purchases on a customer is measured by the"
        " own rhythm, no longer by the company's.",
    )
    minimum_spread = fields.Float(
        string="Least Spread",
        default=rules.StatusRule.minimum_spread * 100,
        tracking=True,
        help="The spread counts as at least this share of the interval, so that a customer"
        " who buys like clockwork is not at risk a day later.",
    )
    at_risk_spreads = fields.Float(
        string="At Risk After",
        default=rules.StatusRule.at_risk_spreads,
        tracking=True,
        help="A customer is due when the usual interval is over, and at risk when so many"
        " spreads more have passed without a purchase.",
    )
    lapsed_spreads = fields.Float(
        string="Lapsed After",
        default=rules.StatusRule.lapsed_spreads,
        tracking=True,
        help="A customer has lapsed when so many spreads have passed since the purchase was due.",
    )
    won_back_days = fields.Integer(
        string="Won Back for Days",
        default=rules.StatusRule.won_back_days,
        tracking=True,
        help="A customer who was declared lost and buys again counts as won back for so many days,"
        " and as active afterwards.",
    )
    won_back_purchases = fields.Integer(
        string="Won Back for Purchases",
        default=rules.StatusRule.won_back_purchases,
        tracking=True,
        help="With so many purchases since, a customer who was won back is active before"
        " those days are over.",
    )

    criterion_ids = fields.One2many(
        "crm.lifecycle.criterion",
        "policy_id",
        string="Criteria",
        copy=True,
        default=lambda self: self._default_criterion_ids(),
    )

    activated_at = fields.Datetime(readonly=True, copy=False)
    activated_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    retired_at = fields.Datetime(readonly=True, copy=False)
    parent_id = fields.Many2one(
        "crm.lifecycle.policy",
        string="Copied From",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    previous_id = fields.Many2one(
        "crm.lifecycle.policy",
        string="Active Before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The version whose place this one took, and to which rolling back returns.",
    )

    _version_unique = models.Constraint(
        "UNIQUE(company_id, version)",
        "Somebody else has just made a version with this number. Please try again.",
    )
    _active_unique = models.UniqueIndex(
        "(company_id) WHERE state = 'active'",
        "Somebody else has just activated a version of the rules. Please reload the page.",
    )
    _tolerance_range = models.Constraint(
        "CHECK(tolerance BETWEEN 0 AND 50)",
        "The tolerance is a share between 0 and 50 %: with more, a limit is none.",
    )
    _stay_range = models.Constraint(
        "CHECK(minimum_stay BETWEEN 0 AND 365)",
        "A stage can be kept for 0 to 365 days: beyond a year it would tell of the past.",
    )
    _company_rhythm = models.Constraint(
        "CHECK(company_interval >= 1 AND company_spread >= 0)",
        "The usual interval is a day at least, and its spread cannot be negative.",
    )
    _gaps_range = models.Constraint(
        "CHECK(minimum_gaps >= 2)",
        "A rhythm needs two intervals at least: a single one has no spread.",
    )
    _spread_range = models.Constraint(
        "CHECK(minimum_spread BETWEEN 0 AND 200)",
        "The least spread is a share of the interval between 0 and 200 %.",
    )
    _spreads_ordered = models.Constraint(
        "CHECK(at_risk_spreads > 0 AND lapsed_spreads > at_risk_spreads)",
        "A customer is at risk first and lapsed later: the second number of spreads has to"
        " be greater than the first, and the first greater than 0.",
    )
    _won_back_range = models.Constraint(
        "CHECK(won_back_days >= 0 AND won_back_purchases >= 1)",
        "A customer is won back for 0 days or more, and by one purchase at least.",
    )

    @api.model
    def _default_criterion_ids(self):
        return [
            Command.create(vals)
            for vals in self.env["crm.lifecycle.criterion"]._prepare_vals(rules.DEFAULT)
        ]

    @api.depends("name", "version")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = (
                self.env._(
                    "%(name)s (version %(version)s)", name=policy.name, version=policy.version
                )
                if policy.version
                else policy.name
            )

    @api.constrains("criterion_ids", "tolerance")
    def _check_criteria(self):
        for policy in self:
            policy.criterion_ids._ensure_sound()
