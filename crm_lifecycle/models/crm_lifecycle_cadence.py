from odoo import fields, models

from .crm_lifecycle_customer_type import CUSTOMER_TYPES
from .crm_lifecycle_status import STATUSES
from .crm_lifecycle_value_class import VALUE_CLASSES

RESPONSIBLES = [
    ("salesperson", "Salesperson"),
    ("role", "Role in the account team"),
    ("sponsor", "Executive sponsor"),
    ("leader", "Team leader"),
]
ESCALATIONS = [
    ("leader", "Team leader"),
    ("user", "A certain colleague"),
]


class CrmLifecycleCadence(models.Model):
    """How often customers of a kind are contacted, by whom, and how.

    Of the rules whose conditions all hold for a customer, the one with the most conditions
    counts, of these the first in order.
    """

    _name = "crm.lifecycle.cadence"
    _description = "Cadence"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        default=10,
        help="Of rules with equally many conditions, the upper one counts.",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        ondelete="cascade",
        help="Customers in this stage alone; empty for any stage.",
        tracking=True,
    )
    status = fields.Selection(
        STATUSES, help="Customers with this status alone; empty for any.", tracking=True
    )
    customer_type = fields.Selection(
        CUSTOMER_TYPES, help="Customers of this type alone; empty for any type.", tracking=True
    )
    value_class = fields.Selection(
        VALUE_CLASSES, help="Customers of this class alone; empty for any class.", tracking=True
    )
    segment_id = fields.Many2one(
        "crm.lifecycle.segment",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Customers of this segment alone; empty for any segment.",
        tracking=True,
    )
    domain = fields.Char(
        string="Further Conditions",
        help="Which customers besides, by what their profiles say.",
        tracking=True,
    )
    gap_min = fields.Integer(
        string="At Most Every (Days)",
        default=7,
        required=True,
        help="Contacts closer to each other than so many days are too often.",
        tracking=True,
    )
    interval = fields.Integer(
        string="Usually Every (Days)",
        default=30,
        required=True,
        help="The next contact is so many days after the last one.",
        tracking=True,
    )
    gap_max = fields.Integer(
        string="At Least Every (Days)",
        default=90,
        required=True,
        help="Customers without a contact for more days than these are neglected.",
        tracking=True,
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        ondelete="restrict",
        help="What is planned for the contact; empty for a call.",
        tracking=True,
    )
    responsible = fields.Selection(
        RESPONSIBLES,
        required=True,
        default="salesperson",
        help="Who gets in touch. Where there is nobody of that kind, it is the salesperson, and"
        " without one the leader of the sales team.",
        tracking=True,
    )
    role_id = fields.Many2one(
        "crm.lifecycle.account.role",
        ondelete="restrict",
        help="Which member of the account team.",
        tracking=True,
    )
    lead_days = fields.Integer(
        string="Planned Ahead (Days)",
        default=0,
        help="So many days before the contact is due, it is planned.",
        tracking=True,
    )
    minutes = fields.Integer(
        default=15, help="How long such a contact takes, with its preparation.", tracking=True
    )
    escalate_days = fields.Integer(
        string="Escalated After (Days)",
        default=0,
        help="Overdue for so many days, somebody else is told; 0 for never.",
        tracking=True,
    )
    escalate_to = fields.Selection(ESCALATIONS, default="leader", required=True, tracking=True)
    escalate_user_id = fields.Many2one(
        "res.users",
        string="Escalated To",
        domain=[("share", "=", False)],
        ondelete="restrict",
        tracking=True,
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working Time",
        ondelete="restrict",
        help="On which days customers are contacted; empty for the company's working time.",
        tracking=True,
    )
    note = fields.Text(translate=True, help="What to talk about; it stands on the follow-up.")

    _gaps_in_order = models.Constraint(
        "CHECK(gap_min >= 0 AND gap_min <= interval AND interval <= gap_max AND interval > 0)",
        "Contacts are usual between the least and the largest gap. Enter the days in that order,"
        " such as 7, 30 and 90.",
    )
    _days_positive = models.Constraint(
        "CHECK(lead_days >= 0 AND escalate_days >= 0 AND minutes >= 0)",
        "Days and minutes are 0 or more.",
    )
