from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from ..engine.cadence import CONDITIONS, TERMS
from ..engine.planned import REACHING_CATEGORIES
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
# Fields that decide on whom a rule is meant for, or on when they are contacted.
DECISIVE_FIELDS = {"active", "sequence", "company_id", "domain", *CONDITIONS, *TERMS} - {
    "minutes",
    "responsible",
    "role_id",
}


class CrmLifecycleCadence(models.Model):
    """How often customers of a kind are contacted, by whom, and how.

    Of the rules whose conditions all hold for a customer, the one with the most conditions
    counts, of these the first in order.
    """

    _name = "crm.lifecycle.cadence"
    _description = "Cadence"
    _inherit = ["mail.thread", "lifecycle.default.mixin"]
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
        default="[]",
        help="Which customers besides, by what their profiles say.",
        tracking=True,
    )
    condition_count = fields.Integer(
        string="Conditions",
        compute="_compute_condition_count",
        help="Of the rules that hold for a customer, the one with the most conditions counts;"
        " the further conditions together count as one.",
    )
    has_domain = fields.Boolean(compute="_compute_has_domain", export_string_translation=False)
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

    @api.depends("domain")
    def _compute_has_domain(self):
        for cadence in self:
            cadence.has_domain = (cadence.domain or "[]").strip() != "[]"

    @api.depends("has_domain", *CONDITIONS)
    def _compute_condition_count(self):
        for cadence in self:
            cadence.condition_count = (
                sum(bool(cadence[name]) for name in CONDITIONS) + cadence.has_domain
            )

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("status")
    def _check_status(self):
        if any(cadence.status == "lost" for cadence in self):
            raise ValidationError(
                self.env._(
                    "Lost customers are not contacted until they buy again. Choose another status."
                )
            )

    @api.constrains("domain", "company_id")
    def _check_domain(self):
        """Refuse conditions that cannot be read, or that look at what their author may not."""
        for cadence in self:
            # Constraints look as a superuser: nobody learns anything by whom a rule is meant for.
            profiles = self.env["crm.lifecycle.profile"].sudo(self.env.uid == SUPERUSER_ID)
            try:
                domain = cadence._get_domain()
                if domain.is_true():
                    continue
                domain.validate(profiles)
                profiles.search(domain, limit=1)
            except AccessError as error:
                raise ValidationError(
                    self.env._(
                        "The further conditions of %(cadence)s look at something that you may not"
                        " see: %(error)s",
                        cadence=cadence.name,
                        error=error,
                    )
                ) from error
            except (
                ArithmeticError,
                AssertionError,
                AttributeError,
                KeyError,
                LookupError,
                NotImplementedError,
                SyntaxError,
                TypeError,
                UserError,
                ValueError,
            ) as error:
                raise ValidationError(
                    self.env._(
                        "The further conditions of %(cadence)s cannot be read: %(error)s. Build"
                        " them anew with the editor.",
                        cadence=cadence.name,
                        error=error,
                    )
                ) from error

    @api.constrains("activity_type_id")
    def _check_activity_type(self):
        """Refuse what reaches nobody: doing it would be no contact, and ask for the next one."""
        for kind in self.activity_type_id:
            if not (kind.lifecycle_channel or kind.category in REACHING_CATEGORIES):
                raise ValidationError(
                    self.env._(
                        "%s reaches nobody. Choose another activity type, or say under Activity"
                        " Types, field Contact By, how it gets in touch.",
                        kind.name,
                    )
                )

    @api.constrains("responsible", "role_id")
    def _check_role(self):
        if any(cadence.responsible == "role" and not cadence.role_id for cadence in self):
            raise ValidationError(
                self.env._(
                    "Say which role in the account team gets in touch, or choose another"
                    " way to find who does."
                )
            )

    @api.constrains("escalate_to", "escalate_user_id", "escalate_days")
    def _check_escalation(self):
        if any(
            cadence.escalate_days and cadence.escalate_to == "user" and not cadence.escalate_user_id
            for cadence in self
        ):
            raise ValidationError(
                self.env._("Say to which colleague overdue contacts are escalated.")
            )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        created._date_anew()
        return created

    def write(self, vals):
        if DECISIVE_FIELDS.isdisjoint(vals):
            return super().write(vals)
        self._date_anew()
        result = super().write(vals)
        # The host asks its rules about what it was, not about what it has become.
        self.check_access("write")
        self._date_anew()
        return result

    def unlink(self):
        self._date_anew()
        return super().unlink()

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        if "name" not in (default or {}):
            for cadence, vals in zip(self, vals_list, strict=True):
                vals["name"] = self.env._("%s (copy)", cadence.name)
        return vals_list

    def _date_anew(self):
        """Have all customers of the companies dated anew, in the background."""
        self.env["crm.lifecycle.reclassification"]._start(self.company_id)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_customers(self):
        """Open the customers whom the rule is meant for at present."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers of %s", self.name),
            "res_model": "crm.lifecycle.profile",
            "view_mode": "list,form",
            "domain": list(Domain("cadence_id", "=", self.id)),
        }

    def action_preview_load(self):
        """Open how many contacts the rules make, and what other days would make of it."""
        company = self[:1].company_id or self.env.company
        preview = self.env["crm.lifecycle.cadence.load"].create(
            {
                "company_id": company.id,
                "cadence_id": self[:1].id,
                **self[:1]._get_load_vals(),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Load of the Cadences"),
            "res_model": preview._name,
            "res_id": preview.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _get_load_vals(self):
        """Return what a preview may try instead."""
        if not self:
            return {}
        self.ensure_one()
        return {
            "draft_active": True,
            "draft_interval": self.interval,
            "draft_minutes": self.minutes,
        }
