from odoo import api, fields, models
from odoo.exceptions import ValidationError


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

    @api.constrains("lifecycle_idea_user_id")
    def _check_lifecycle_idea_user(self):
        for company in self:
            reviewer = company.lifecycle_idea_user_id
            if reviewer and not company._may_review_ideas(reviewer):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot read what is suggested to %(company)s. Choose somebody"
                        " who has this company and works in Sales or Accounting.",
                        user=reviewer.name,
                        company=company.name,
                    )
                )

    def _may_review_ideas(self, user):
        """Tell whether a user reads what is suggested to the company, where it is theirs."""
        self.ensure_one()
        ideas = self.env["crm.lifecycle.idea"].with_user(user)
        return user._is_internal() and self in user.company_ids and ideas.has_access("read")
