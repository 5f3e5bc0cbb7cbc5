from odoo import api, fields, models
from odoo.tools import SQL

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_trigger_mixin import host_first


class CrmLead(models.Model):
    """A known customer who asks again is recognised, and gets a second follow-up."""

    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_is_renewed = fields.Boolean(
        string="Renewed Inquiry",
        compute="_compute_lifecycle_is_renewed",
        search="_search_lifecycle_is_renewed",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="The customer had asked or bought before this lead came in.",
    )

    @api.depends("partner_id")
    def _compute_lifecycle_is_renewed(self):
        """Tell whose customers had asked or bought before, with one query."""
        self.env.flush_all()
        renewed = {
            lead_id
            for (lead_id,) in self.env.execute_query(
                SQL("%s AND lead.id = ANY(%s)", self._get_sql_renewed(), self._origin.ids)
            )
        }
        for lead in self:
            lead.lifecycle_is_renewed = lead._origin.id in renewed

    @api.model
    def _get_sql_renewed(self):
        """Return the query of the ids of leads whose customers were known before."""
        return SQL(
            """SELECT lead.id
                 FROM crm_lead lead
                 JOIN res_partner person ON person.id = lead.partner_id
                WHERE (EXISTS (SELECT FROM res_partner member
                                 JOIN crm_lead earlier ON earlier.partner_id = member.id
                                WHERE member.commercial_partner_id = person.commercial_partner_id
                                  AND earlier.id < lead.id)
                       OR EXISTS (SELECT FROM res_partner member
                                    JOIN sale_order so ON so.partner_id = member.id
                                   WHERE member.commercial_partner_id
                                         = person.commercial_partner_id
                                     AND so.state = 'sale' AND so.date_order < lead.create_date))"""
        )

    @api.model
    def _search_lifecycle_is_renewed(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("id", "in" if True in value else "not in", self._get_sql_renewed())]

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        with host_first(leads, "renewed inquiries"):
            leads._follow_up_renewed()
        return leads

    def _follow_up_renewed(self):
        """Plan a second follow-up with whoever asked again, at most one at a time."""
        wanted = self.sudo().filtered(
            lambda lead: (
                lead.partner_id
                and (lead.company_id or self.env.company).lifecycle_renewed_inquiry
                and lead.lifecycle_is_renewed
            )
        )
        if not wanted:
            return
        customers = wanted.partner_id.commercial_partner_id
        activities = self.env["mail.activity"].sudo()
        taken = activities.search(
            [("lifecycle_renewed_partner_id", "in", customers.ids)]
        ).lifecycle_renewed_partner_id
        types = self.env["crm.lifecycle.follow.up"].sudo()._get_types_by_channel()
        for lead in wanted:
            customer = lead.partner_id.commercial_partner_id
            user = lead.user_id or customer.user_id
            if customer in taken or not user:
                continue
            taken |= customer
            told = lead.with_context(
                lang=user.lang or self.env.lang, mail_activity_quick_update=True
            )
            planned = told.activity_schedule(
                activity_type_id=(
                    types.get(customer.lifecycle_contact_channel) or types.get("call")
                ).id,
                summary=told.env._("Asked again: second follow-up"),
                user_id=user.id,
                date_deadline=self.env["crm.lifecycle.period.mixin"]._get_today(),
            )
            planned.lifecycle_renewed_partner_id = customer
