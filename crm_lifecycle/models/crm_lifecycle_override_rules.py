from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class CrmLifecycleOverride(models.Model):
    """What the rules say meanwhile of a customer whose stage was set by hand."""

    _inherit = "crm.lifecycle.override"  # pylint: disable=consider-merging-classes-inherited

    is_in_force = fields.Boolean(compute="_compute_is_in_force", search="_search_is_in_force")
    rule_stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        string="Stage by the Rules",
        compute="_compute_rule_stage_id",
        help="What the rules say today; empty for what is not in force.",
    )
    is_contradicted = fields.Boolean(
        string="Rules Say Otherwise",
        compute="_compute_rule_stage_id",
        search="_search_is_contradicted",
    )

    @api.depends("active", "state", "date_effective", "date_end")
    def _compute_is_in_force(self):
        in_force = self.filtered_domain(self._get_in_force_domain())
        for override in self:
            override.is_in_force = override in in_force

    @api.model
    def _get_in_force_domain(self):
        today = self._get_today()
        return (
            Domain("active", "=", True)
            & Domain("state", "=", "approved")
            & Domain("date_effective", "<=", today)
            & Domain("date_end", ">=", today)
        )

    @api.model
    def _search_is_in_force(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._get_in_force_domain() if True in value else ~self._get_in_force_domain()

    @api.depends("is_in_force", "partner_id", "company_id")
    def _compute_rule_stage_id(self):
        profiles = (
            self.env["crm.lifecycle.profile"]
            .sudo()
            .with_context(active_test=False)
            .search([("partner_id", "in", self.partner_id.commercial_partner_id.ids)])
        )
        by_customer = {(profile.partner_id, profile.company_id): profile for profile in profiles}
        for override in self:
            profile = by_customer.get(
                (override.partner_id.commercial_partner_id, override.company_id)
            )
            rule_stage = override.is_in_force and profile and profile.rule_stage_id
            override.rule_stage_id = rule_stage
            override.is_contradicted = bool(rule_stage) and rule_stage != override.stage_id

    @api.model
    def _search_is_contradicted(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env["crm.lifecycle.profile"].flush_model(["is_contradicted"])
        contradicted = self._get_in_force_domain() & Domain(
            "id",
            "in",
            SQL(
                """(SELECT override.id
                      FROM crm_lifecycle_override override
                      JOIN res_partner partner ON partner.id = override.partner_id
                      JOIN crm_lifecycle_profile profile
                        ON profile.partner_id = partner.commercial_partner_id
                       AND profile.company_id = override.company_id
                     WHERE profile.is_contradicted)"""
            ),
        )
        return contradicted if True in value else ~contradicted
