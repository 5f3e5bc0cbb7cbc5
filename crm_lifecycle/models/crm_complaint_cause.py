from odoo import fields, models


class CrmComplaintCause(models.Model):
    """Why a complaint came about, as found out afterwards: what has to change."""

    _name = "crm.complaint.cause"
    _description = "Root Cause of Complaints"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="Place in the list of causes.")
    description = fields.Text(translate=True, help="When to choose this cause.")
    active = fields.Boolean(default=True)
