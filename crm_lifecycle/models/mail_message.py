from odoo import fields, models

from ..access import LIFECYCLE_GROUPS


class MailMessage(models.Model):
    """A message that a machine wrote in somebody's name tells nothing of them."""

    _inherit = "mail.message"

    lifecycle_is_automatic = fields.Boolean(
        string="Written by a Machine",
        readonly=True,
        groups=LIFECYCLE_GROUPS,
        help="The mail says of itself that nobody wrote it, such as that somebody is out of"
        " office.",
    )
