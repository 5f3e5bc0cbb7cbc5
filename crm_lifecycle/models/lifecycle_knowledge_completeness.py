from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access import LIFECYCLE_GROUPS


class LifecycleKnowledgeMixin(models.AbstractModel):
    """How much of what the company asks for is known, and what is missing.

    The company's facts say what has to be known, see ``crm.lifecycle.fact``.
    """

    _inherit = "lifecycle.knowledge.mixin"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_completeness = fields.Integer(
        string="Known (%)",
        compute="_compute_lifecycle_knowledge",
        search="_search_lifecycle_completeness",
        compute_sudo=True,
        aggregator="avg",
        groups=LIFECYCLE_GROUPS,
        help="Weight of the facts that are known of the customer, in percent of the weight of"
        " those that the company asks for, rounded down. Empty where it asks for none.",
    )
    lifecycle_fact_count = fields.Integer(
        string="Facts Asked For",
        compute="_compute_lifecycle_knowledge",
        compute_sudo=True,
        aggregator=None,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_missing_ids = fields.Many2many(
        "crm.lifecycle.fact",
        string="Missing Facts",
        compute="_compute_lifecycle_knowledge",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_missing = fields.Char(
        string="Not Known Yet",
        compute="_compute_lifecycle_knowledge",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )

    def _show_lifecycle_knowledge(self, row):
        super()._show_lifecycle_knowledge(row)
        missing = self.env["crm.lifecycle.fact"].browse(row.get("missing_ids"))
        self.lifecycle_completeness = row.get("completeness")
        self.lifecycle_fact_count = row.get("fact_count", 0)
        self.lifecycle_missing_ids = missing
        self.lifecycle_missing = ", ".join(missing.mapped("display_name"))

    def _is_lifecycle_known(self, name):
        if name == "lifecycle_completeness":
            # As a number it is 0 where nothing is asked for, too.
            return bool(self.lifecycle_fact_count)
        return super()._is_lifecycle_known(name)

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_knowledge_columns(self, values, query):
        facts = self._get_lifecycle_facts()
        conditions = self._get_lifecycle_fact_conditions(facts, values, query)
        asked = [SQL("CASE WHEN %s THEN 1 ELSE 0 END", is_asked) for is_asked, _known in conditions]
        missing = [
            SQL("CASE WHEN %s AND NOT %s THEN %s END", *condition, fact.id)
            for fact, condition in zip(facts, conditions, strict=True)
        ]
        return {
            **super()._get_lifecycle_knowledge_columns(values, query),
            "completeness": self._get_percentage(facts, conditions),
            "fact_count": SQL(" + ").join(asked) if asked else SQL("0"),
            "missing_ids": SQL("ARRAY_REMOVE(ARRAY[%s]::int[], NULL)", SQL(", ").join(missing)),
        }

    @api.model
    def _get_lifecycle_facts(self):
        """Return the facts that may be asked for of a record's customer."""
        domain = Domain.TRUE
        if not self._lifecycle_company_field:
            domain = Domain("company_id", "=", self.env.company.id)
        # Who looks at archived customers is asked for nothing that is archived.
        facts = self.env["crm.lifecycle.fact"].sudo().with_context(active_test=True)
        return facts.search_fetch(domain, facts._get_rule_names())

    def _get_lifecycle_fact_conditions(self, facts, values, query):
        """Return of each fact whether it is asked for, and whether it is known."""
        return [(fact._get_asked(values), fact._get_known(values, query)) for fact in facts]

    def _get_percentage(self, facts, conditions):
        """Return the completeness as SQL, null where nothing is asked for."""
        if not facts:
            return SQL("NULL::int")
        asked = SQL(" + ").join(
            SQL("CASE WHEN %s THEN %s ELSE 0 END", is_asked, fact.weight)
            for fact, (is_asked, _known) in zip(facts, conditions, strict=True)
        )
        known = SQL(" + ").join(
            SQL("CASE WHEN %s AND %s THEN %s ELSE 0 END", *condition, fact.weight)
            for fact, condition in zip(facts, conditions, strict=True)
        )
        return SQL("(100 * (%s) / NULLIF(%s, 0))", known, asked)

    def _get_sql_lifecycle_completeness(self, values, query):
        facts = self._get_lifecycle_facts()
        return self._get_percentage(
            facts, self._get_lifecycle_fact_conditions(facts, values, query)
        )

    @api.model
    def _search_lifecycle_completeness(self, operator, value):
        return self._search_lifecycle_column("lifecycle_completeness", operator, value)
