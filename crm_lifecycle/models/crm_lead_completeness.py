from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_lead import CARRIED_OVER

# What becomes the customer's when one is made of a lead: the lead's field by the customer's.
CARRIED_FIELDS = {
    **CARRIED_OVER,
    **{
        name: name
        for name in (
            "user_id",
            "phone",
            "function",
            "street",
            "street2",
            "zip",
            "city",
            "country_id",
            "state_id",
            "website",
            "lifecycle_source_id",
        )
    },
    "name": "name",
    "email": "email_from",
    "lang": "lang_id",
    "comment": "description",
    "company_name": "partner_name",
}


class CrmLead(models.Model):
    """How much is known where nobody has made a customer of the lead yet.

    Such a lead is asked for what it can tell itself alone: for contacts and their roles or
    preferences it has no place.
    """

    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    @api.depends(*sorted(CARRIED_FIELDS.values()))
    def _compute_lifecycle_knowledge(self):
        return super()._compute_lifecycle_knowledge()

    @api.model
    def _get_lifecycle_knowledge_values(self, alias, query):
        return {**super()._get_lifecycle_knowledge_values(alias, query), "lead": alias}

    def _get_lifecycle_fact_conditions(self, facts, values, query):
        has_customer = SQL("%s IS NOT NULL", values["customer"])
        conditions = super()._get_lifecycle_fact_conditions(facts, values, query)
        return [
            self._get_lifecycle_lead_condition(fact, condition, has_customer, values, query)
            for fact, condition in zip(facts, conditions, strict=True)
        ]

    def _get_lifecycle_lead_condition(self, fact, condition, has_customer, values, query):
        """Return whether one fact is asked for, and known, with a customer and without."""
        is_asked, is_known = condition
        name = "lifecycle_source_id" if fact.kind == "source" else fact.field_name
        own_name = CARRIED_FIELDS.get(name) if fact.kind in ("field", "source") else None
        if not own_name:
            return SQL("(%s AND %s)", has_customer, is_asked), is_known
        leads = self.env["crm.lead"].sudo()
        own = Domain(own_name, "!=", False).optimize_full(leads)
        is_told = own._to_sql(leads, values["lead"], query)
        known = SQL(
            "CASE WHEN %s THEN %s ELSE COALESCE(%s, FALSE) END", has_customer, is_known, is_told
        )
        return is_asked, known
