from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import service_levels


class CrmLifecycleProfile(models.Model):
    """Which service level a customer has, and whether the right people look after them."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    service_level_id = fields.Many2one(
        "crm.lifecycle.service.level",
        compute="_compute_service_level_id",
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

    @api.model
    def _search_mismatch(self, operator, value):
        """Find those with a mismatch, or without; its words are not searched."""
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        found = self.env["crm.lifecycle.mismatch"]._get_profiles_sql()

        def to_sql(_model, alias, _query):
            return SQL("%s NOT IN (%s)", SQL.identifier(alias, "id"), found)

        return Domain.custom(to_sql=to_sql, predicate=lambda profile: not profile.mismatch)

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
