from odoo import fields, models

from .crm_lifecycle_channel import CHANNELS, DIRECTIONS


class CrmLifecycleProfile(models.Model):
    """When somebody was last in contact with the customer, and when somebody should be again."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    last_contact_date = fields.Date(
        string="Last Contact",
        readonly=True,
        help="Day on which a colleague and the customer last reached each other, whoever began."
        " Mail that the system sends is no contact.",
    )
    last_contact_channel = fields.Selection(
        CHANNELS, string="Last Contact By", readonly=True, help="How they reached each other."
    )
    last_contact_direction = fields.Selection(
        DIRECTIONS, string="Direction of the Last Contact", readonly=True
    )
    last_contact_user_id = fields.Many2one(
        "res.users", string="Last Contact With", readonly=True, ondelete="set null"
    )
    last_inbound_date = fields.Date(
        string="Last Heard From", readonly=True, help="Day on which the customer last got in touch."
    )
    contact_count_12m = fields.Integer(
        string="Contacts in 12 Months",
        readonly=True,
        help="How often they reached each other in the last twelve months.",
    )
    channel_count_12m = fields.Integer(
        string="Channels in 12 Months",
        readonly=True,
        aggregator="avg",
        help="In how many ways they reached each other in the last twelve months.",
    )

    cadence_id = fields.Many2one(
        "crm.lifecycle.cadence",
        readonly=True,
        ondelete="set null",
        help="The rule that says how often the customer is contacted: the most specific one.",
    )
    next_contact_date = fields.Date(
        string="Next Contact",
        readonly=True,
        help="Day on which somebody should get in touch; why, the profile tells.",
    )
    earliest_contact_date = fields.Date(
        string="Not Before",
        readonly=True,
        help="Getting in touch before this day would be too soon, by the rule or by the customer's"
        " own wishes.",
    )
    latest_contact_date = fields.Date(
        string="Neglected After",
        readonly=True,
        help="Without a contact until this day, the customer is neglected.",
    )
    planned_contact_date = fields.Date(
        string="Planned Contact",
        readonly=True,
        help="Day of the next activity or meeting with the customer that is planned already.",
    )
    cadence_figures = fields.Json(
        readonly=True, export_string_translation=False, groups="base.group_system"
    )

    _cadence_idx = models.Index("(cadence_id) WHERE cadence_id IS NOT NULL")
    _next_contact_idx = models.Index(
        "(company_id, next_contact_date) WHERE next_contact_date IS NOT NULL"
    )
    _latest_contact_idx = models.Index(
        "(company_id, latest_contact_date) WHERE latest_contact_date IS NOT NULL"
    )
    _planned_contact_idx = models.Index(
        "(planned_contact_date) WHERE planned_contact_date IS NOT NULL"
    )
