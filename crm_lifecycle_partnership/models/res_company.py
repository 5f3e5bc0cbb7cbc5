from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    lifecycle_grade_mode = fields.Selection(
        [("off", "By hand"), ("suggest", "Suggest them"), ("set", "Set them")],
        string="Partner Levels by Rules",
        default="off",
        required=True,
        groups="base.group_user",
        help="Whether levels of business partners follow agreements and loyalty levels. A contact"
        " has one level, which all companies share; where two companies would set different"
        " ones, the level counts that stands first in the list of levels. What somebody set by"
        " hand is kept.",
    )
