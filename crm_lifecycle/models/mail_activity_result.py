from odoo import fields, models

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_channel import DIRECTIONS, OUTCOMES, SATISFACTIONS


class MailActivity(models.Model):
    """What came of getting in touch with a customer."""

    _inherit = "mail.activity"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_channel = fields.Selection(related="activity_type_id.lifecycle_channel")
    lifecycle_direction = fields.Selection(DIRECTIONS, string="Direction")
    lifecycle_outcome = fields.Selection(
        OUTCOMES,
        string="Outcome",
        help="Whether somebody was reached. Without an outcome, an activity that is done did.",
    )
    lifecycle_minutes = fields.Integer(string="Minutes", help="How long it took.")
    lifecycle_satisfaction = fields.Selection(
        SATISFACTIONS, string="Satisfaction", help="How satisfied the customer seemed."
    )
    lifecycle_renewed_partner_id = fields.Many2one(
        "res.partner",
        string="Asked Again",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The known customer whose renewed inquiry calls for this second follow-up.",
    )
    lifecycle_follow_up_ids = fields.One2many(
        "crm.lifecycle.follow.up", "activity_id", string="Follow-ups", groups=LIFECYCLE_GROUPS
    )
    lifecycle_company_id = fields.Many2one(
        "res.company",
        string="Company of the Contact",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups=LIFECYCLE_GROUPS,
        help="For which company the customer is contacted, where the document does not say so.",
    )

    _lifecycle_minutes_positive = models.Constraint(
        "CHECK(lifecycle_minutes >= 0)",
        "Nothing takes less than 0 minutes. Enter how long it took.",
    )
