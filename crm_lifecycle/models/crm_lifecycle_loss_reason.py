from odoo import fields, models


class CrmLifecycleLossReason(models.Model):
    """Why a customer left; the host's lost reasons tell why a deal did not come about."""

    _name = "crm.lifecycle.loss.reason"
    _description = "Reason for Losing a Customer"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="Place in the list of reasons.")
    description = fields.Text(translate=True, help="When to choose this reason.")
    active = fields.Boolean(default=True)
