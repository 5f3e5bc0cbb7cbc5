from odoo import api, fields, models
from odoo.tools import SQL

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_decision import THREATS


class LifecycleKnowledgeMixin(models.AbstractModel):
    """How much competitors at the customer endanger the business."""

    _inherit = "lifecycle.knowledge.mixin"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_threat = fields.Selection(
        THREATS,
        string="Threat by Competitors",
        compute="_compute_lifecycle_knowledge",
        search="_search_lifecycle_threat",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="How much the most dangerous competitor at the customer endangers the business.",
    )

    def _show_lifecycle_knowledge(self, row):
        super()._show_lifecycle_knowledge(row)
        self.lifecycle_threat = row.get("threat")

    @api.model
    def _get_lifecycle_knowledge_columns(self, values, query):
        return {
            **super()._get_lifecycle_knowledge_columns(values, query),
            "threat": self._get_sql_lifecycle_threat(values, query),
        }

    def _get_sql_lifecycle_threat(self, values, query):
        presences = self.env["crm.lifecycle.competitor.presence"]._fields
        return SQL(
            """(SELECT presence.threat FROM crm_lifecycle_competitor_presence presence
                  JOIN res_partner site ON site.id = presence.partner_id
                 WHERE presence.active AND site.commercial_partner_id = %s
                   AND presence.company_id = %s
              ORDER BY presence.threat_rank DESC LIMIT 1)""",
            values["customer"],
            values["owner"],
            to_flush=[presences["threat_rank"], presences["active"]],
        )

    @api.model
    def _search_lifecycle_threat(self, operator, value):
        return self._search_lifecycle_column("lifecycle_threat", operator, value)
