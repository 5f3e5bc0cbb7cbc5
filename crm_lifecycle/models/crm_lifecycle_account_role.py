from odoo import fields, models


class CrmLifecycleAccountRole(models.Model):
    """What somebody does for a customer beside the salesperson."""

    _name = "crm.lifecycle.account.role"
    _description = "Role in an Account Team"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_sponsor = fields.Boolean(
        string="Executive Sponsor",
        help="Who has this role is of the management and stands up for the customer. Service"
        " levels can ask for one.",
    )
    description = fields.Text(translate=True, help="What the role is there for.")
    active = fields.Boolean(default=True)
