from odoo import fields, models


class CrmLifecycleImportantDateKind(models.Model):
    """What a date of a customer or a person there is about: a birthday, the end of a contract."""

    _name = "crm.lifecycle.important.date.kind"
    _description = "Kind of Important Date"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    is_yearly = fields.Boolean(
        string="Every Year", default=True, help="Dates of this kind come round each year."
    )
    lead_days = fields.Integer(
        string="Remind Before (Days)",
        default=7,
        help="How many days before such a date somebody is reminded.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        ondelete="set null",
        domain=[("res_model", "in", (False, "res.partner"))],
        help="What is planned for whoever is reminded; a to-do where it is empty.",
    )
    active = fields.Boolean(default=True)

    _lead_days_range = models.Constraint(
        "CHECK(lead_days BETWEEN 0 AND 365)", "People are reminded 0 to 365 days before a date."
    )
