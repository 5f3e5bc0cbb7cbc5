from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import service_levels
from .crm_lifecycle_mismatch import KINDS


class CrmLifecycleProfile(models.Model):
    """Which service level a customer has, and whether the right people look after them.

    Nothing of it is stored: it follows from levels, teams and people, who change.
    """

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    acquisition_policy = fields.Selection(related="segment_id.acquisition_policy")
    service_level_id = fields.Many2one(
        "crm.lifecycle.service.level",
        compute="_compute_service_level_id",
        search="_search_service_level_id",
        compute_sudo=True,
        help="The level with the most conditions of those that all hold for the customer;"
        " empty for suspects and for lost customers.",
    )
    mismatch = fields.Char(
        compute="_compute_mismatch",
        search="_search_mismatch",
        compute_sudo=True,
        help="What is wrong with who looks after the customer, by the service level.",
    )
    mismatch_kind = fields.Selection(
        KINDS,
        string="Kind of Mismatch",
        compute="_compute_mismatch",
        search="_search_mismatch_kind",
        compute_sudo=True,
        help="What is wrong first, where it is more than one thing: the salesperson counts"
        " before the account team.",
    )

    @api.depends("value_class", "customer_type", "segment_id", "stage_id", "status")
    def _compute_service_level_id(self):
        levels = self.env["crm.lifecycle.service.level"]
        self.flush_model()
        levels.flush_model()
        found = {
            row["profile_id"]: row["level_id"]
            for row in self.env.execute_query_dict(
                service_levels.reading(SQL("profile.id = ANY(%s)", self.ids))
            )
        }
        for profile in self:
            profile.service_level_id = found.get(profile.id, False)

    @api.depends("service_level_id", "user_id")
    @api.depends_context("lang")
    def _compute_mismatch(self):
        found = self.env["crm.lifecycle.mismatch"]._of_profiles(self).grouped("profile_id")
        for profile in self:
            rows = found.get(profile)
            profile.mismatch = "; ".join(rows.mapped("reason")) if rows else False
            profile.mismatch_kind = rows[0].kind if rows else False

    # ------------------------------------------------------------
    # SQL: filter, sort and group
    # ------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        if query is None or field_expr not in ("service_level_id", "mismatch_kind"):
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        if field_expr == "service_level_id":
            found, column = self.env["crm.lifecycle.service.level"]._get_levels_sql(), "level_id"
        else:
            found, column = self.env["crm.lifecycle.mismatch"]._get_first_kinds_sql(), "kind"
        # Everybody is looked at once, and not each customer by a subquery.
        found_alias = query.make_alias(alias, f"lifecycle_{field_expr}")
        query.add_join(
            "LEFT JOIN",
            found_alias,
            found,
            SQL(
                "%s = %s",
                SQL.identifier(found_alias, "profile_id"),
                SQL.identifier(alias, "id"),
            ),
        )
        return SQL.identifier(found_alias, column)

    @api.model
    def _search_service_level_id(self, operator, value):
        return self._search_lifecycle_column("service_level_id", operator, value)

    @api.model
    def _search_mismatch_kind(self, operator, value):
        return self._search_lifecycle_column("mismatch_kind", operator, value)

    @api.model
    def _search_mismatch(self, operator, value):
        """Find those with a mismatch, or without; its words are not searched."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        return self._search_lifecycle_column("mismatch_kind", operator, value)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_mismatches(self):
        """Open what is wrong with who looks after the customer, with a suggestion."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_lifecycle_open_mismatches()

    @api.readonly
    def action_transfer(self):
        """Ask to whom the customers go, and why."""
        return self.partner_id.action_lifecycle_transfer()
