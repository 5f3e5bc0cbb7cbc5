from odoo import api, fields, models


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

    @api.model
    def _get_value_settings(self, companies):
        """Return how customers of companies are ranked; shares are between 0 and 1.

        :return: ``{company id: (basis, share of A, share of A and B)}``
        """
        defaults = self.default_get(["value_basis", "class_a_share", "class_b_share"])
        settings = dict.fromkeys(
            companies.ids,
            (
                defaults["value_basis"],
                defaults["class_a_share"] / 100,
                defaults["class_b_share"] / 100,
            ),
        )
        active = self.sudo().search([("company_id", "in", companies.ids), ("state", "=", "active")])
        for policy in active:
            settings[policy.company_id.id] = (
                policy.value_basis,
                policy.class_a_share / 100,
                policy.class_b_share / 100,
            )
        return settings

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
