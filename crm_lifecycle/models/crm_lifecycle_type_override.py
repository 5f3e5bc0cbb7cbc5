from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from .crm_lifecycle_customer_type import CUSTOMER_TYPES


class CrmLifecycleTypeOverride(models.Model):
    """A customer type that somebody sets by hand, with a reason.

    The rules go on underneath, and take over after the last day, if there is one.
    """

    _name = "crm.lifecycle.type.override"
    _description = "Customer Type Set by Hand"
    _inherit = [
        "crm.lifecycle.statement.mixin",
        "crm.lifecycle.trigger.mixin",
        "crm.lifecycle.period.mixin",
    ]
    _order = "date_start DESC, id DESC"
    _check_company_auto = True
    _in_own_name = True
    _rec_names_search = ["partner_id", "reason"]

    active = fields.Boolean(default=True, help="Archive it to give the customer to the rules.")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    customer_type = fields.Selection(
        CUSTOMER_TYPES,
        string="Type",
        required=True,
        help="Of which type the customer is meanwhile, whatever the rules say.",
    )
    reason = fields.Text(
        required=True,
        help="Why the rules are wrong about this customer. Colleagues read this as evidence.",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        copy=False,
        default=lambda self: self._get_today(),
        help="First day on which the type holds.",
    )
    date_end = fields.Date(
        string="Until",
        copy=False,
        help="Last day on which the type holds; without one, until somebody archives it.",
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
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    rule_type = fields.Selection(
        CUSTOMER_TYPES,
        string="Type by the Rules",
        compute="_compute_rule_type",
        help="What the rules say today.",
    )
    is_contradicted = fields.Boolean(string="Rules Say Another Type", compute="_compute_rule_type")
    can_end = fields.Boolean(
        compute="_compute_can_end",
        export_string_translation=False,
        help="The user may end it today.",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_end >= date_start)",
        "A type set by hand cannot end before it starts. Check its two dates.",
    )

    @api.depends("partner_id", "customer_type")
    @api.depends_context("lang")
    def _compute_display_name(self):
        names = dict(self._fields["customer_type"]._description_selection(self.env))
        for override in self:
            parts = (override.partner_id.name, names.get(override.customer_type))
            override.display_name = ": ".join(filter(None, parts))

    @api.depends("partner_id", "company_id", "customer_type")
    def _compute_rule_type(self):
        profiles = (
            self.env["crm.lifecycle.profile"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", self.partner_id.commercial_partner_id.ids)])
        )
        by_customer = {(profile.partner_id, profile.company_id): profile for profile in profiles}
        for override in self:
            customer = override.partner_id.commercial_partner_id
            rule_type = by_customer.get((customer, override.company_id), profiles[:0]).rule_type
            override.rule_type = rule_type
            override.is_contradicted = bool(rule_type) and rule_type != override.customer_type

    @api.depends("active", "date_end", "user_id", "partner_id", "company_id")
    @api.depends_context("uid")
    def _compute_can_end(self):
        allowed = self.browse(self._filtered_access("write").ids)
        for override in self:
            override.can_end = override in allowed and override._holds_on()

    def _holds_on(self):
        """Tell whether it holds today or later."""
        self.ensure_one()
        return self.active and (
            not self.date_end or self.date_end >= self.with_company(self.company_id)._get_today()
        )

    @api.model
    def _get_in_force(self, profiles):
        """Return what is in force today of customers, as ``{profile: record}``.

        Where two meet, as those of merged contacts may, the later one takes over.
        """
        found = {}
        for company, of_company in profiles.grouped("company_id").items():
            today = self.with_company(company)._get_today()
            by_customer = {profile.partner_id: profile for profile in of_company}
            overrides = self.search(
                Domain("partner_id.commercial_partner_id", "in", of_company.partner_id.ids)
                & Domain("company_id", "=", company.id)
                & Domain("date_start", "<=", today)
                & (Domain("date_end", "=", False) | Domain("date_end", ">=", today)),
                order="date_start, id",
            )
            for override in overrides:
                found[by_customer[override.partner_id.commercial_partner_id]] = override
        return found

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("partner_id", "company_id", "date_start", "date_end", "active")
    def _check_overlap(self):
        """Refuse two types at a time."""
        for override in self.filtered("active"):
            other = override._find_overlapping()
            if not other:
                continue
            # Constraints look as a superuser: what others say is told to those who may
            # read it.
            if not other.sudo(False).has_access("read"):
                raise ValidationError(
                    self.env._("A type has been set by hand for that time already.")
                )
            raise ValidationError(
                self.env._(
                    "%(user)s has already set the type of %(customer)s by hand, from %(start)s"
                    " on. End or archive that one first, or choose other dates.",
                    user=other.user_id.sudo().name,
                    customer=other.partner_id.display_name,
                    start=format_date(self.env, other.date_start),
                )
            )

    @api.constrains("reason")
    def _check_reason(self):
        for override in self:
            if not override.reason.strip():
                raise ValidationError(
                    self.env._("Say why the rules are wrong: colleagues read it as evidence.")
                )

    # ------------------------------------------------------------
    # WRITING
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {
            "customer_type",
            "date_start",
            "date_end",
        }

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_end(self):
        """Give the customers back to the rules, from today on.

        What held on an earlier day held then; what has not is archived.
        """
        self.check_access("write")
        for override in self:
            if not override._holds_on():
                raise UserError(
                    self.env._(
                        "%s is over or archived already: the rules decide.", override.display_name
                    )
                )
            yesterday = override.with_company(override.company_id)._get_today() - timedelta(days=1)
            if override.date_start > yesterday:
                override.active = False
            else:
                override.date_end = yesterday

    @api.model
    def _get_action(self, partner, company):
        """Return the action that opens a new record for a customer."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set the Type by Hand"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": partner.id, "default_company_id": company.id},
        }
