from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import service_levels
from ..engine.service_levels import CONDITIONS
from .crm_lifecycle_customer_type import CUSTOMER_TYPES, SENIORITIES
from .crm_lifecycle_value_class import VALUE_CLASSES


class CrmLifecycleServiceLevel(models.Model):
    """How customers of a kind are looked after: by whom, and what they may expect.

    Of the levels whose conditions all hold for a customer, the one with the most conditions
    counts, of these the first in order.
    """

    _name = "crm.lifecycle.service.level"
    _description = "Service Level"
    _inherit = ["mail.thread", "lifecycle.default.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        default=10,
        help="Of levels with equally many conditions, the upper one counts.",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    value_class = fields.Selection(
        VALUE_CLASSES, help="Customers of this class alone; empty for any class.", tracking=True
    )
    customer_type = fields.Selection(
        CUSTOMER_TYPES, help="Customers of this type alone; empty for any type.", tracking=True
    )
    segment_id = fields.Many2one(
        "crm.lifecycle.segment",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Customers of this segment alone; empty for any segment.",
        tracking=True,
    )
    stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        ondelete="cascade",
        help="Customers in this stage alone; empty for any stage.",
        tracking=True,
    )
    condition_count = fields.Integer(
        string="Conditions",
        compute="_compute_condition_count",
        help="Of the levels that hold for a customer, the one with the most conditions counts.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Wanted Team",
        ondelete="set null",
        check_company=True,
        help="Team that the salesperson is a member of; empty for the one that the customer's"
        " segment names, if any.",
        tracking=True,
    )
    seniority = fields.Selection(
        SENIORITIES,
        string="Wanted Seniority",
        help="How experienced the salesperson is at least; empty for what the customer's"
        " segment names, if anything.",
        tracking=True,
    )
    member_minimum = fields.Integer(
        string="Account Team",
        help="How many people are in the customer's account team at least; 0 where none is needed.",
        tracking=True,
    )
    sponsor_required = fields.Boolean(
        string="Executive Sponsor",
        help="Somebody of the management is in the account team, in a role of a sponsor.",
        tracking=True,
    )
    response_note = fields.Char(
        string="Response",
        translate=True,
        help="How soon these customers get an answer, and how often somebody gets in touch.",
        tracking=True,
    )
    perks = fields.Text(translate=True, help="What else these customers get.")

    _member_minimum_positive = models.Constraint(
        "CHECK(member_minimum >= 0)",
        "An account team has no fewer than 0 people. Enter 0 where none is needed.",
    )

    @api.depends(lambda self: CONDITIONS)
    def _compute_condition_count(self):
        for level in self:
            level.condition_count = sum(bool(level[name]) for name in CONDITIONS)

    @api.model
    def _get_levels_sql(self):
        """Return a table of each customer's level: ``profile_id``, ``level_id``."""
        read = {
            "crm.lifecycle.profile": ("active", "partner_id", "status", "purchase_count"),
            self._name: ("active", "sequence"),
        }
        return SQL(
            "(%s)",
            service_levels.reading(SQL("TRUE")),
            to_flush=[
                self.env[model]._fields[name]
                for model, names in read.items()
                for name in ("company_id", *names, *CONDITIONS)
            ],
        )

    # ------------------------------------------------------------
    # DEFAULT
    # ------------------------------------------------------------

    @api.model
    def _prepare_default(self):
        return [
            {
                "name": self.env._("Key Accounts"),
                "value_class": "a",
                "customer_type": "relational",
                "seniority": "senior",
                "member_minimum": 2,
                "sponsor_required": True,
                "response_note": self.env._("Within two hours; a visit each month"),
                "perks": self.env._(
                    "A team of their own, a yearly plan, an invitation to see what is new first."
                ),
            },
            {
                "name": self.env._("Class A"),
                "value_class": "a",
                "seniority": "senior",
                "response_note": self.env._("Within four hours; a call each month"),
            },
            {
                "name": self.env._("Relationship Buyers"),
                "customer_type": "relational",
                "seniority": "senior",
                "response_note": self.env._("The same day; a call each month"),
            },
            {
                "name": self.env._("One-time Buyers of Class C"),
                "value_class": "c",
                "customer_type": "one_time",
                "seniority": "junior",
                "response_note": self.env._("Within two days; by mail"),
            },
            {
                "name": self.env._("Class B"),
                "value_class": "b",
                "seniority": "experienced",
                "response_note": self.env._("The same day; a call each quarter"),
            },
            {
                "name": self.env._("Everybody Else"),
                "seniority": "junior",
                "response_note": self.env._("The next working day"),
            },
        ]
