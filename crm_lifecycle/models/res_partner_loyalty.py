from odoo import api, fields, models

from ..access import LIFECYCLE_GROUPS

# Which field of the customer's profile stands behind which field.
_PROFILE_FIELDS = {
    "lifecycle_loyalty_index": "loyalty_index",
    "lifecycle_loyalty_level_id": "loyalty_level_id",
}


class ResPartner(models.Model):
    """How loyal the contact's customer is; nothing is stored here."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_loyalty_index = fields.Integer(
        string="Loyalty Index",
        compute="_compute_lifecycle_loyalty",
        search="_search_lifecycle_loyalty_index",
        compute_sudo=True,
        # Contacts of one customer would count the same several times.
        aggregator=None,
        groups=LIFECYCLE_GROUPS,
        help="From 0 to 100, by the weights of the rules; empty where too little is known.",
    )
    lifecycle_loyalty_level_id = fields.Many2one(
        "crm.lifecycle.loyalty.level",
        string="Loyalty Level",
        compute="_compute_lifecycle_loyalty",
        search="_search_lifecycle_loyalty_level_id",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_loyalty_explanation = fields.Json(
        compute="_compute_lifecycle_loyalty_explanation",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        export_string_translation=False,
    )

    @api.depends("lifecycle_profile_id.loyalty_index", "lifecycle_profile_id.loyalty_level_id")
    @api.depends_context("company")
    def _compute_lifecycle_loyalty(self):
        for partner in self:
            partner.lifecycle_loyalty_index = partner.lifecycle_profile_id.loyalty_index
            partner.lifecycle_loyalty_level_id = partner.lifecycle_profile_id.loyalty_level_id

    @api.depends("lifecycle_profile_id.loyalty_explanation")
    @api.depends_context("company", "lang")
    def _compute_lifecycle_loyalty_explanation(self):
        for partner in self:
            partner.lifecycle_loyalty_explanation = partner.lifecycle_profile_id.loyalty_explanation

    def _field_to_sql(self, alias, field_expr, query=None):
        name = _PROFILE_FIELDS.get(field_expr)
        if name and query is not None:
            # Sorting and grouping get here without any other check of the groups.
            self._check_field_access(self._fields[field_expr], "read")
            profile_alias = self._join_lifecycle_profile(alias, query)
            return self.env["crm.lifecycle.profile"]._field_to_sql(profile_alias, name, query)
        return super()._field_to_sql(alias, field_expr, query)

    @api.model
    def _search_lifecycle_loyalty_index(self, operator, value):
        return self._search_lifecycle_column("lifecycle_loyalty_index", operator, value)

    @api.model
    def _search_lifecycle_loyalty_level_id(self, operator, value):
        return self._search_lifecycle_column("lifecycle_loyalty_level_id", operator, value)

    def action_lifecycle_open_loyalty(self):
        """Open the customer's index month by month, and what moved it."""
        self.ensure_one()
        return self.lifecycle_profile_id.action_open_loyalty()
