from odoo import api, fields, models

from odoo.addons.crm_lifecycle.access import LIFECYCLE_GROUPS


class ResPartnerGrade(models.Model):
    _inherit = "res.partner.grade"

    lifecycle_rule_ids = fields.One2many(
        "crm.lifecycle.grade.rule",
        "grade_id",
        string="By Rules",
        groups=LIFECYCLE_GROUPS,
        help="Which customers have a right to the level; one of these is enough.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_giving_back(self):
        """Have the price lists that the level brought go with it, where the rules gave it."""
        self.env["crm.lifecycle.grade.set"].sudo()._give_back(self)
