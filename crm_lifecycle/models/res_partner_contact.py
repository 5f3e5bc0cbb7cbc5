from odoo import fields, models

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_channel import CHANNELS


class ResPartner(models.Model):
    """How, when and how often a person wants to hear from the company."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_contact_channel = fields.Selection(
        CHANNELS,
        string="Preferred Channel",
        groups=LIFECYCLE_GROUPS,
        help="How the person wants to be reached.",
    )
    lifecycle_contact_gap = fields.Integer(
        string="Contact at Most Every (Days)",
        groups=LIFECYCLE_GROUPS,
        help="How many days the person wants between contacts at least; 0 for no wish.",
    )
    lifecycle_quiet_weekdays = fields.Char(
        string="Quiet Days",
        groups=LIFECYCLE_GROUPS,
        help="Days of the week on which the person is not to be contacted, 1 for Monday to 7 for"
        " Sunday, such as 67.",
    )
    lifecycle_quiet_from = fields.Float(
        string="Quiet From",
        groups=LIFECYCLE_GROUPS,
        help="Hour of the day from which the person is not to be contacted.",
    )
    lifecycle_quiet_to = fields.Float(
        string="Quiet To",
        groups=LIFECYCLE_GROUPS,
        help="Hour of the day from which the person may be contacted again.",
    )
    lifecycle_quiet_until = fields.Date(
        string="Quiet Until",
        groups=LIFECYCLE_GROUPS,
        help="The person is not to be contacted before this day, such as during a holiday.",
    )
    lifecycle_opt_out = fields.Boolean(
        string="No Contact",
        groups=LIFECYCLE_GROUPS,
        help="The person does not want to hear from the company at all.",
    )
    lifecycle_opt_out_reason = fields.Char(
        string="Why No Contact", groups=LIFECYCLE_GROUPS, help="What the person said."
    )

    _lifecycle_contact_gap_positive = models.Constraint(
        "CHECK(lifecycle_contact_gap >= 0)", "The days between contacts are 0 or more."
    )
