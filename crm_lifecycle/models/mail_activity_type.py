from odoo import fields, models

from .crm_lifecycle_channel import CHANNELS


class MailActivityType(models.Model):
    """By what means activities of a type reach somebody, if they do."""

    _inherit = "mail.activity.type"

    lifecycle_channel = fields.Selection(
        CHANNELS,
        string="Contact By",
        help="How activities of this type get in touch with a customer; empty for what people do"
        " by themselves, such as preparing an offer.",
    )
