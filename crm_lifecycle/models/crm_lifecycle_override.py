from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..access import MANAGER_GROUP

# What one person asks for and another one agrees to: fixed once it is decided.
REQUEST_FIELDS = {
    "partner_id",
    "company_id",
    "stage_id",
    "reason",
    "date_start",
    "date_end",
    "user_id",
}
# The decision, which nobody writes but the buttons.
DECISION_FIELDS = {"state", "approver_id", "decided_at", "date_effective"}


class CrmLifecycleOverride(models.Model):
    """A stage that somebody sets by hand, for a time.

    The rules go on working underneath and take over afterwards. In force is what is
    active and approved, from ``date_effective`` to ``date_end``; approval never
    reaches back, so a stage approved late holds from the day of the approval.
    """

    _name = "crm.lifecycle.override"
    _description = "Customer Stage Set by Hand"
    _inherit = [
        "crm.lifecycle.statement.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "crm.lifecycle.trigger.mixin",
        "crm.lifecycle.period.mixin",
    ]
    _order = "date_start DESC, id DESC"
    _check_company_auto = True
    _in_own_name = True
    _rec_names_search = ["partner_id", "reason"]
    # A colleague who reads a request may comment on it.
    _mail_post_access = "read"

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        required=True,
        ondelete="restrict",
        tracking=True,
        help="The stage in which the customer is meanwhile, whatever the rules say.",
    )
    reason = fields.Text(
        required=True,
        tracking=True,
        help="Why the rules are wrong about this customer. Colleagues read this as evidence.",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        copy=False,
        default=lambda self: self._get_today(),
        tracking=True,
        help="First day on which the stage holds, or the day of its approval if that is later.",
    )
    date_end = fields.Date(
        string="Until",
        required=True,
        copy=False,
        default=lambda self: self._get_default_date_end(),
        tracking=True,
        help="Last day on which the stage holds. The rules go on working underneath and take"
        " over afterwards.",
    )
    date_effective = fields.Date(
        string="In Force From",
        readonly=True,
        copy=False,
        help="The first day, or the day of the approval if that is later.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Set By",
        default=lambda self: self.env.user,
        readonly=True,
        required=True,
        copy=False,
        index="btree_not_null",
    )
    state = fields.Selection(
        [("waiting", "Waiting for approval"), ("approved", "Approved"), ("refused", "Refused")],
        required=True,
        readonly=True,
        default="waiting",
        copy=False,
        tracking=True,
    )
    approver_id = fields.Many2one(
        "res.users",
        string="Decided By",
        readonly=True,
        copy=False,
        help="The sales manager who approved or refused; empty where no approval is needed.",
    )
    decided_at = fields.Datetime(string="Decided On", readonly=True, copy=False)
    active = fields.Boolean(default=True, tracking=True)
    can_decide = fields.Boolean(
        compute="_compute_can_decide",
        export_string_translation=False,
        help="The user may approve or refuse.",
    )
    can_end = fields.Boolean(
        compute="_compute_can_end",
        export_string_translation=False,
        help="The user may end it today.",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_end >= date_start)",
        "A stage set by hand cannot end before it starts. Check its two dates.",
    )
    _effective_known = models.Constraint(
        "CHECK(state != 'approved' OR COALESCE(date_effective >= date_start, FALSE))",
        "An approved stage is in force from its first day on, or later.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _get_default_date_end(self):
        return self._get_today() + relativedelta(months=self.env.company.lifecycle_override_months)

    @api.depends("partner_id", "stage_id", "user_id")
    @api.depends_context("lang", "lifecycle_evidence")
    def _compute_display_name(self):
        # As evidence it stands on the customer's own form.
        evidence = self.env.context.get("lifecycle_evidence")
        for override in self:
            # Everybody may know who said so.
            name = override.user_id.sudo().name if evidence else override.partner_id.name
            parts = (override.stage_id.name, name) if evidence else (name, override.stage_id.name)
            override.display_name = (", " if evidence else ": ").join(filter(None, parts))

    @api.depends("state", "active")
    @api.depends_context("uid")
    def _compute_can_decide(self):
        is_manager = self._is_manager()
        for override in self:
            override.can_decide = is_manager and override.active and override.state == "waiting"

    @api.depends("state", "active", "date_end")
    @api.depends_context("uid")
    def _compute_can_end(self):
        is_manager = self._is_manager()
        for override in self:
            override.can_end = (
                is_manager
                and override.active
                and override.state == "approved"
                and override.date_end >= override._get_company_today()
            )

    @api.model
    def _is_manager(self):
        return self.env.user.has_group(MANAGER_GROUP)

    def _get_company_today(self):
        """Return today as the record's company counts days."""
        return self.with_company(self.company_id)._get_today()

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("partner_id", "company_id", "date_start", "date_end", "active", "state")
    def _check_overlap(self):
        """Refuse two stages at a time, be it that one of them still waits."""
        for override in self.filtered(lambda override: override.active):
            if override.state == "refused":
                continue
            other = override._find_overlapping()
            # Constraints look as a superuser: what others say is told to those who may
            # read it.
            if other and not other.sudo(False).has_access("read"):
                raise ValidationError(
                    self.env._("A stage has been set by hand for that time already.")
                )
            if other:
                raise ValidationError(
                    self.env._(
                        "%(user)s has already set a stage for %(customer)s by hand:"
                        " %(stage)s, from %(start)s until %(end)s. End or archive that one"
                        " first, or choose other dates.",
                        user=other.user_id.sudo().name,
                        customer=other.partner_id.display_name,
                        stage=other.stage_id.name,
                        start=format_date(self.env, other.date_start),
                        end=format_date(self.env, other.date_end),
                    )
                )

    def _get_overlap_domain(self):
        return super()._get_overlap_domain() & Domain("state", "!=", "refused")

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        overrides = super().create([self._prepare_request(vals) for vals in vals_list])
        for override, vals in zip(overrides, vals_list, strict=True):
            # What a superuser imports stays as it is.
            stated = self.env.su and "state" in vals
            if stated or override._needs_approval():
                override._schedule_approval()
            else:
                override._decide("approved")
        return overrides

    def write(self, vals):
        if not self.env.su:
            self._ensure_writable(vals)
        result = super().write(vals)
        if vals.get("active"):
            self._schedule_approval()
        elif "active" in vals:
            self._drop_approval()
        return result

    @api.model
    def _prepare_request(self, vals):
        """Return the values of a new record, which neither context nor caller decides.

        What a superuser imports as approved was in force from its first day on.

        :raise AccessError: if the values would forge a decision
        """
        undecided = {**dict.fromkeys(DECISION_FIELDS, False), "state": "waiting"}
        forged = any(vals.get(name, value) != value for name, value in undecided.items())
        if forged and not self.env.su:
            self._refuse_forged_decision()
        vals = {**undecided, **vals}
        if vals["state"] == "approved" and not vals["date_effective"]:
            vals["date_effective"] = vals.get("date_start") or self._get_today()
        return vals

    def _refuse_forged_decision(self):
        raise AccessError(
            self.env._(
                "A stage set by hand is approved or refused with its buttons only, by a sales"
                " manager."
            )
        )

    def _ensure_writable(self, vals):
        """Refuse to change what is decided, but for ending it earlier.

        :raise AccessError: if the values would forge a decision
        :raise UserError: if one of the records is decided
        """
        self.check_access("write")
        if DECISION_FIELDS & vals.keys():
            self._refuse_forged_decision()
        changed = REQUEST_FIELDS & vals.keys()
        for override in self.filtered(lambda override: override.state != "waiting"):
            if changed and not (changed == {"date_end"} and override._may_end_on(vals["date_end"])):
                raise UserError(
                    self.env._(
                        "%s is decided and can no longer be changed. End it earlier or archive"
                        " it, and set the stage anew.",
                        override.display_name,
                    )
                )

    def _may_end_on(self, date_end):
        """Tell whether an approved record may end that early: not in the past."""
        date_end = fields.Date.to_date(date_end)
        yesterday = self._get_company_today() - timedelta(days=1)
        return bool(date_end) and self.can_end and yesterday <= date_end <= self.date_end

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_end(self):
        """Give the customers back to the rules, from today on.

        What was in force on no day before today is archived.
        """
        self.check_access("write")
        for override in self:
            if not override.can_end:
                raise UserError(
                    self.env._(
                        "Only a stage that is approved and not over can be ended, by a sales"
                        " manager."
                    )
                )
            yesterday = override._get_company_today() - timedelta(days=1)
            if override.date_effective > yesterday:
                override.active = False
            else:
                override.date_end = yesterday

    # ------------------------------------------------------------
    # HOST
    # ------------------------------------------------------------

    def _mail_get_partner_fields(self, introspect_fields=False):
        """The customer is who this is about, and never a recipient of it."""
        return []

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {
            "stage_id",
            "date_start",
            "date_end",
            "date_effective",
            "state",
        }
