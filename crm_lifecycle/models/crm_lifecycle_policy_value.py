from odoo import api, fields, models

from .crm_lifecycle_policy import VALUE_SETTINGS


class CrmLifecyclePolicy(models.Model):
    """By what customers are ranked, and where the classes end."""

    _inherit = "crm.lifecycle.policy"  # pylint: disable=consider-merging-classes-inherited

    value_basis = fields.Selection(
        [("margin", "Margin"), ("revenue", "Revenue")],
        string="Rank By",
        required=True,
        default="margin",
        tracking=True,
        help="By what customers are ranked for their value class: margin or revenue of the"
        " last twelve months.",
    )
    known_cost_share = fields.Float(
        string="Cost Known Of",
        default=50.0,
        tracking=True,
        help="By margin, customers are ranked of whose revenue at least this much has a known"
        " cost; the others have no class. Where the company knows the cost of less than"
        " that altogether, it ranks by revenue.",
    )
    class_a_share = fields.Float(
        string="Class A",
        default=80.0,
        tracking=True,
        help="The largest customers who together bring this share of the whole are class A."
        " How many these are is measured: 80 % need not come from 20 % of the customers.",
    )
    class_b_share = fields.Float(
        string="Classes A and B",
        default=95.0,
        tracking=True,
        help="The next ones, up to this share of the whole, are class B; the rest is C.",
    )

    core_months = fields.Integer(
        string="Core Customers After",
        default=24,
        tracking=True,
        help="Core customers are of class A or B, active or due, and bought for the first time"
        " so many months ago or more.",
    )

    returned_share = fields.Float(
        string="Much Returned From",
        default=10.0,
        tracking=True,
        help="Customers who got back more than this share of what they were invoiced in the"
        " last twelve months, or sent back goods worth as much, have returned much.",
    )

    _returned_share = models.Constraint(
        "CHECK(returned_share >= 0 AND returned_share <= 100)",
        "The share from which on much was returned is between 0 % and 100 %.",
    )
    _class_shares = models.Constraint(
        "CHECK(class_a_share > 0 AND class_b_share > class_a_share AND class_b_share <= 100)",
        "The share of class A is above 0 %, that of A and B above it and 100 % at most.",
    )
    _core_months_positive = models.Constraint(
        "CHECK(core_months >= 0)", "Nobody becomes a customer in the future."
    )

    _known_share = models.Constraint(
        "CHECK(known_cost_share BETWEEN 0 AND 100)",
        "The share of the revenue whose cost is known is between 0 % and 100 %.",
    )

    @api.model
    def _get_value_settings(self, companies):
        """Return how customers of companies are ranked; shares are between 0 and 1.

        :return: ``{company id: (basis, share of known cost, of A, of A and B)}``
        """
        defaults = self.new(self.default_get(VALUE_SETTINGS))
        settings = dict.fromkeys(companies.ids, defaults._value_settings())
        active = self.sudo().search_fetch(
            [("company_id", "in", companies.ids), ("state", "=", "active")],
            ["company_id", *VALUE_SETTINGS],
        )
        for policy in active:
            settings[policy.company_id.id] = policy._value_settings()
        return settings

    def _value_settings(self):
        return (
            self.value_basis,
            self.known_cost_share / 100,
            self.class_a_share / 100,
            self.class_b_share / 100,
        )

    @api.model
    def _get_core_months(self, companies):
        """Return how long a core customer has been one at least.

        :return: ``{company id: months}``
        """
        months = dict.fromkeys(companies.ids, self.default_get(["core_months"])["core_months"])
        active = self.sudo().search_fetch(
            [("company_id", "in", companies.ids), ("state", "=", "active")],
            ["company_id", "core_months"],
        )
        return months | {policy.company_id.id: policy.core_months for policy in active}

    @api.model
    def _get_returned_shares(self):
        """Return from which share of what was invoiced on much was returned, 0 to 1.

        :return: ``{company id: share}``, and None for companies without rules of their own
        """
        default = self.default_get(["returned_share"])["returned_share"]
        active = self.sudo().search([("state", "=", "active")])
        return {
            None: default / 100,
            **{policy.company_id.id: policy.returned_share / 100 for policy in active},
        }
