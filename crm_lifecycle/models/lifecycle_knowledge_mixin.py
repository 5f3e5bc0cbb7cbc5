from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ..access import LIFECYCLE_GROUPS
from ..engine import deciders
from .crm_lifecycle_decision import THREATS
from .lifecycle_fit_mixin import COMPARISONS


class LifecycleKnowledgeMixin(models.AbstractModel):
    """A record that shows how well its customer is known, and how safe from competitors.

    Nothing of it is stored: one SQL expression each filters and sorts whole tables, and one
    query computes all for the records of a screen. The company's facts say what has to be
    known, see ``crm.lifecycle.fact``; ``engine.deciders`` what counts as contact.

    Comes with what ``lifecycle.stage.mixin`` and ``lifecycle.fit.mixin`` know of the
    record's customer, or with something of its own in their place.
    """

    _name = "lifecycle.knowledge.mixin"
    _description = "Knowledge of a Customer"

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
    lifecycle_has_decider = fields.Boolean(
        string="Decider Known",
        compute="_compute_lifecycle_knowledge",
        search="_search_lifecycle_has_decider",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="A contact of the customer is known to decide.",
    )
    lifecycle_decider_reached = fields.Date(
        string="Decider Reached",
        compute="_compute_lifecycle_knowledge",
        search="_search_lifecycle_decider_reached",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Day on which a colleague last had contact with somebody who decides: a message"
        " to or from them, a call or visit done, a meeting. Automated mail does not count.",
    )
    lifecycle_decider_days = fields.Integer(
        string="Days Since Decider",
        compute="_compute_lifecycle_knowledge",
        compute_sudo=True,
        aggregator=None,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_threat = fields.Selection(
        THREATS,
        string="Threat by Competitors",
        compute="_compute_lifecycle_knowledge",
        search="_search_lifecycle_threat",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="How much the most dangerous competitor at the customer endangers the business.",
    )

    @api.model
    def _get_lifecycle_knowledge_names(self):
        """Return the names of the fields that follow from what is known."""
        return [
            name
            for name, field in self._fields.items()
            if field.compute == "_compute_lifecycle_knowledge"
        ]

    def _forget_lifecycle_knowledge(self):
        """Drop what is known from the cache."""
        self.env[self._name].invalidate_model(self._get_lifecycle_knowledge_names(), flush=False)

    # ------------------------------------------------------------
    # ON THE SCREEN
    # ------------------------------------------------------------

    @api.depends(
        lambda self: (
            []
            if self._abstract
            else [
                self._lifecycle_customer_field,
                f"{self._lifecycle_customer_field}.lifecycle_source_id",
                f"{self._lifecycle_customer_field}.lifecycle_preference_ids",
                f"{self._lifecycle_customer_field}.lifecycle_decision_role",
            ]
        )
    )
    @api.depends_context("company", "lang")
    def _compute_lifecycle_knowledge(self):
        rows = self._read_lifecycle_knowledge()
        facts = self.env["crm.lifecycle.fact"]
        nobody = (None, 0, facts, False, None, None, None)
        for record in self:
            known, count, missing, has_decider, reached, today, threat = rows.get(
                record._origin.id, nobody
            )
            record.lifecycle_completeness = known
            record.lifecycle_fact_count = count
            record.lifecycle_missing_ids = missing
            record.lifecycle_missing = ", ".join(missing.mapped("display_name"))
            record.lifecycle_has_decider = has_decider
            record.lifecycle_decider_reached = reached
            record.lifecycle_decider_days = (today - reached).days if reached else 0
            record.lifecycle_threat = threat

    def _read_lifecycle_knowledge(self):
        """Return what is known of the records' customers, by one query.

        :return: {id: (percent, number of facts asked for, missing facts, whether a decider
            is known, day when one was reached, today, threat)}
        """
        ids = self._origin.ids
        if not ids:
            return {}
        query = Query(self.env, self._table, self._table_sql)
        record_id = SQL.identifier(self._table, "id")
        query.add_where(SQL("%s = ANY(%s)", record_id, ids))
        values = self._get_lifecycle_knowledge_values(self._table, query)
        facts = self._get_lifecycle_facts()
        conditions = self._get_lifecycle_fact_conditions(facts, values, query)
        asked, missing = (
            SQL("ARRAY[%s]::boolean[]", SQL(", ").join(flags))
            for flags in (
                [is_asked for is_asked, _known in conditions],
                [SQL("%s AND NOT %s", *condition) for condition in conditions],
            )
        )
        today = fields.Date.context_today(self)
        result = {}
        for row_id, known, asked_flags, missing_flags, *others, threat in self.env.execute_query(
            query.select(
                record_id,
                self._get_percentage(facts, conditions),
                asked,
                missing,
                self._get_sql_lifecycle_has_decider(values),
                self._get_sql_lifecycle_decider_reached(values),
                self._get_sql_lifecycle_threat(values),
            )
        ):
            ids = [fact.id for fact, flag in zip(facts, missing_flags or (), strict=True) if flag]
            result[row_id] = (
                known,
                sum(asked_flags or ()),
                self.env["crm.lifecycle.fact"].browse(ids),
                *others,
                today,
                threat,
            )
        return result

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_facts(self):
        """Return the facts that may be asked for of a record's customer."""
        domain = Domain.TRUE
        if not self._lifecycle_company_field:
            domain = Domain("company_id", "=", self.env.company.id)
        # Who looks at archived customers is asked for nothing that is archived.
        facts = self.env["crm.lifecycle.fact"].sudo().with_context(active_test=True)
        return facts.search_fetch(domain, facts._get_rule_names())

    def _get_lifecycle_knowledge_values(self, alias, query):
        """Return what knowledge is looked up by, as SQL.

        ``alias`` is that of the customer's contact, ``customer`` its id, ``type`` and
        ``stage`` the customer's, ``owner`` the company whose people count; ``company`` is
        there only where facts of several may count.
        """
        customer_alias = self._join_lifecycle_customer(alias, query)
        profile_alias = self._join_lifecycle_profile(alias, query)
        profile_fields = self.env["crm.lifecycle.profile"]._fields
        values = {
            "alias": customer_alias,
            "customer": SQL.identifier(customer_alias, "id"),
            "type": SQL.identifier(
                profile_alias, "customer_type", to_flush=profile_fields["customer_type"]
            ),
            "stage": SQL.identifier(profile_alias, "stage_id", to_flush=profile_fields["stage_id"]),
            "owner": SQL("%s::int", self.env.company.id),
        }
        if self._lifecycle_company_field:
            column = SQL.identifier(
                alias,
                self._lifecycle_company_field,
                to_flush=self._fields[self._lifecycle_company_field],
            )
            values["owner"] = SQL("COALESCE(%s, %s)", column, self.env.company.id)
            values["company"] = values["owner"]
        return values

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

    def _field_to_sql(self, alias, field_expr, query=None):
        getter = getattr(self, f"_get_sql_{field_expr}", None)
        field = self._fields.get(field_expr)
        if (
            query is None
            or getter is None
            or not field
            or field.compute != "_compute_lifecycle_knowledge"
        ):
            return super()._field_to_sql(alias, field_expr, query)
        # Sorting and grouping get here without any other check of the groups.
        self._check_field_access(field, "read")
        values = self._get_lifecycle_knowledge_values(alias, query)
        if field_expr == "lifecycle_completeness":
            return getter(values, query)
        return getter(values)

    def _get_sql_lifecycle_completeness(self, values, query):
        facts = self._get_lifecycle_facts()
        return self._get_percentage(
            facts, self._get_lifecycle_fact_conditions(facts, values, query)
        )

    def _get_sql_lifecycle_has_decider(self, values):
        contacts = self.env["res.partner"]._fields
        return deciders.has_role(
            values["customer"],
            "decider",
            to_flush=[contacts["lifecycle_decision_role"], contacts["active"]],
        )

    def _get_sql_lifecycle_decider_reached(self, values):
        own_type = self.env["ir.model.data"]._xmlid_to_res_id("mail.mail_activity_data_todo")
        return deciders.reached(
            values["customer"],
            values["owner"],
            fields.Datetime.now(),
            own_type or None,
            to_flush=[
                self.env["res.partner"]._fields["lifecycle_decision_role"],
                self.env["mail.activity"]._fields["active"],
                self.env["calendar.event"]._fields["active"],
                self.env["calendar.attendee"]._fields["state"],
                self.env["mail.message"]._fields["date"],
            ],
        )

    def _get_sql_lifecycle_threat(self, values):
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

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    @api.model
    def _search_lifecycle_completeness(self, operator, value):
        return self._search_lifecycle_number("lifecycle_completeness", operator, value)

    @api.model
    def _search_lifecycle_decider_reached(self, operator, value):
        return self._search_lifecycle_number("lifecycle_decider_reached", operator, value)

    @api.model
    def _search_lifecycle_number(self, name, operator, value):
        """Return the domain of a condition on a number or date that may be unknown."""
        is_number = self._fields[name].type == "integer"
        if operator == "in":
            # As with all numbers of the host, nothing and 0 are asked for alike.
            with_none = any(not item for item in value)
            wanted = [item for item in value if item] + [0] * (with_none and is_number)
        elif operator in COMPARISONS:
            compare, with_none = COMPARISONS[operator], False
        else:
            return NotImplemented

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, name, query)
            if operator == "in":
                condition = SQL("%s IN %s", column, tuple(wanted)) if wanted else SQL("FALSE")
                if with_none:
                    condition = SQL("(%s OR %s IS NULL)", condition, column)
            else:
                # pylint: disable-next=sql-injection
                condition = SQL("%s %s %s", column, SQL(operator), value)
            return SQL("COALESCE(%s, FALSE)", condition)

        def predicate(record):
            held = record[name]
            known = record.lifecycle_fact_count if is_number else held
            if operator == "in":
                return held in wanted if known else with_none
            return bool(known) and compare(held, value)

        return Domain.custom(to_sql=to_sql, predicate=predicate)

    @api.model
    def _search_lifecycle_has_decider(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = [bool(item) for item in value]
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s = ANY(%s)", model._field_to_sql(alias, "lifecycle_has_decider", query), wanted
            ),
            predicate=lambda record: record.lifecycle_has_decider in wanted,
        )

    @api.model
    def _search_lifecycle_threat(self, operator, value):
        if operator != "in":
            return NotImplemented
        wanted = [item for item in value if item]
        with_none = any(not item for item in value)

        def to_sql(model, alias, query):
            column = model._field_to_sql(alias, "lifecycle_threat", query)
            condition = SQL("%s = ANY(%s)", column, wanted)
            if with_none:
                condition = SQL("(%s OR %s IS NULL)", condition, column)
            return SQL("COALESCE(%s, FALSE)", condition)

        return Domain.custom(
            to_sql=to_sql,
            predicate=lambda record: (
                record.lifecycle_threat in wanted if record.lifecycle_threat else with_none
            ),
        )
