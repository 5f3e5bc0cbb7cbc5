from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import loyalty


class CrmLifecycleProfile(models.Model):
    """How loyal a customer is, of which level, and why."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    loyalty_index = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="From 0 to 100: purchases, how long and whether more or less often, satisfaction,"
        " complaints, referrals, breadth and payments by the weights of the rules. Empty where"
        " too little is known.",
    )
    loyalty_level_id = fields.Many2one(
        "crm.lifecycle.loyalty.level",
        compute="_compute_loyalty_level_id",
        search="_search_loyalty_level_id",
        help="The highest of the company's levels whose conditions the customer meets.",
    )
    loyalty_color = fields.Integer(
        related="loyalty_level_id.color", string="Level Color", export_string_translation=False
    )
    loyalty_explanation = fields.Json(
        compute="_compute_loyalty_explanation",
        exportable=False,
        help="What each part of the index is and how many points it makes up: a title and lines.",
    )

    _company_loyalty_idx = models.Index(
        "(company_id, loyalty_index) WHERE loyalty_index IS NOT NULL"
    )

    # ------------------------------------------------------------
    # LEVEL
    # ------------------------------------------------------------

    @api.depends("loyalty_index", "stage_id", "company_id")
    def _compute_loyalty_level_id(self):
        levels = self.env["crm.lifecycle.loyalty.level"]
        found = {}
        if self.ids:
            self.flush_recordset(["loyalty_index", "stage_id", "company_id"])
            found = dict(
                self.env.execute_query(
                    SQL(
                        "SELECT id, %s FROM crm_lifecycle_profile profile WHERE id = ANY(%s)",
                        self._get_sql_loyalty_level("profile"),
                        self.ids,
                    )
                )
            )
        for profile in self:
            profile.loyalty_level_id = levels.browse(found.get(profile._origin.id))

    @api.model
    def _get_sql_loyalty_level(self, alias):
        return self.env["crm.lifecycle.loyalty.level"]._get_sql_level(
            *(
                SQL.identifier(alias, name, to_flush=self._fields[name])
                for name in ("loyalty_index", "stage_id", "company_id")
            )
        )

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "loyalty_level_id":
            return self._get_sql_loyalty_level(alias)
        return super()._field_to_sql(alias, field_expr, query)

    @api.model
    def _search_loyalty_level_id(self, operator, value):
        return self._search_lifecycle_column("loyalty_level_id", operator, value)

    # ------------------------------------------------------------
    # WHY
    # ------------------------------------------------------------

    @api.depends("loyalty_index", "figures", "policy_id")
    @api.depends_context("lang")
    def _compute_loyalty_explanation(self):
        """Explain the index from the stored figures, by the rules that gave them."""
        for profile in self:
            figures = profile.sudo().figures
            rule = profile.sudo().policy_id._get_loyalty_rule()
            if not figures or not rule.parts:
                profile.loyalty_explanation = False
                continue
            profile.loyalty_explanation = profile._explain_loyalty(figures, rule)

    def _explain_loyalty(self, figures, rule):
        index = loyalty.index(figures, rule)
        points = loyalty.contributions(figures, rule) if index is not None else {}
        says = self.env["crm.lifecycle.loyalty.month"]
        lines = []
        for code, score in loyalty.scores(figures, rule).items():
            said = says._say_part(code, figures, rule)
            if score is None:
                lines.append(self.env._("%s: left out", said))
            elif index is None:
                lines.append(said)
            else:
                lines.append(
                    self.env._(
                        "%(part)s: %(score)s%% → %(points)s points",
                        part=said,
                        score=f"{100 * score:.0f}",
                        points=f"{points[code]:.1f}",
                    )
                )
        if index is None:
            return {"title": self._say_no_loyalty(figures, rule), "lines": lines}
        return {
            "title": self.env._("Loyalty index: %s of 100", index),
            "lines": [*lines, self._say_loyalty_benefits()] if self.loyalty_level_id else lines,
        }

    def _say_no_loyalty(self, figures, rule):
        if not figures.get("purchases_0"):
            return self.env._("No loyalty index: nothing was bought yet")
        return self.env._(
            "No loyalty index: less than %s%% of the weights are of parts that are known",
            f"{100 * rule.known_share:g}",
        )

    def _say_loyalty_benefits(self):
        level = self.loyalty_level_id
        if not level.benefits:
            return self.env._("Level: %s", level.name)
        return self.env._(
            "Level %(level)s: %(benefits)s", level=level.name, benefits=level.benefits
        )

    # ------------------------------------------------------------
    # HISTORY
    # ------------------------------------------------------------

    def action_open_loyalty(self):
        """Open the customer's index month by month, and what moved it."""
        self.ensure_one()
        self.check_access("read")
        months = self.env["crm.lifecycle.loyalty.month"]._derive(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Loyalty of %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.loyalty.month",
            "view_mode": "list,graph,form",
            "domain": [("id", "in", months.ids)],
        }
