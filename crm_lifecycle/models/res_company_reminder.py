from odoo import fields, models


class ResCompany(models.Model):
    """What people are reminded of: customers after an order, opportunities that stand still."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_return_visit_days = fields.Integer(
        string="Return Visit After",
        groups="base.group_user",
        help="Days after an order was delivered and invoiced in full at which the customer is"
        " called on again; 0 for never.",
    )
    lifecycle_benefit_summary = fields.Boolean(
        string="Draft Benefit Summaries",
        groups="base.group_user",
        help="With each return visit a summary of what the order brought the customer is drafted."
        " Nothing is sent by itself.",
    )

    lifecycle_standing = fields.Boolean(
        string="Escalate Standing Opportunities",
        groups="base.group_user",
        help="A team leader is told once of an opportunity that stays in a stage for longer than"
        " its days to rot.",
    )

    _lifecycle_return_visit_days_range = models.Constraint(
        "CHECK(lifecycle_return_visit_days BETWEEN 0 AND 365)",
        "Customers are called on 1 to 365 days after an order; enter 0 for never.",
    )
