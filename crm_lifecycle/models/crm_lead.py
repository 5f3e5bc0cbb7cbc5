from odoo import api, fields, models
from odoo.tools import SQL

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_referral_settle import follow
from .crm_lifecycle_trigger_mixin import behind_savepoint, host_first, write_if_accepted

# What a lead tells of the customer to be, by the contact's field.
CARRIED_OVER = {
    "lifecycle_employee_count": "lifecycle_employee_count",
    "lifecycle_sector": "lifecycle_sector",
    "company_registry": "lifecycle_registry",
}

# What tells whether a lead is lost, or no longer is.
LOST_FACTS = {"active", "stage_id", "probability", "lost_reason_id", "won_status"}

# What tells for which company a lead is.
COMPANY_FACTS = {"company_id", "partner_id", "team_id", "user_id"}


class CrmLead(models.Model):
    _name = "crm.lead"
    _inherit = [
        "crm.lead",
        "crm.lifecycle.trigger.mixin",
        "lifecycle.segment.mixin",
        "lifecycle.stage.mixin",
        "lifecycle.fit.mixin",
        "lifecycle.question.mixin",
        "lifecycle.mismatch.mixin",
    ]

    lifecycle_referrer_id = fields.Many2one(
        "res.partner",
        string="Referring Customer",
        index="btree_not_null",
        check_company=True,
        ondelete="set null",
        help="The customer who brought this lead; carried over to the customer.",
    )

    lifecycle_registry = fields.Char(
        string="Registration Number",
        groups=LIFECYCLE_GROUPS,
        help="Under which number the organisation is registered; carried over to the customer.",
    )

    @api.depends("type", "won_status")
    def _compute_lifecycle_stage_id(self):
        """Show a lead without a known customer as a suspect, an opportunity as a prospect."""
        super()._compute_lifecycle_stage_id()
        stages = self.env["crm.lifecycle.stage"]._by_code()
        for lead in self.filtered(lambda lead: not lead.lifecycle_stage_id):
            is_open = lead.type == "opportunity" and lead.won_status == "pending"
            lead.lifecycle_stage_id = stages.get("prospect" if is_open else "suspect")
            lead.lifecycle_stage_color = lead.lifecycle_stage_id.color

    def _field_to_sql(self, alias, field_expr, query=None):
        stage = super()._field_to_sql(alias, field_expr, query)
        if field_expr != "lifecycle_stage_id" or query is None:
            return stage
        stages = self.env["crm.lifecycle.stage"]._by_code()
        if not {"suspect", "prospect"} <= stages.keys():
            return stage
        return SQL(
            "COALESCE(%s, CASE WHEN %s = 'opportunity' AND %s = 'pending' THEN %s ELSE %s END)",
            stage,
            SQL.identifier(alias, "type", to_flush=self._fields["type"]),
            SQL.identifier(alias, "won_status", to_flush=self._fields["won_status"]),
            stages["prospect"].id,
            stages["suspect"].id,
        )

    # ------------------------------------------------------------
    # TRIGGERS
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {
            "type",
            "stage_id",
            "probability",
            "expected_revenue",
            "date_closed",
            "date_conversion",
            "team_id",
            "user_id",
            "medium_id",
            "lost_reason_id",
        }

    # ------------------------------------------------------------
    # WHAT A LEAD TELLS OF ITS CUSTOMER
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        leads.filtered("lifecycle_referrer_id")._carry_referrer()
        leads._carry_facts()
        return leads

    def write(self, vals):
        told = not set(CARRIED_OVER.values()).isdisjoint(vals)
        # What was entered of a former customer is not so of the next one.
        telling = self if told else self.browse()
        if not told and "partner_id" in vals:
            telling = self.filtered(lambda lead: not lead.partner_id)
        companies = {}
        if not COMPANY_FACTS.isdisjoint(vals):
            referred = self.filtered("lifecycle_referrer_id")
            companies = {lead.id: lead.company_id for lead in referred}
        result = super().write(vals)
        if "lifecycle_referrer_id" in vals:
            self._carry_referrer()
        elif companies:
            self.browse(companies).filtered(
                lambda lead: "partner_id" in vals or lead.company_id != companies[lead.id]
            )._carry_referrer()
        if not LOST_FACTS.isdisjoint(vals):
            with host_first(self, "referrals"):
                self.filtered("lifecycle_referrer_id")._mark_lifecycle_referrals()
        telling._carry_facts()
        return result

    def unlink(self):
        with host_first(self, "referrals"):
            self._drop_lifecycle_referrals()
        return super().unlink()

    def _drop_lifecycle_referrals(self):
        """Drop claims to leads that nobody became a customer of."""
        self.env["crm.lifecycle.referral"].sudo().search(
            [("lead_id", "in", self.ids), ("partner_id", "=", False)]
        ).unlink()

    def _mark_lifecycle_referrals(self):
        """Have the referrals of the leads looked at again."""
        if self:
            claims = self.env["crm.lifecycle.referral"].sudo()
            claims.search([("lead_id", "in", self.ids)])._mark_stale()

    def _carry_facts(self):
        """Tell the customer what the lead knows of them, unless that is known already.

        A lead's salesperson need not be allowed to change the customer. What is known of an
        organisation is not so of a person who has no organisation.
        """
        news = {}
        with host_first(self, "facts"):
            for lead in self.sudo().filtered("partner_id"):
                customer = lead.partner_id.commercial_partner_id
                if lead.partner_name and not customer.is_company:
                    continue
                for name, own_name in CARRIED_OVER.items():
                    if lead[own_name] and not customer[name]:
                        # The first lead counts.
                        news.setdefault(customer, {}).setdefault(name, lead[own_name])
        write_if_accepted(news, "facts")

    def _carry_referrer(self):
        """Have the referrals, and so the customer, say who brought the leads.

        A lead's salesperson need not be allowed to change the customer. A referrer
        that would make a circle stays on the lead alone.
        """
        follow(self, "_follow_lead")

    def _merge_dependences(self, opportunities):
        """Keep who brought leads that are merged into this one, as the company's rule says."""
        super()._merge_dependences(opportunities)
        referrer = (self | opportunities).lifecycle_referrer_id[:1]
        claims = self.env["crm.lifecycle.referral"].sudo()
        with behind_savepoint(self, "referrals"):
            referrer = claims._unite_leads(self.sudo(), opportunities.sudo()) or referrer
        if self.lifecycle_referrer_id != referrer:
            self.lifecycle_referrer_id = referrer

    def _merge_get_fields(self):
        return [
            *super()._merge_get_fields(),
            *CARRIED_OVER.values(),
        ]

    # ------------------------------------------------------------
    # SEGMENT
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_segment_depends(self):
        return [
            *super()._get_lifecycle_segment_depends(),
            "company_id",
            "country_id",
            "partner_name",
            "contact_name",
            "lifecycle_employee_count",
            "lifecycle_sector",
        ]

    @api.model
    def _get_lifecycle_segment_values(self, column, tags, own_column):
        """Complete what is known of the customer by what the lead itself says.

        Without a customer, it says whether one would be made for an organisation or a person.
        """
        values = super()._get_lifecycle_segment_values(column, tags, own_column)
        sector = SQL(
            """COALESCE(%s, %s, %s, CASE WHEN %s <> '' THEN 'company'
                                         WHEN %s <> '' THEN 'individual' END)""",
            column("lifecycle_sector"),
            own_column("lifecycle_sector"),
            values["sector"],
            own_column("partner_name"),
            own_column("contact_name"),
        )
        return {
            **values,
            "sector": sector,
            "employees": SQL(
                "COALESCE(%s, NULLIF(%s, 0))",
                values["employees"],
                own_column("lifecycle_employee_count"),
            ),
            "country": SQL("COALESCE(%s, %s)", values["country"], own_column("country_id")),
            "company": SQL("COALESCE(%s, %s)", own_column("company_id"), self.env.company.id),
        }

    # ------------------------------------------------------------
    # FIT
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_fit_depends(self):
        return [
            *super()._get_lifecycle_fit_depends(),
            "company_id",
            "country_id",
            "state_id",
            "source_id",
            "medium_id",
            "lifecycle_employee_count",
        ]

    def _get_lifecycle_fit_values(self, alias, query):
        """Complete what is known of the customer by what the lead itself says."""
        values = super()._get_lifecycle_fit_values(alias, query)

        def column(name):
            return SQL.identifier(alias, name, to_flush=self._fields[name])

        own = {
            "country": column("country_id"),
            "region": column("state_id"),
            "employees": SQL("NULLIF(%s, 0)", column("lifecycle_employee_count")),
        }
        return {
            **values,
            **{name: SQL("COALESCE(%s, %s)", values[name], own[name]) for name in own},
            "source": column("source_id"),
            "medium": column("medium_id"),
            "company": SQL("COALESCE(%s, %s)", column("company_id"), self.env.company.id),
        }

    def _prepare_customer_values(self, partner_name, is_company=False, parent_id=False):
        """Carry what the lead tells over to the customer, not to its contacts."""
        values = super()._prepare_customer_values(partner_name, is_company, parent_id)
        if is_company or not parent_id:
            for name, own_name in CARRIED_OVER.items():
                value = self.sudo()[own_name]
                if value and self._has_field_access(self._fields[own_name], "write"):
                    values[name] = value
        return values

    def _get_customer_information(self):
        """Leave what is known of an organisation to it where a contact of it is made."""
        found = super()._get_customer_information()
        for values in found.values():
            if values.get("parent_id"):
                for name in CARRIED_OVER:
                    values.pop(name, None)
        return found
