from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_lifecycle_decision import DECISION_ROLES, PREFERENCE_KINDS

# What a new company asks for, as values of ``crm.lifecycle.fact``.
DEFAULTS = (
    {"field_name": "email", "weight": 2},
    {"field_name": "phone", "weight": 2},
    {"field_name": "country_id"},
    {"field_name": "industry_id", "is_for_hybrid": True, "is_for_relational": True},
    {"field_name": "lifecycle_employee_count", "is_for_hybrid": True, "is_for_relational": True},
    {"field_name": "user_id", "is_for_hybrid": True, "is_for_relational": True},
    {"kind": "source"},
    {
        "kind": "role",
        "decision_role": "decider",
        "weight": 3,
        "is_for_hybrid": True,
        "is_for_relational": True,
    },
    {"kind": "preference", "preference_kind": "channel", "is_for_relational": True},
    {"kind": "preference", "preference_kind": "topic", "is_for_relational": True},
)


class CrmLifecycleFact(models.Model):
    """Something that the company wants to know of its customers, and how much it matters.

    How complete the knowledge of a customer is: the weight of the facts that are known, in
    percent of the weight of those that are asked for, rounded down. Facts may be asked for
    of some types of customers or stages only; who is of no type is asked for those alone
    that everybody is asked for.
    """

    _name = "crm.lifecycle.fact"
    _description = "Required Fact"
    _inherit = ["mail.thread", "lifecycle.default.mixin"]
    _order = "sequence, id"

    name = fields.Char(
        string="Label", translate=True, help="How it is called among what is missing."
    )
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(default=10, help="Place among what is asked for.", tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        [
            ("field", "Field"),
            ("role", "Contact with a role"),
            ("preference", "Preference"),
            ("source", "Source"),
        ],
        string="Fact",
        required=True,
        default="field",
        tracking=True,
    )
    # The list of fields itself is readable by administrators alone.
    model = fields.Char(
        default="res.partner",
        store=False,
        compute="_compute_model",
        export_string_translation=False,
    )
    field_name = fields.Char(
        string="Field", help="Field of the customer that has to have a value.", tracking=True
    )
    decision_role = fields.Selection(
        DECISION_ROLES,
        string="Role",
        help="Part that a contact of the customer has to have.",
        tracking=True,
    )
    preference_kind = fields.Selection(
        PREFERENCE_KINDS,
        string="Preference",
        help="Kind of preference that has to be known of the customer or a contact.",
        tracking=True,
    )
    weight = fields.Integer(
        required=True,
        default=1,
        aggregator=None,
        help="How much it matters beside the others.",
        tracking=True,
    )
    is_for_one_time = fields.Boolean(string="One-time", tracking=True)
    is_for_transactional = fields.Boolean(string="Transactional", tracking=True)
    is_for_hybrid = fields.Boolean(string="Hybrid", tracking=True)
    is_for_relational = fields.Boolean(string="Relational", tracking=True)
    stage_ids = fields.Many2many(
        "crm.lifecycle.stage",
        string="Stages",
        help="Customers in these stages are asked for it; empty for all.",
        tracking=True,
    )

    _weight_positive = models.Constraint(
        "CHECK(weight > 0)",
        "The weight of a fact must be above zero. Archive the fact if it shall not count.",
    )

    def _compute_model(self):
        self.model = "res.partner"

    @api.depends("name", "kind", "field_name", "decision_role", "preference_kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for fact in self:
            fact.display_name = fact.name or fact._get_label()

    def _get_label(self):
        """Return how the fact is called by itself."""
        self.ensure_one()

        def label(name):
            return dict(self._fields[name]._description_selection(self.env)).get(self[name], "")

        if self.kind == "role":
            return self.env._("Contact: %s", label("decision_role").lower())
        if self.kind == "preference":
            return self.env._("Preference: %s", label("preference_kind").lower())
        if self.kind == "source":
            return self.env._("Source")
        field = self.env["res.partner"]._fields.get(self.field_name or "")
        return field._description_string(self.env) if field else self.field_name or ""

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("kind", "field_name", "decision_role", "preference_kind")
    def _check_values(self):
        for fact in self:
            value = {
                "field": fact.field_name,
                "role": fact.decision_role,
                "preference": fact.preference_kind,
                "source": True,
            }[fact.kind]
            if not value:
                raise ValidationError(
                    self.env._("Say what has to be known: choose a field, a role or a preference.")
                )
            if fact.kind == "field":
                fact._check_field_name()

    def _check_field_name(self):
        """Refuse a field that cannot be asked for, or that whoever asks may not read."""
        contacts = self.env["res.partner"]
        field = contacts._fields.get(self.field_name)
        if not field or not (field.store or field.search) or field.type in ("binary", "properties"):
            raise ValidationError(
                self.env._(
                    "%s is no field of a contact that can be filtered by. Choose one from the"
                    " list.",
                    self.field_name,
                )
            )
        if not field.store and self.field_name in contacts._get_lifecycle_knowledge_names():
            raise ValidationError(
                self.env._(
                    "%s follows from what is known itself. Choose another field.",
                    field._description_string(self.env),
                )
            )
        # The host checks constraints as superuser.
        if not contacts.sudo(self.env.uid == 1)._has_field_access(field, "read"):
            raise ValidationError(
                self.env._("You may not read %s. Choose another field.", self.field_name)
            )
        # What is computed cannot be filled in, and yes or no is always known.
        if field.type == "boolean" or (field.readonly and not field.inverse):
            raise ValidationError(
                self.env._(
                    "Nobody can fill in %s. Choose a field that people enter.",
                    field._description_string(self.env),
                )
            )

    @api.model
    def _prepare_default(self):
        return [dict(values) for values in DEFAULTS]

    @api.model_create_multi
    def create(self, vals_list):
        self._forget_completeness()
        return super().create(vals_list)

    def write(self, vals):
        self._forget_completeness()
        return super().write(vals)

    def unlink(self):
        self._forget_completeness()
        return super().unlink()

    def _forget_completeness(self):
        """Drop what this transaction has computed: it follows from the facts."""
        for model in ("res.partner", "crm.lead", "crm.lifecycle.profile"):
            self.env[model]._forget_lifecycle_knowledge()

    # ------------------------------------------------------------
    # FILLING IN
    # ------------------------------------------------------------

    def _get_input(self):
        """Return what the form that asks for it shows, see ``res.partner``."""
        self.ensure_one()
        value = {"field": self.field_name, "role": "", "source": ""}.get(
            self.kind, self.preference_kind
        )
        return f"{self.kind}:{value}"
