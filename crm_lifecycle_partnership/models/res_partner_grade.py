from odoo import fields, models

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
