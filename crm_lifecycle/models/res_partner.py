import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..access import LIFECYCLE_GROUPS
from ..engine.referrals import ACCEPTED
from .crm_lifecycle_trigger_mixin import behind_savepoint

_logger = logging.getLogger(__name__)

# What the segments look at.
SEGMENT_FACTS = {
    "is_company",
    "lifecycle_employee_count",
    "lifecycle_sector",
    "country_id",
    "industry_id",
    "category_id",
}


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = [
        "res.partner",
        "lifecycle.payment.mixin",
        "lifecycle.segment.mixin",
        "lifecycle.stage.mixin",
        "lifecycle.fit.mixin",
        "lifecycle.question.mixin",
    ]

    _lifecycle_customer_field = "commercial_partner_id"
    _lifecycle_company_field = None
    _lifecycle_columns = {
        "lifecycle_profile_id": "id",
        "lifecycle_stage_id": "stage_id",
        "lifecycle_status": "status",
        "lifecycle_value_class": "value_class",
        "lifecycle_payment_band": "payment_band",
        "lifecycle_segment_id": "segment_id",
        "lifecycle_customer_type": "customer_type",
        "lifecycle_price_sensitivity": "price_sensitivity",
        "lifecycle_stage_date": "stage_date",
    }

    lifecycle_stage_date = fields.Date(
        string="In Stage Since",
        compute="_compute_lifecycle_stage_id",
        search="_search_lifecycle_stage_date",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_stage_document_readable = fields.Boolean(
        compute="_compute_lifecycle_stage_document_readable",
        export_string_translation=False,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_referrer_id = fields.Many2one(
        "res.partner",
        string="Referring Customer",
        index="btree_not_null",
        copy=False,
        ondelete="set null",
        groups=LIFECYCLE_GROUPS,
        help="The customer who brought this one. Somebody who buys and whose referred"
        " customers buy is a strategic customer.",
    )
    lifecycle_referred_ids = fields.One2many(
        "res.partner",
        "lifecycle_referrer_id",
        string="Referred Customers",
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_referred_count = fields.Integer(
        string="Referred", compute="_compute_lifecycle_referred_count", groups=LIFECYCLE_GROUPS
    )
    lifecycle_agreement_ids = fields.One2many(
        "crm.lifecycle.agreement", "partner_id", string="Agreements", groups=LIFECYCLE_GROUPS
    )
    lifecycle_mark_ids = fields.One2many(
        "crm.lifecycle.mark", "partner_id", string="Marks", groups=LIFECYCLE_GROUPS
    )
    lifecycle_override_ids = fields.One2many(
        "crm.lifecycle.override",
        "partner_id",
        string="Stages Set by Hand",
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_loss_ids = fields.One2many(
        "crm.lifecycle.loss", "partner_id", string="Declared Lost", groups=LIFECYCLE_GROUPS
    )
    # The figures and history of the customer's profile, as a form can show them.
    lifecycle_profile_ids = fields.Many2many(
        "crm.lifecycle.profile",
        string="Lifecycle Figures",
        compute="_compute_lifecycle_profile_ids",
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_transition_ids = fields.Many2many(
        "crm.lifecycle.transition",
        string="Lifecycle History",
        compute="_compute_lifecycle_profile_ids",
        groups=LIFECYCLE_GROUPS,
    )

    @api.depends("lifecycle_profile_id.stage_date")
    def _compute_lifecycle_stage_id(self):
        super()._compute_lifecycle_stage_id()
        for partner in self:
            partner.lifecycle_stage_date = partner.lifecycle_profile_id.stage_date

    @api.depends("lifecycle_profile_id.current_transition_ids")
    @api.depends_context("company")
    def _compute_lifecycle_profile_ids(self):
        for partner in self:
            partner.lifecycle_profile_ids = partner.lifecycle_profile_id
            partner.lifecycle_transition_ids = partner.lifecycle_profile_id.current_transition_ids

    @api.depends("lifecycle_profile_id.stage_document_readable")
    @api.depends_context("company", "uid", "allowed_company_ids")
    def _compute_lifecycle_stage_document_readable(self):
        for partner in self:
            profile = partner.lifecycle_profile_id
            partner.lifecycle_stage_document_readable = profile.stage_document_readable

    @api.depends("lifecycle_referred_ids")
    def _compute_lifecycle_referred_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [("lifecycle_referrer_id", "in", self.ids)],
                ["lifecycle_referrer_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.lifecycle_referred_count = counts.get(partner._origin, 0)

    @api.constrains("lifecycle_referrer_id")
    def _check_lifecycle_referrer_id(self):
        """Refuse a customer who brought themselves, be it over others."""
        for partner in self.sudo():
            customer = partner.commercial_partner_id
            if customer in partner.lifecycle_referrer_id._get_lifecycle_referrer_chain():
                raise ValidationError(
                    self.env._(
                        "%(customer)s cannot be referred by %(referrer)s, because that"
                        " would make a circle of referrals. Choose somebody whom"
                        " %(customer)s did not bring.",
                        customer=customer.display_name,
                        referrer=partner.lifecycle_referrer_id.display_name,
                    )
                )

    def _get_lifecycle_referrers(self, company=None):
        """Return who referred the customers, as claims of a company say, or of any."""
        # A claim may still name a contact who became part of the customer.
        return self._find_lifecycle_claims(
            "partner_id.commercial_partner_id", company
        ).referrer_customer_id

    def _get_lifecycle_referred(self, company):
        """Return the customers whom the customers referred, as claims of a company say."""
        claims = self._find_lifecycle_claims("referrer_customer_id", company)
        return claims.partner_id.commercial_partner_id - self.commercial_partner_id

    def _find_lifecycle_claims(self, name, company=None):
        """Return the accepted claims that name the customers, of a company or of all.

        :param str name: the claim's field that names them
        """
        domain = Domain(name, "in", self.commercial_partner_id.ids) & Domain(
            "state", "in", list(ACCEPTED)
        )
        if company:
            domain &= Domain("company_id", "=", company.id)
        return self.env["crm.lifecycle.referral"].sudo().search(domain)

    def _get_lifecycle_named_referrers(self):
        """Return whom the customers name as their referrers, be it one of their contacts."""
        contacts = (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search(
                [
                    ("commercial_partner_id", "in", self.commercial_partner_id.ids),
                    ("lifecycle_referrer_id", "!=", False),
                ]
            )
        )
        return contacts.lifecycle_referrer_id.commercial_partner_id

    def _get_lifecycle_referrer_chain(self, company=None):
        """Return the customer, who referred them, who referred those, and so on.

        :param company: as its claims say, and not as the contacts do
        """
        chain = self.env["res.partner"]
        customers = self.commercial_partner_id
        while customers := customers - chain:
            chain |= customers
            customers = (
                customers._get_lifecycle_referrers(company)
                if company
                else customers._get_lifecycle_named_referrers()
            )
        return chain

    @api.model
    def _search_lifecycle_stage_date(self, operator, value):
        if operator not in ("in", "<", "<=", ">", ">="):
            return NotImplemented
        domain = Domain("lifecycle_profile_id", "any", [("stage_date", operator, value)])
        if operator == "in" and False in value:
            # Without a date is who has no profile at all.
            domain |= Domain("lifecycle_profile_id", "=", False)
        return domain

    # ------------------------------------------------------------
    # SEGMENT
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_segment_depends(self):
        # In its own form a contact is not the customer that it points to, which is saved.
        return [*super()._get_lifecycle_segment_depends(), *sorted(SEGMENT_FACTS)]

    # ------------------------------------------------------------
    # TRIGGERS: identity of customers
    # ------------------------------------------------------------

    def _mark_lifecycle_customers(self, with_referrers=False):
        """Queue the contacts' customers, and who referred them."""
        try:
            partners = self.sudo().commercial_partner_id
            if with_referrers:
                partners |= partners._get_lifecycle_referrers()
            self.env["crm.lifecycle.queue"]._mark(partners.ids)
        except psycopg2.Error:
            # Reading writes what waits to be written, and that may collide: the host
            # tries the transaction again, which is lost already.
            raise
        except Exception:  # noqa: BLE001 the host's transaction comes first
            _logger.exception("Customer lifecycle: customers of %s were not queued", self)

    def write(self, vals):
        moved = not {"parent_id", "is_company"}.isdisjoint(vals)
        if moved:
            # Documents leave the former customer.
            self._mark_lifecycle_customers(with_referrers=True)
        result = super().write(vals)
        if moved or "active" in vals or not SEGMENT_FACTS.isdisjoint(vals):
            self._mark_lifecycle_customers(with_referrers=moved)
        return result

    def unlink(self):
        # Leads outlive a contact, but no longer count for its customer.
        self._mark_lifecycle_customers(with_referrers=True)
        self.check_access("unlink")
        self._drop_lifecycle_overrides()
        return super().unlink()

    def _drop_lifecycle_overrides(self):
        """Drop stages by hand: the database would, but leave their activities behind."""
        with behind_savepoint(self, "stages by hand"):
            self.sudo().with_context(active_test=False).lifecycle_override_ids.unlink()

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_lifecycle_open_profile(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self.lifecycle_profile_id.id,
            "views": [(False, "form")],
        }

    @api.readonly
    def action_lifecycle_open_stage_document(self):
        self.ensure_one()
        return self.lifecycle_profile_id.action_open_stage_document()

    @api.readonly
    def action_lifecycle_open_transitions(self):
        self.ensure_one()
        return self.lifecycle_profile_id.action_open_transitions()

    @api.readonly
    def action_lifecycle_open_events(self):
        self.ensure_one()
        return self.lifecycle_profile_id.action_open_events()

    @api.readonly
    def action_lifecycle_open_contacts(self):
        self.ensure_one()
        return self.lifecycle_profile_id.action_open_contacts()

    @api.readonly
    def action_lifecycle_open_referred(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Referred by %s", self.display_name),
            "res_model": "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("lifecycle_referrer_id", "=", self.commercial_partner_id.id)],
            "context": {"default_lifecycle_referrer_id": self.commercial_partner_id.id},
        }

    def action_lifecycle_add_suspects(self):
        """Put contacts that fit a persona among the suspects; those known already stay."""
        marks = self.env["crm.lifecycle.mark"]
        marks.check_access("create")
        company = self.env.company
        customers = self.commercial_partner_id
        marked = marks.search(
            [
                ("partner_id.commercial_partner_id", "in", customers.ids),
                ("kind", "=", "suspect"),
                ("company_id", "=", company.id),
            ]
        ).partner_id.commercial_partner_id
        added = customers.filtered(lambda customer: not customer.lifecycle_profile_id) - marked
        marks.create(
            [
                {
                    "partner_id": customer.id,
                    "company_id": company.id,
                    "kind": "suspect",
                    "reason": customer.lifecycle_fit_summary
                    or self.env._("Chosen by hand; there is no persona."),
                }
                for customer in added
            ]
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if added else "info",
                "message": self._get_lifecycle_added_message(len(added), len(customers - added)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _get_lifecycle_added_message(self, added, skipped):
        message = self.env._("Added as suspects: %s.", added)
        if skipped:
            known = self.env._("In the lifecycle already, and skipped: %s.", skipped)
            message = f"{message} {known}"
        return message

    @api.readonly
    def action_lifecycle_mark_suspect(self):
        """Open the form that puts a contact without any document among the suspects."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Mark as Suspect"),
            "res_model": "crm.lifecycle.mark",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.commercial_partner_id.id,
                "default_kind": "suspect",
            },
        }

    @api.readonly
    def action_lifecycle_set_stage(self):
        """Open the form that sets the customer's stage by hand."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set the Stage by Hand"),
            "res_model": "crm.lifecycle.override",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }

    @api.readonly
    def action_lifecycle_set_type(self):
        """Open the form that sets the customer's type by hand."""
        self.ensure_one()
        return self.env["crm.lifecycle.type.override"]._get_action(
            self.commercial_partner_id, self.env.company
        )

    @api.readonly
    def action_lifecycle_open_type_moves(self):
        """Open when the customer became of which type."""
        self.ensure_one()
        return self.lifecycle_profile_id.action_open_type_moves()

    @api.readonly
    def action_lifecycle_declare_lost(self):
        """Ask why the customer is lost, and since when."""
        self.ensure_one()
        view = self.env.ref("crm_lifecycle.crm_lifecycle_loss_view_form_dialog")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Declare Lost"),
            "res_model": "crm.lifecycle.loss",
            "views": [(view.id, "form")],
            "target": "new",
            "context": {"default_partner_id": self.commercial_partner_id.id},
        }
