from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..engine import rules
from ..engine.loyalty import PARTS, LoyaltyRule

_RULE = LoyaltyRule()


class CrmLifecyclePolicy(models.Model):
    """What makes a customer loyal: the weights of the index's parts, and when each is full."""

    _inherit = "crm.lifecycle.policy"  # pylint: disable=consider-merging-classes-inherited

    loyalty_degree_weight = fields.Float(
        string="Weight of Purchases",
        default=_RULE.degree_weight,
        tracking=True,
        help="Purchases of the last twelve months, as a share of how many are full.",
    )
    loyalty_persistence_weight = fields.Float(
        string="Weight of Persistence",
        default=_RULE.persistence_weight,
        tracking=True,
        help="Days from the first to the last purchase, as a share of how many are full.",
    )
    loyalty_change_weight = fields.Float(
        string="Weight of Change",
        default=_RULE.change_weight,
        tracking=True,
        help="Purchases of the last twelve months as a share of those in the twelve months before;"
        " full for whoever buys as often or more often, left out without any before.",
    )
    loyalty_satisfaction_weight = fields.Float(
        string="Weight of Satisfaction",
        default=_RULE.satisfaction_weight,
        tracking=True,
        help="Mean score of what the customer said within two years; left out without any.",
    )
    loyalty_complaints_weight = fields.Float(
        string="Weight of Complaints",
        default=_RULE.complaints_weight,
        tracking=True,
        help="What complaints leave of the invoiced orders of twelve months: full without any, none"
        " with one for each order, left out where nothing was invoiced.",
    )
    loyalty_referral_weight = fields.Float(
        string="Weight of Referrals",
        default=_RULE.referral_weight,
        tracking=True,
        help="Referred customers who bought, as a share of how many are full.",
    )
    loyalty_breadth_weight = fields.Float(
        string="Weight of Breadth",
        default=_RULE.breadth_weight,
        tracking=True,
        help="Product categories bought within two years, as a share of how many are full.",
    )
    loyalty_payment_weight = fields.Float(
        string="Weight of Payments",
        default=_RULE.payment_weight,
        tracking=True,
        help="Share of the invoices of two years that were paid by their due date; left out while"
        " none is paid or overdue.",
    )
    loyalty_full_purchases = fields.Integer(
        string="Full With Purchases a Year", default=_RULE.full_purchases, tracking=True
    )
    loyalty_full_days = fields.Integer(
        string="Full After Days", default=_RULE.full_days, tracking=True
    )
    loyalty_full_referrals = fields.Integer(
        string="Full With Referrals", default=_RULE.full_referrals, tracking=True
    )
    loyalty_full_breadth = fields.Integer(
        string="Full With Categories", default=_RULE.full_breadth, tracking=True
    )
    loyalty_known_share = fields.Float(
        string="Known At Least",
        default=_RULE.known_share * 100,
        tracking=True,
        help="There is no index while the parts that are known have less than this share of all"
        " weights.",
    )

    _loyalty_full_positive = models.Constraint(
        "CHECK(loyalty_full_purchases >= 1 AND loyalty_full_days >= 1"
        " AND loyalty_full_referrals >= 1 AND loyalty_full_breadth >= 1)",
        "A part of the loyalty index is full with 1 at least.",
    )
    _loyalty_known_range = models.Constraint(
        "CHECK(loyalty_known_share BETWEEN 0 AND 100)",
        "The share of the weights that has to be known is between 0 and 100 %.",
    )

    @api.constrains(*(f"loyalty_{code}_weight" for code in PARTS))
    def _check_loyalty_weights(self):
        for policy in self:
            for code in PARTS:
                if not 0 <= policy[f"loyalty_{code}_weight"] <= 100:
                    raise ValidationError(
                        self.env._(
                            "%s is between 0 and 100; with 0 the part is left out.",
                            policy._fields[f"loyalty_{code}_weight"]._description_string(self.env),
                        )
                    )

    def _get_loyalty_rule(self):
        """Return the weights and limits as the engine reads them; the default's of no version.

        :rtype: engine.loyalty.LoyaltyRule
        """
        if not self:
            return _RULE
        self.ensure_one()
        settings = {name: self[f"loyalty_{name}"] for name in LoyaltyRule.__dataclass_fields__}
        return LoyaltyRule(**{**settings, "known_share": round(settings["known_share"] / 100, 6)})

    @api.model
    def _get_active_loyalty_rule(self, company):
        """Return the weights and limits that are in force in a company."""
        _policy_id, ruleset = self._get_active_rulesets().get(company.id, (None, rules.DEFAULT))
        return ruleset.loyalty

    @api.model
    def _prepare_loyalty(self, rule):
        """Return the values of a version that make up an index's weights and limits."""
        values = {
            f"loyalty_{name}": getattr(rule, name) for name in LoyaltyRule.__dataclass_fields__
        }
        return {**values, "loyalty_known_share": round(rule.known_share * 100, 6)}
