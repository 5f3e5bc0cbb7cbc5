from odoo import fields, models


class CrmLifecyclePurchaseDay(models.Model):
    """By how much the net amount of a customer's purchase day changed, and from when on.

    Written by SQL alone, whenever a customer is derived; see ``engine.purchase_days``.
    """

    _name = "crm.lifecycle.purchase.day"
    _description = "Purchase Day"
    _log_access = False
    _order = "partner_id, company_id, purchase_date, date"
    _rec_name = "purchase_date"

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="cascade"
    )
    purchase_date = fields.Date(string="Bought on", required=True, readonly=True)
    date = fields.Date(
        string="Known from",
        required=True,
        readonly=True,
        help="Later than the purchase where something was refunded or cancelled.",
    )
    amount = fields.Float(
        digits=0, required=True, readonly=True, help="Change of the day's net amount."
    )

    _step_unique = models.Constraint(
        "UNIQUE(partner_id, company_id, purchase_date, date)",
        "A purchase day changes once a day.",
    )
