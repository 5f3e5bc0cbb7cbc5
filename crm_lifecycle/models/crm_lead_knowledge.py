from odoo import api, fields, models

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_trigger_mixin import host_first, write_if_accepted


class CrmLead(models.Model):
    """Where a lead came from, carried over to the customer, and how well that one is known."""

    _name = "crm.lead"
    _inherit = ["crm.lead", "lifecycle.source.mixin", "lifecycle.knowledge.mixin"]

    lifecycle_source_id = fields.Many2one(
        "crm.lifecycle.source",
        string="Customer Source",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        groups=LIFECYCLE_GROUPS,
        help="Where the lead came from; carried over to the customer. Set once; a sales"
        " manager can change it.",
    )
    lifecycle_presence_ids = fields.Many2many(
        "crm.lifecycle.competitor.presence",
        string="Competitors",
        compute="_compute_lifecycle_presence_ids",
        groups=LIFECYCLE_GROUPS,
        help="Competitors who serve the customer, too.",
    )

    @api.depends("partner_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_lifecycle_presence_ids(self):
        customers = self.partner_id.commercial_partner_id
        presences = self.env["crm.lifecycle.competitor.presence"]
        presences = presences.with_context(active_test=True).search(
            [("partner_id.commercial_partner_id", "in", customers.ids)]
        )
        by_customer = presences.grouped(lambda presence: presence.partner_id.commercial_partner_id)
        for lead in self:
            found = by_customer.get(
                lead.partner_id.commercial_partner_id._origin, presences.browse()
            )
            company = lead.company_id or self.env.company
            lead.lifecycle_presence_ids = found.filtered(
                lambda presence, company=company: presence.company_id == company
            )

    # ------------------------------------------------------------
    # SOURCE
    # ------------------------------------------------------------

    def _find_lifecycle_sources(self):
        """Find what the leads' UTM sources stand for, or where their customers came from."""
        by_utm = self.env["crm.lifecycle.source"]._get_by_utm() if self.source_id else {}
        found = self.grouped(
            lambda lead: (
                by_utm.get(lead.source_id)
                or lead.partner_id.commercial_partner_id.lifecycle_source_id
            )
        )
        return {source: leads for source, leads in found.items() if source}

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads._carry_source()
        return leads

    def write(self, vals):
        result = super().write(vals)
        if "source_id" in vals:
            self._complete_lifecycle_source()
        if not {"partner_id", "lifecycle_source_id"}.isdisjoint(vals):
            self._carry_source()
        return result

    def _carry_source(self):
        """Tell the customer where they came from, unless that is known already.

        Who bought before the lead came from somewhere else. A lead's salesperson need not
        be allowed to change the customer.
        """
        news = {}
        with host_first(self, "sources"):
            leads = self.sudo().filtered("lifecycle_source_id")
            leads = leads.filtered(
                lambda lead: (
                    lead.partner_id
                    and not lead.partner_id.commercial_partner_id.lifecycle_source_id
                )
            )
            if not leads:
                return
            first_purchases = dict(
                self.env["crm.lifecycle.profile"]
                .sudo()
                ._read_group(
                    [
                        ("partner_id", "in", leads.partner_id.commercial_partner_id.ids),
                        ("first_purchase_date", "!=", False),
                    ],
                    ["partner_id"],
                    ["first_purchase_date:min"],
                )
            )
            for lead in leads.sorted("id"):
                customer = lead.partner_id.commercial_partner_id
                bought = first_purchases.get(customer)
                bought_before = bought and bought < lead.create_date.date()
                if not bought_before:
                    # The first lead counts.
                    news.setdefault(customer, {"lifecycle_source_id": lead.lifecycle_source_id.id})
        write_if_accepted(news, "sources")

    def _create_customer(self, with_parent=None):
        # Who makes a customer of what came by mail, say, is asked for the lead's source.
        self._ensure_lifecycle_source()
        return super()._create_customer(with_parent)

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "lifecycle_source_id"]

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Carry the source over to the customer, not to its contacts."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        source = self.sudo().lifecycle_source_id
        field = self._fields["lifecycle_source_id"]
        if source and not parent_id and self._has_field_access(field, "write"):
            values["lifecycle_source_id"] = source.id
        return values

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_lifecycle_fill_in(self):
        """Ask for what is not known of the lead's customer yet."""
        self.ensure_one()
        return self.partner_id.action_lifecycle_fill_in()

    @api.readonly
    def action_lifecycle_open_presences(self):
        """Open the competitors at the lead's customer."""
        self.ensure_one()
        return self.partner_id.action_lifecycle_open_presences()
