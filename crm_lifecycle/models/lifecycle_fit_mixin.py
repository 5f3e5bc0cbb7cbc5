from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.query import Query

from ..access import LIFECYCLE_GROUPS


class LifecycleFitMixin(models.AbstractModel):
    """A contact or lead that shows how well it fits the company's personas.

    Nothing of it is stored: personas and contacts change, and the fit with them. One
    SQL expression filters and sorts whole tables and scores the records of a screen.
    Comes with ``lifecycle.stage.mixin``, which says where the record's customer is.

    In the context, ``lifecycle_persona_id`` asks for the fit with that persona alone.
    """

    _name = "lifecycle.fit.mixin"
    _inherit = ["lifecycle.column.mixin"]
    _description = "Fit with a Persona"

    lifecycle_employee_count = fields.Integer(
        string="Employees",
        groups=LIFECYCLE_GROUPS,
        help="Number of people who work there; 0 where it is not known.",
    )
    lifecycle_fit = fields.Integer(
        string="Fit (%)",
        compute="_compute_lifecycle_fit",
        search="_search_lifecycle_fit",
        compute_sudo=True,
        aggregator=None,
        groups=LIFECYCLE_GROUPS,
        help="How much of the best fitting persona matches: the weight of the traits that"
        " match in percent of the weight of all.",
    )
    lifecycle_fit_persona_id = fields.Many2one(
        "crm.lifecycle.persona",
        string="Best Fitting Persona",
        compute="_compute_lifecycle_fit",
        search="_search_lifecycle_fit_persona_id",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_fits = fields.Boolean(
        string="Fits a Persona",
        compute="_compute_lifecycle_fit",
        search="_search_lifecycle_fits",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Reaches the minimum fit of a persona.",
    )
    lifecycle_fit_matched = fields.Char(
        string="Traits That Match",
        compute="_compute_lifecycle_fit",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_fit_summary = fields.Char(
        string="Fit",
        compute="_compute_lifecycle_fit",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_fit_parts = fields.Text(
        string="Parts of the Fit",
        compute="_compute_lifecycle_fit",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Each trait of the persona, whether it matches, and the points that it is worth.",
    )

    def _forget_lifecycle_fit(self):
        """Drop the fits from the cache."""
        self.env[self._name].invalidate_model(
            [
                name
                for name, field in self._fields.items()
                if field.compute == "_compute_lifecycle_fit"
            ],
            flush=False,
        )

    @api.model
    def _get_lifecycle_personas(self):
        """Return the personas that may fit a record, the one that wins a tie first."""
        domain = Domain("line_ids", "!=", False)
        if not self._lifecycle_company_field:
            domain &= Domain("company_id", "=", self.env.company.id)
        personas = self.env["crm.lifecycle.persona"].sudo()
        wanted = self.env.context.get("lifecycle_persona_id")
        if wanted:
            personas = personas.with_context(active_test=False)
            domain &= Domain("id", "=", wanted)
        return personas.search(domain)

    # ------------------------------------------------------------
    # ON THE SCREEN
    # ------------------------------------------------------------

    @api.model
    def _get_lifecycle_fit_depends(self):
        """Return the names of the fields that a fit depends on, most of them."""
        customer = self._lifecycle_customer_field
        return [
            customer,
            f"{customer}.industry_id",
            f"{customer}.country_id",
            f"{customer}.state_id",
            f"{customer}.category_id",
            f"{customer}.lifecycle_employee_count",
        ]

    @api.depends(lambda self: [] if self._abstract else self._get_lifecycle_fit_depends())
    @api.depends_context("company", "lang", "lifecycle_persona_id")
    def _compute_lifecycle_fit(self):
        fits = self._read_lifecycle_fits()
        nobody = (self.env["crm.lifecycle.persona"], 0, False, ("", "", ""))
        for record in self:
            persona, fit, reached, words = fits.get(record._origin.id, nobody)
            record.lifecycle_fit_persona_id = persona
            record.lifecycle_fit = fit
            record.lifecycle_fits = reached
            (
                record.lifecycle_fit_matched,
                record.lifecycle_fit_summary,
                record.lifecycle_fit_parts,
            ) = words

    def _read_lifecycle_fits(self):
        """Score the records, all at once.

        :return: {id: (persona, fit, whether a minimum is reached, words)}
        """
        ids = self._origin.ids
        if not ids:
            return {}
        query = Query(self.env, self._table, self._table_sql)
        record_id = SQL.identifier(self._table, "id")
        query.add_where(SQL("%s = ANY(%s)", record_id, ids))
        scores = self._get_lifecycle_fit_scores(self._table, query)
        if not scores:
            return {}
        columns = [record_id]
        for _persona, fit, conditions in scores:
            columns += [fit, SQL("ARRAY[%s]", SQL(", ").join(conditions.values()))]
        result = {}
        for row_id, *row in self.env.execute_query(query.select(*columns)):
            fits = [
                (fit, persona, conditions, flags)
                for (persona, _fit, conditions), fit, flags in zip(
                    scores, row[::2], row[1::2], strict=True
                )
                if fit is not None
            ]
            if not fits:
                continue
            fit, persona, conditions, flags = max(fits, key=lambda item: item[0])
            matched = persona.line_ids.browse(
                line.id for line, flag in zip(conditions, flags, strict=True) if flag
            )
            reached = any(fit >= persona.minimum_fit for fit, persona, *_rest in fits)
            result[row_id] = (persona, fit, reached, persona._describe_fit(fit, matched))
        return result

    # ------------------------------------------------------------
    # SQL
    # ------------------------------------------------------------

    def _join_lifecycle_customer(self, alias, query):
        """Join the record's customer to a query and return its alias."""
        model = self
        for name in self._lifecycle_customer_field.split("."):
            model, alias = model._fields[name].join(model, alias, query)
        return alias

    def _get_lifecycle_fit_values(self, alias, query):
        """Return what the personas look at, each as SQL that is null where unknown.

        ``customer`` is the customer's id; ``company``, where given, the company whose
        personas count; ``source`` and ``medium``, where given, are the record's own.
        """
        customer = self._join_lifecycle_customer(alias, query)
        contacts = self.env["res.partner"]

        def column(name):
            return SQL.identifier(customer, name, to_flush=contacts._fields[name])

        return {
            "customer": SQL.identifier(customer, "id"),
            "industry": column("industry_id"),
            "country": column("country_id"),
            "region": column("state_id"),
            "employees": SQL("NULLIF(%s, 0)", column("lifecycle_employee_count")),
        }

    def _get_lifecycle_fit_scores(self, alias, query):
        """Return the fit with each persona: [(persona, SQL of the fit, {line: SQL})].

        The fit is null for a record of another company than the persona's.
        """
        personas = self._get_lifecycle_personas()
        if not personas:
            return []
        values = self._get_lifecycle_fit_values(alias, query)
        scores = []
        for persona in personas:
            conditions = {line: line._get_condition(values) for line in persona.line_ids}
            fit = persona._get_fit(conditions)
            if "company" in values:
                fit = SQL(
                    "CASE WHEN %s = %s THEN %s END", values["company"], persona.company_id.id, fit
                )
            scores.append((persona, fit, conditions))
        return scores

    def _field_to_sql(self, alias, field_expr, query=None):
        if query is None or field_expr not in (
            "lifecycle_fit",
            "lifecycle_fit_persona_id",
            "lifecycle_fits",
        ):
            return super()._field_to_sql(alias, field_expr, query)
        # Sorting and grouping get here without any other check of the groups.
        self._check_field_access(self._fields[field_expr], "read")
        scores = self._get_lifecycle_fit_scores(alias, query)
        return getattr(self, f"_get_sql_{field_expr}")(scores)

    def _get_sql_lifecycle_fit(self, scores):
        if not scores:
            return SQL("0::int")
        return SQL("COALESCE(%s, 0)", self._get_best(scores))

    def _get_sql_lifecycle_fit_persona_id(self, scores):
        if not scores:
            return SQL("NULL::int")
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", fit, persona.id) for persona, fit, _ in scores)
        return SQL("CASE %s %s END", self._get_best(scores), cases)

    def _get_sql_lifecycle_fits(self, scores):
        if not scores:
            return SQL("FALSE::bool")
        reached = SQL(" OR ").join(
            SQL("%s >= %s", fit, persona.minimum_fit) for persona, fit, _ in scores
        )
        return SQL("COALESCE(%s, FALSE)", reached)

    def _get_best(self, scores):
        return SQL("GREATEST(%s)", SQL(", ").join(fit for _persona, fit, _conditions in scores))

    # ------------------------------------------------------------
    # SEARCH
    # ------------------------------------------------------------

    @api.model
    def _search_lifecycle_fit(self, operator, value):
        return self._search_lifecycle_column("lifecycle_fit", operator, value)

    @api.model
    def _search_lifecycle_fits(self, operator, value):
        return self._search_lifecycle_column("lifecycle_fits", operator, value)

    @api.model
    def _search_lifecycle_fit_persona_id(self, operator, value):
        return self._search_lifecycle_column("lifecycle_fit_persona_id", operator, value)
