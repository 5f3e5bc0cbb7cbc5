from odoo import api, fields, models

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_ownership import REASON, FileRead
from .crm_lifecycle_trigger_mixin import host_first


class ResPartner(models.Model):
    """Who looks after a customer, now and before."""

    _name = "res.partner"
    _inherit = ["res.partner", "lifecycle.mismatch.mixin"]

    lifecycle_member_ids = fields.One2many(
        "crm.lifecycle.account.member",
        "partner_id",
        string="Account Team",
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_ownership_ids = fields.One2many(
        "crm.lifecycle.ownership",
        "partner_id",
        string="Salespeople",
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_owner_seniority = fields.Selection(
        related="user_id.lifecycle_seniority",
        string="Salesperson's Seniority",
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_response_note = fields.Char(
        string="Response",
        compute="_compute_lifecycle_service",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="How soon the customer gets an answer, and how often somebody gets in touch.",
    )
    lifecycle_perks = fields.Text(
        string="Perks",
        compute="_compute_lifecycle_service",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="What else the customer gets.",
    )

    @api.depends("lifecycle_service_level_id")
    @api.depends_context("company", "lang")
    def _compute_lifecycle_service(self):
        for partner in self:
            partner.lifecycle_response_note = partner.lifecycle_service_level_id.response_note
            partner.lifecycle_perks = partner.lifecycle_service_level_id.perks

    # ------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------

    def _note_lifecycle_owners(self, former=None):
        """Have who looks after the contacts recorded at the end of the transaction.

        :param dict former: who it was before; nobody of new contacts
        """
        with host_first(self, "salespeople"):
            if former is None:
                former = {partner.id: False for partner in self.sudo() if partner.user_id}
            self.env["crm.lifecycle.ownership"]._note(former)

    def _get_lifecycle_owners(self):
        with host_first(self, "salespeople"):
            return {partner.id: partner.user_id.id for partner in self.sudo()}
        return {}

    @api.model
    def load(self, fields, data):
        return super(ResPartner, self.with_context(**{REASON: FileRead()})).load(fields, data)

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        partners._note_lifecycle_owners()
        return partners

    def write(self, vals):
        if "user_id" not in vals:
            return super().write(vals)
        former = self._get_lifecycle_owners()
        result = super().write(vals)
        self._note_lifecycle_owners(former)
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_lifecycle_transfer(self):
        """Ask to whom the customers go, and why."""
        return self.env["crm.lifecycle.transfer"]._open(self.commercial_partner_id)

    @api.readonly
    def action_lifecycle_open_mismatches(self):
        """Open what is wrong with who looks after the customer, with a suggestion."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_mismatch_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }

    @api.readonly
    def action_lifecycle_open_owners(self):
        """Open who looked after the customer, and when."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_ownership_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }
