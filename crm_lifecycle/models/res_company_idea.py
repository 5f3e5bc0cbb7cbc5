from odoo import fields, models


class ResCompany(models.Model):
    """Whether customers may suggest something, and how they are thanked."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_idea_portal = fields.Boolean(
        string="Suggestions in the Portal",
        groups="base.group_user",
        help="Customers suggest in the portal what could be better, and see there what became of"
        " it. Switched off, they still see what there is.",
    )
    lifecycle_idea_thank = fields.Boolean(
        string="Thank Customers by Mail",
        groups="base.group_user",
        help="Customers get a mail when what they suggested is adopted, unless something speaks"
        " against reaching them.",
    )
    lifecycle_idea_hourly = fields.Integer(
        string="Suggestions an Hour",
        default=5,
        groups="base.group_user",
        help="So many suggestions a customer, or a colleague, hands in within an hour.",
    )
    lifecycle_idea_user_id = fields.Many2one(
        "res.users",
        string="Reviewer of Suggestions",
        domain=[("share", "=", False)],
        ondelete="set null",
        groups="base.group_user",
        help="Who looks into what comes in through the portal.",
    )

    _lifecycle_idea_hourly_range = models.Constraint(
        "CHECK(lifecycle_idea_hourly BETWEEN 1 AND 1000)",
        "Customers hand in 1 to 1000 suggestions an hour.",
    )
