from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ..access import LIFECYCLE_GROUPS
from ..engine import deciders


class LifecycleKnowledgeMixin(models.AbstractModel):
    """Customers whose decider nobody has reached for longer than their company allows.

    A record that belongs to a company goes by that company's days, others by the current one's.
    """

    _inherit = "lifecycle.knowledge.mixin"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_decider_silent = fields.Boolean(
        string="Decider Not Reached",
        compute="_compute_lifecycle_decider_silent",
        search="_search_lifecycle_decider_silent",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="A decider is known, but nobody had contact with them for more days than the"
        " settings allow, or never.",
    )

    @api.model
    def _get_lifecycle_knowledge_names(self):
        return [*super()._get_lifecycle_knowledge_names(), "lifecycle_decider_silent"]

    @api.depends("lifecycle_has_decider", "lifecycle_decider_reached")
    @api.depends_context("company")
    def _compute_lifecycle_decider_silent(self):
        query = Query(self.env, self._table, self._table_sql)
        query.add_where(SQL("%s = ANY(%s)", SQL.identifier(self._table, "id"), self._origin.ids))
        query.add_where(self._get_sql_lifecycle_silent(self._table, query))
        silent = set(query.get_result_ids())
        for record in self:
            record.lifecycle_decider_silent = record._origin.id in silent

    def _get_sql_lifecycle_silent(self, alias, query):
        """Return the condition that a decider is known and was not reached in time, never null."""
        values = self._get_lifecycle_knowledge_values(alias, query)
        return SQL(
            "(%s AND COALESCE(%s < %s, TRUE))",
            self._field_to_sql(alias, "lifecycle_has_decider", query),
            self._field_to_sql(alias, "lifecycle_decider_reached", query),
            deciders.least_day(
                values["owner"],
                fields.Datetime.now(),
                to_flush=[self.env["res.company"]._fields["lifecycle_decider_days"]],
            ),
        )

    @api.model
    def _search_lifecycle_decider_silent(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = [bool(item) for item in value]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = ANY(%s)", model._get_sql_lifecycle_silent(alias, query), wanted
            ),
            predicate=lambda record: record.lifecycle_decider_silent in wanted,
        )
