from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmLifecycleGradeRule(models.Model):
    """Which customers of a company have a right to a level of business partners."""

    _name = "crm.lifecycle.grade.rule"
    _description = "Rule for a Partner Level"
    _order = "company_id, grade_id, id"
    _rec_name = "grade_id"
    _check_company_auto = True

    grade_id = fields.Many2one(
        "res.partner.grade",
        string="Partner Level",
        required=True,
        index=True,
        ondelete="cascade",
        # The host's levels are of the company that made them, and those that it comes with of the
        # first one; contacts of all companies have them.
        help="Of the levels that a customer has a right to, the one counts that stands first in"
        " the list of levels. A contact has one level, which all companies share.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    agreement_kind = fields.Selection(
        lambda self: self._get_kind_selection(),
        string="With an Agreement",
        help="Customers with a running agreement of this kind; empty if it needs none.",
    )
    level_id = fields.Many2one(
        "crm.lifecycle.loyalty.level",
        string="From Loyalty Level",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Customers of this loyalty level or a higher one; empty if it needs none.",
    )
    active = fields.Boolean(default=True)

    _says_something = models.Constraint(
        "CHECK(agreement_kind IS NOT NULL OR level_id IS NOT NULL)",
        "Choose an agreement, a loyalty level, or both: customers need something for the level.",
    )

    @api.model
    def _get_kind_selection(self):
        agreements = self.env["crm.lifecycle.agreement"]
        return agreements._fields["kind"]._description_selection(self.env)

    @api.constrains("level_id", "company_id")
    def _check_level(self):
        """Refuse levels of other companies: their customers are no customers here."""
        for rule in self.sudo():
            if rule.level_id and rule.level_id.company_id != rule.company_id:
                raise ValidationError(
                    self.env._(
                        "%(level)s is a loyalty level of another company. Choose one of"
                        " %(company)s.",
                        level=rule.level_id.display_name,
                        company=rule.company_id.display_name,
                    )
                )

    def _say_why(self):
        """Return by what customers have a right to the level."""
        self.ensure_one()
        kinds = dict(self._get_kind_selection())
        parts = []
        if self.agreement_kind:
            parts.append(self.env._("agreement: %s", kinds.get(self.agreement_kind)))
        if self.level_id:
            parts.append(self.env._("loyalty level: %s or higher", self.level_id.name))
        return ", ".join(parts)

    @api.depends("grade_id", "agreement_kind", "level_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = f"{rule.grade_id.name or ''} ({rule._say_why()})"
