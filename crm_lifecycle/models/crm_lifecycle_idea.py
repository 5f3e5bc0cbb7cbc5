from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import is_html_empty

from ..access import AMOUNT_GROUPS, MANAGER_GROUP

IDEA_STATES = [
    ("new", "Submitted"),
    ("review", "Under Review"),
    ("adopted", "Adopted"),
    ("done", "Done"),
    ("declined", "Not Adopted"),
]
# Those in which a suggestion counts as adopted.
ADOPTED_STATES = ("adopted", "done")
# What nobody enters: it follows from the buttons, or from where a suggestion came in.
SETTLED = {
    "adopted_on",
    "channel",
    "state",
    "thanks_badge_ref",
    "thanks_message_id",
    "thanks_note",
}
AREAS = [
    ("product", "Products"),
    ("service", "Service"),
    ("delivery", "Delivery"),
    ("price", "Prices and Payment"),
    ("work", "How We Work"),
    ("other", "Something Else"),
]


class CrmLifecycleIdea(models.Model):
    """What a customer or a colleague suggests, until it is adopted and done, or not adopted for a
    reason.

    Others hang on whether it is adopted: they override ``_on_adopt`` and ``_on_withdraw``.
    """

    _name = "crm.lifecycle.idea"
    _description = "Suggestion"
    _inherit = [
        "crm.lifecycle.statement.mixin",
        "lifecycle.portal.thread.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "crm.lifecycle.trigger.mixin",
    ]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _mail_post_access = "read"

    name = fields.Char(
        string="Subject", required=True, tracking=True, help="What is suggested, in a few words."
    )
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        ondelete="set null",
        tracking=True,
        check_company=True,
        help="Who suggests it: the customer, or a contact of theirs. Empty if it is a colleague.",
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        string="Company of the Customer",
        related="partner_id.commercial_partner_id",
        store=True,
        index=True,
    )
    suggester_id = fields.Many2one(
        "res.users",
        string="Colleague",
        index="btree_not_null",
        ondelete="set null",
        domain=[("share", "=", False)],
        tracking=True,
        help="Who suggests it, if it is one of us.",
    )
    suggester_name = fields.Char(
        string="Suggested By", compute="_compute_suggester_name", compute_sudo=True
    )
    date = fields.Date(
        string="Suggested On", required=True, default=fields.Date.context_today, copy=False
    )
    area = fields.Selection(
        AREAS, required=True, default="other", index=True, tracking=True, help="What it is about."
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        check_company=True,
        help="The products that would be better for it, if any.",
    )
    description = fields.Html(
        sanitize_attributes=True,
        sanitize_form=True,
        help="What would be better, and how. Customers read this in the portal; what is for"
        " colleagues alone goes into a note.",
    )
    state = fields.Selection(
        IDEA_STATES,
        required=True,
        default="new",
        index=True,
        copy=False,
        tracking=True,
        group_expand=True,
    )
    decline_reason = fields.Text(
        string="Why Not",
        copy=False,
        tracking=True,
        help="Why it is not adopted. Customers read this in the portal.",
    )
    reviewer_id = fields.Many2one(
        "res.users",
        index="btree_not_null",
        ondelete="set null",
        domain=[("share", "=", False)],
        tracking=True,
        help="Who finds out whether it is worth it.",
    )
    adopted_on = fields.Date(
        readonly=True,
        copy=False,
        help="From this day on it counts as adopted, unless it is archived.",
    )
    benefit = fields.Monetary(
        copy=False,
        tracking=True,
        groups=AMOUNT_GROUPS,
        help="What it brings or saves in a year, as far as is known.",
    )

    _benefit_positive = models.Constraint(
        "CHECK(COALESCE(benefit, 0) >= 0)", "The benefit of a suggestion is 0 or more."
    )
    _adopted_idx = models.Index("(partner_id, company_id) WHERE adopted_on IS NOT NULL")

    @api.depends("partner_id.name", "partner_id.commercial_company_name", "suggester_id.name")
    def _compute_suggester_name(self):
        for idea in self:
            idea.suggester_name = idea.suggester_id.name or idea.partner_id.display_name

    # ------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------

    @api.constrains("partner_id", "suggester_id")
    def _check_suggester(self):
        for idea in self:
            if bool(idea.partner_id) == bool(idea.suggester_id):
                raise ValidationError(
                    self.env._("Say who suggests %s: either a customer or a colleague.", idea.name)
                )

    @api.constrains("name", "date")
    def _check_told(self):
        for idea in self:
            if not idea.name.strip():
                raise ValidationError(self.env._("Say in a few words what is suggested."))
            today = (
                self.env["crm.lifecycle.period.mixin"].with_company(idea.company_id)._get_today()
            )
            # It may be tomorrow already where who enters it is.
            if idea.date > today + timedelta(days=1):
                raise ValidationError(
                    self.env._("%s was not suggested on a day to come. Choose another.", idea.name)
                )

    @api.constrains("state", "decline_reason")
    def _check_reason(self):
        for idea in self:
            if idea.state == "declined" and not (idea.decline_reason or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say under Why Not why %s is not adopted: who suggested it may read this.",
                        idea.name,
                    )
                )

    def _ensure_may_decide(self):
        """Refuse to decide on what one suggested oneself, as a colleague or as a contact."""
        user = self.env.user
        own = self.filtered(
            lambda idea: idea.suggester_id == user or idea.partner_id == user.partner_id
        )
        if own and not self.env.su and not self.env.user.has_group(MANAGER_GROUP):
            raise AccessError(
                self.env._(
                    "Somebody else decides on what you suggested yourself. Choose another reviewer."
                )
            )

    def _ensure_enterable(self, vals, settled):
        """Refuse to write by hand what follows from something else."""
        # Whoever enters the day of an adoption, such as by copying, is just not listened to.
        for name in sorted((settled - {"adopted_on"}) & vals.keys()):
            if not self.env.su:
                raise UserError(
                    self.env._(
                        "%s is not entered by hand. Enter the suggestion first, and use its"
                        " buttons.",
                        self._fields[name]._description_string(self.env),
                    )
                )

    def _ensure_suggester_stays(self, vals):
        """Refuse to say that somebody else suggested what is adopted: they were thanked."""
        for name in {"partner_id", "suggester_id"} & vals.keys():
            for idea in self:
                if idea.state in ADOPTED_STATES and idea[name].id != (vals[name] or False):
                    raise UserError(
                        self.env._(
                            "%s is adopted, and who suggested it was thanked. Review it again"
                            " before you change who it was.",
                            idea.name,
                        )
                    )

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    @api.model
    def _with_customers(self, vals_list):
        """Keep the contact: it is they who suggest it, and they who are thanked."""
        return vals_list

    @api.model
    def default_get(self, fields):
        """Let neither defaults of the call nor those of the user say what follows."""
        defaults = super().default_get([name for name in fields if name not in SETTLED])
        if "state" in fields:
            defaults["state"] = "new"
        return defaults

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            begins = vals.get("state") in (None, False, "new")
            self._ensure_enterable(vals, SETTLED - {"state"} if begins else SETTLED)
        # When it was adopted follows from the state alone.
        ideas = super().create(
            [{key: vals[key] for key in vals if key != "adopted_on"} for vals in vals_list]
        )
        ideas._note_adoption()
        return ideas

    def write(self, vals):
        self._ensure_enterable(vals, SETTLED - {"state"})
        self._ensure_suggester_stays(vals)
        vals = {key: value for key, value in vals.items() if key != "adopted_on"}
        decides = vals.get("state") not in (None, "new", "review") or not {
            "partner_id",
            "suggester_id",
        }.isdisjoint(vals)
        if decides:
            self._ensure_may_decide()
        result = super().write(vals)
        if decides:
            self.filtered(lambda idea: idea.state not in ("new", "review"))._ensure_may_decide()
        if not {"state", "active"}.isdisjoint(vals):
            self._note_adoption()
        return result

    def _note_adoption(self):
        """Note since when suggestions are adopted, and do what hangs on it.

        Archived ones count no more, and keep their day: nobody decides anew who brings them back.
        """
        today = self.env["crm.lifecycle.period.mixin"]
        for company, ideas in self.grouped("company_id").items():
            adopted = ideas.filtered(
                lambda idea: idea.active and idea.state in ADOPTED_STATES and not idea.adopted_on
            )
            withdrawn = ideas.filtered(
                lambda idea: idea.adopted_on and idea.state not in ADOPTED_STATES
            )
            if adopted:
                adopted._note({"adopted_on": today.with_company(company)._get_today()})
                adopted._on_adopt()
            if withdrawn:
                withdrawn._note({"adopted_on": False})
                withdrawn._on_withdraw()

    def _note(self, vals):
        """Write what follows from something else, such as the day of an adoption."""
        # As the superuser: who decides may do so, and the day is nobody's to choose.
        super(CrmLifecycleIdea, self.sudo()).write(vals)  # pylint: disable=super-method-mismatch

    def _on_adopt(self):
        """Do what hangs on suggestions that have just been adopted; overridden."""

    def _on_withdraw(self):
        """Do what hangs on suggestions that are adopted no longer; overridden."""

    def unlink(self):
        self.filtered("adopted_on")._on_withdraw()
        return super().unlink()

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {"adopted_on"}

    # ------------------------------------------------------------
    # BUTTONS
    # ------------------------------------------------------------

    def action_review(self):
        """Look into suggestions; whoever begins does so, unless somebody else has to."""
        for idea in self:
            idea.write(
                {
                    "state": "review",
                    "reviewer_id": idea.reviewer_id.id or self.env.uid,
                    "decline_reason": False,
                }
            )

    def action_adopt(self):
        """Adopt suggestions: whoever made them is thanked, where the company wants that."""
        self.write({"state": "adopted", "decline_reason": False})

    def action_decline(self):
        """Do not adopt suggestions; the reason has to be there."""
        self.write({"state": "declined"})

    def action_done(self):
        """Note that what was suggested is put to work."""
        self.write({"state": "done"})

    def _has_description(self):
        self.ensure_one()
        return not is_html_empty(self.description)
