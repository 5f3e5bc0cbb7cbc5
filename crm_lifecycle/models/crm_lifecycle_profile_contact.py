from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

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
        compute="_compute_contact_counts",
        compute_sudo=True,
        help="How often they reached each other in the last twelve months.",
    )
    channel_count_12m = fields.Integer(
        string="Channels in 12 Months",
        compute="_compute_contact_counts",
        compute_sudo=True,
        help="In how many ways they reached each other in the last twelve months.",
    )
    person_count_12m = fields.Integer(
        string="People in 12 Months",
        compute="_compute_contact_counts",
        compute_sudo=True,
        help="With how many people of the customer's there was contact in the last twelve months.",
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

    @api.depends("last_contact_date")
    def _compute_contact_counts(self):
        """Count contacts of the customers at hand, by one query for each company."""
        counts = {}
        for company, profiles in self.grouped("company_id").items():
            today = self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today()
            found = self.env["crm.lifecycle.contact"].with_context(
                lifecycle_partner_ids=profiles.partner_id.ids
            )
            for partner, count, channels, people in found._read_group(
                [
                    ("company_id", "=", company.id),
                    ("partner_id", "in", profiles.partner_id.ids),
                    ("reached", "=", True),
                    ("date", ">", today - relativedelta(months=12)),
                ],
                ["partner_id"],
                ["__count", "channel:count_distinct", "person_id:count_distinct"],
            ):
                counts[company, partner] = (count, channels, people)
        for profile in self:
            profile.contact_count_12m, profile.channel_count_12m, profile.person_count_12m = (
                counts.get((profile.company_id, profile.partner_id), (0, 0, 0))
            )

    @api.readonly
    def action_open_contacts(self):
        """Open the customer's contacts."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contacts: %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.contact",
            "views": [(False, "list"), (False, "pivot"), (False, "graph")],
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {"lifecycle_partner_ids": self.partner_id.ids},
        }
