import logging

from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import deciders
from .crm_lifecycle_customer_type import CUSTOMER_TYPES

_logger = logging.getLogger(__name__)


class CrmLifecycleFact(models.Model):
    """Of whom a fact is asked for, and whether it is known, as SQL."""

    _inherit = "crm.lifecycle.fact"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_rule_names(self):
        """Return the names of the fields that say who is asked for what."""
        types = [f"is_for_{code}" for code, _label in CUSTOMER_TYPES]
        return [
            "name",
            "company_id",
            "kind",
            "field_name",
            "decision_role",
            "preference_kind",
            "weight",
            "stage_ids",
            *types,
        ]

    def _get_types(self):
        """Return the types of customers that are asked for it, none for everybody."""
        return [code for code, _label in CUSTOMER_TYPES if self[f"is_for_{code}"]]

    def _get_asked(self, values):
        """Return the condition that a customer is asked for this fact, never null.

        :param values: see ``lifecycle.knowledge.mixin``
        """
        self.ensure_one()
        conditions = []
        if "company" in values:
            conditions.append(SQL("%s = %s", values["company"], self.company_id.id))
        types = self._get_types()
        if types:
            conditions.append(SQL("%s = ANY(%s)", values["type"], types))
        if self.stage_ids:
            conditions.append(SQL("%s = ANY(%s)", values["stage"], self.stage_ids.ids))
        if not conditions:
            return SQL("%s IS NOT NULL", values["customer"])
        return SQL("COALESCE(%s, FALSE)", SQL(" AND ").join(conditions))

    def _get_known(self, values, query):
        """Return the condition that this fact is known of a customer, never null."""
        self.ensure_one()
        return SQL("COALESCE(%s, FALSE)", getattr(self, f"_get_known_{self.kind}")(values, query))

    def _get_known_field(self, values, query):
        contacts = self.env["res.partner"].sudo().with_company(self.company_id)
        try:
            domain = Domain(self.field_name, "!=", False).optimize_full(contacts)
            return domain._to_sql(contacts, values["alias"], query)
        except (KeyError, ValueError, UserError, AccessError):
            # The field is gone, say: customers are shown all the same.
            _logger.warning("Required fact %s: there is no such field any more", self.field_name)
            return SQL("FALSE")

    def _get_known_role(self, values, _query):
        contacts = self.env["res.partner"]
        return deciders.has_role(
            values["customer"],
            self.decision_role,
            to_flush=[contacts._fields["lifecycle_decision_role"], contacts._fields["active"]],
        )

    def _get_known_preference(self, values, _query):
        contacts = self.env["res.partner"]
        field = contacts._fields["lifecycle_preference_ids"]
        return SQL(
            # No EXISTS: of that the planner makes a hash of everybody's preferences.
            """(SELECT TRUE FROM res_partner member
                  JOIN %(relation)s liking ON liking.%(member)s = member.id
                  JOIN crm_lifecycle_preference preference
                    ON preference.id = liking.%(preference)s
                 WHERE member.commercial_partner_id = %(customer)s AND member.active
                   AND preference.kind = %(kind)s
                 LIMIT 1)""",
            relation=SQL.identifier(field.relation),
            member=SQL.identifier(field.column1),
            preference=SQL.identifier(field.column2),
            customer=values["customer"],
            kind=self.preference_kind,
            to_flush=[field, self.env["crm.lifecycle.preference"]._fields["kind"]],
        )

    def _get_known_source(self, values, _query):
        field = self.env["res.partner"]._fields["lifecycle_source_id"]
        column = SQL.identifier(values["alias"], "lifecycle_source_id", to_flush=field)
        return SQL("%s IS NOT NULL", column)
