from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import sources

NPS_VERDICTS = [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")]


class CrmLifecycleProfile(models.Model):
    """What the customer last said when asked whether they would recommend us."""

    _inherit = "crm.lifecycle.profile"

    nps_verdict = fields.Selection(
        NPS_VERDICTS,
        string="NPS",
        compute="_compute_nps_verdict",
        search="_search_nps_verdict",
        compute_sudo=True,
        help="By the customer's last answer to an NPS survey: 9 and 10 of 10 are promoters, 0 to"
        " 6 detractors. Empty where they never answered.",
    )

    @api.depends("partner_id", "company_id")
    def _compute_nps_verdict(self):
        self.env["crm.lifecycle.survey.request"].flush_model()
        found = {
            (company_id, partner_id): verdict
            for company_id, partner_id, verdict in self.env.execute_query(
                SQL(
                    "SELECT * FROM (%s) last WHERE partner_id = ANY(%s)",
                    sources.last_verdicts(),
                    self.partner_id.ids,
                )
            )
        }
        for profile in self:
            key = (profile.company_id.id, profile.partner_id.id)
            profile.nps_verdict = found.get(key, False)

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr != "nps_verdict" or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        self.env["crm.lifecycle.survey.request"].flush_model()
        # Everybody's answers are looked at once, and not each customer's by a subquery.
        found = query.make_alias(alias, "lifecycle_nps")
        query.add_join(
            "LEFT JOIN",
            found,
            SQL("(%s)", sources.last_verdicts()),
            SQL(
                "%s = %s AND %s = %s",
                SQL.identifier(found, "company_id"),
                SQL.identifier(alias, "company_id"),
                SQL.identifier(found, "partner_id"),
                SQL.identifier(alias, "partner_id"),
            ),
        )
        return SQL.identifier(found, "verdict")

    @api.model
    def _search_nps_verdict(self, operator, value):
        return self._search_lifecycle_column("nps_verdict", operator, value)

    @api.readonly
    def action_open_surveys(self):
        """Open what the customer was asked, and answered."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_lifecycle_open_surveys()
