from odoo import fields, models


class ResCompany(models.Model):
    """Whether customers register what they bought."""

    _inherit = "res.company"

    lifecycle_registration = fields.Boolean(
        string="Purchase Registration",
        groups="base.group_user",
        help="Customers register in the portal what they bought, and by a code on the delivery slip"
        " without a login.",
    )
    lifecycle_registration_hourly = fields.Integer(
        string="Registrations an Hour",
        default=100,
        groups="base.group_user",
        help="So many pieces a customer registers within an hour.",
    )

    _lifecycle_registration_hourly_range = models.Constraint(
        "CHECK(lifecycle_registration_hourly BETWEEN 1 AND 10000)",
        "Customers register 1 to 10,000 pieces an hour.",
    )
