from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_referral_settle import follow
from .crm_lifecycle_trigger_mixin import behind_savepoint


class ResPartner(models.Model):
    """Who brought a customer, on the contact and among the referrals, is the same."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_referral_count = fields.Integer(
        string="Referrals",
        compute="_compute_lifecycle_referral_count",
        groups=LIFECYCLE_GROUPS,
        help="Claims that this customer brought somebody, whatever became of them.",
    )

    @api.depends_context("company", "uid")
    def _compute_lifecycle_referral_count(self):
        """Count what the reader may open: the button opens no more than that."""
        counts = dict(
            self.env["crm.lifecycle.referral"]._read_group(
                [
                    ("referrer_customer_id", "in", self.commercial_partner_id._origin.ids),
                    ("company_id", "=", self.env.company.id),
                ],
                ["referrer_customer_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.lifecycle_referral_count = counts.get(partner.commercial_partner_id._origin, 0)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners.filtered("lifecycle_referrer_id")._follow_lifecycle_referrer()
        return partners

    def write(self, vals):
        former = {}
        if "lifecycle_referrer_id" in vals:
            former = {partner.id: partner.lifecycle_referrer_id for partner in self.sudo()}
        result = super().write(vals)
        if former:
            # Where it is what it was, as in an import, nobody said anything.
            self.filtered(
                lambda partner: partner.sudo().lifecycle_referrer_id != former[partner.id]
            )._follow_lifecycle_referrer(former)
        if not {"parent_id", "is_company"}.isdisjoint(vals):
            with behind_savepoint(self, "referrals"):
                self._move_lifecycle_referrals()
        return result

    def unlink(self):
        with behind_savepoint(self, "referrals"):
            self.sudo()._release_lifecycle_referrals()
        return super().unlink()

    def _release_lifecycle_referrals(self):
        """Leave the claims of contacts to their customers who stay; the others go first.

        The host deletes them in the database otherwise, and what they led to stays.
        """
        leaving = self.filtered(lambda contact: contact.commercial_partner_id not in self)
        leaving._name_lifecycle_customers_instead()
        claims = self.env["crm.lifecycle.referral"].search(
            Domain("referrer_id", "in", self.ids) | Domain("partner_id", "in", self.ids)
        )
        # Those that were paid are refused with the contacts.
        claims.filtered(lambda claim: not claim.reward_ids._filter_paid_out()).unlink()

    def _name_lifecycle_customers_instead(self):
        """Have whatever names contacts as referrers name their customers instead."""
        for model, name in (
            ("crm.lifecycle.referral", "referrer_id"),
            ("res.partner", "lifecycle_referrer_id"),
            ("crm.lead", "lifecycle_referrer_id"),
        ):
            naming = (
                self.env[model]
                .with_context(active_test=False, lifecycle_referral_settled=True)
                .search([(name, "in", self.ids)])
            )
            for contact, records in naming.grouped(name).items():
                records[name] = contact.commercial_partner_id

    @api.ondelete(at_uninstall=False)
    def _unlink_except_rewarded_referral(self):
        """Keep who was given a reward, and for whom: it would be gone from the record."""
        rewards = (
            self.env["crm.lifecycle.referral.reward"]
            .sudo()
            .search(
                [
                    "|",
                    ("referral_id.referrer_id", "in", self.ids),
                    ("referral_id.partner_id", "in", self.ids),
                ]
            )
        )
        if paid := rewards._filter_paid_out():
            raise UserError(
                self.env._(
                    "%(referrer)s was given a reward for bringing %(customer)s. Archive the"
                    " contact instead of deleting it.",
                    referrer=paid[0].referrer_customer_id.display_name,
                    customer=paid[0].partner_id.display_name,
                )
            )

    def _follow_lifecycle_referrer(self, former=None):
        """Have the referrals say what was entered on the contacts.

        :param dict former: whom they named before, by id
        """
        if self and not (self.env.su and self.env.context.get("lifecycle_referral_settled")):
            self.sudo()._check_lifecycle_claims_circle()
            follow(self, "_follow_contact", former)

    def _check_lifecycle_claims_circle(self):
        """Refuse a referrer whom the customer brought as the company's claims say."""
        referred = self.filtered("lifecycle_referrer_id")
        claims = self.env["crm.lifecycle.referral"]
        bringing = claims._filter_bringing(referred.commercial_partner_id)
        for partner in referred.filtered(lambda one: one.commercial_partner_id in bringing):
            company = partner.company_id or self.env.company
            referrer, customer = partner.lifecycle_referrer_id, partner.commercial_partner_id
            if customer in referrer._get_lifecycle_referrer_chain(company):
                claims._raise_circle(referrer, customer)

    def _move_lifecycle_referrals(self):
        """Give the claims of contacts that became part of a customer to that customer."""
        claims = self.env["crm.lifecycle.referral"].sudo()
        for customer, contacts in self.sudo().grouped("commercial_partner_id").items():
            contacts -= customer
            if contacts and claims.search_count(
                [
                    "|",
                    ("partner_id", "in", contacts.ids),
                    "&",
                    ("referrer_customer_id", "=", customer.id),
                    ("referrer_id", "child_of", contacts.ids),
                ],
                limit=1,
            ):
                claims._unite_customers(contacts, customer)._settle_moved()

    @api.readonly
    def action_lifecycle_open_referrals(self):
        """Open the tree of whom the customer brought, or the claims where none was accepted."""
        self.ensure_one()
        customer = self.commercial_partner_id
        referrer = self.env["crm.lifecycle.referrer"].search(
            [("partner_id", "=", customer.id), ("company_id", "=", self.env.company.id)]
        )
        if not referrer:
            return self._get_lifecycle_claims_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Referrals: %s", customer.display_name),
            "res_model": "crm.lifecycle.referrer",
            "res_id": referrer.id,
            "views": [(False, "form")],
        }

    def _get_lifecycle_claims_action(self):
        """Return what opens whom the customer brought, and who says to have brought them."""
        self.ensure_one()
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Referrals: %s", customer.display_name),
            "res_model": "crm.lifecycle.referral",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [
                "|",
                ("referrer_customer_id", "=", customer.id),
                ("partner_id", "=", customer.id),
            ],
            "context": {"default_referrer_id": self.id},
        }
