from collections import defaultdict

from odoo import api, fields, models

from ..engine import rules
from ..engine.metrics import METRICS


class CrmLifecycleCriterion(models.Model):
    """A condition of a stage: a figure of the customer compared with a value.

    The conditions of an alternative must all hold, and one alternative is enough for
    the stage. A stage without any is never reached.
    """

    _name = "crm.lifecycle.criterion"
    _description = "Customer Lifecycle Criterion"
    _order = "stage_id, group, sequence, id"
    _rec_name = "metric"

    policy_id = fields.Many2one(
        "crm.lifecycle.policy", string="Rules", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True, index=True)
    # The stages go when the addon does, which deletes them first.
    stage_id = fields.Many2one(
        "crm.lifecycle.stage",
        required=True,
        domain=[("code", "!=", "suspect")],
        ondelete="cascade",
    )
    group = fields.Integer(
        string="Alternative",
        required=True,
        default=1,
        help="Conditions with the same number must all hold; one number is enough for the stage.",
    )
    sequence = fields.Integer(default=10)
    metric = fields.Selection(selection="_selection_metric", string="Figure", required=True)
    operator = fields.Selection(
        [
            (">=", "at least"),
            (">", "more than"),
            ("=", "exactly"),
            ("<=", "at most"),
            ("<", "less than"),
        ],
        string="Comparison",
        required=True,
        default=">=",
    )
    value = fields.Float(required=True, default=1.0)
    months = fields.Integer(
        string="Last Months",
        help="Count only what happened in the last so many months; 0 for ever.",
    )
    answer = fields.Selection(
        [("yes", "Yes"), ("no", "No")],
        compute="_compute_answer",
        inverse="_inverse_answer",
        help="For figures that are either so or not.",
    )
    metric_unit = fields.Char(compute="_compute_metric")
    metric_windowed = fields.Boolean(compute="_compute_metric")
    unit = fields.Char(compute="_compute_metric", help="What the value is counted in.")
    description = fields.Char(
        string="Meaning", compute="_compute_metric", help="What the figure says."
    )
    summary = fields.Char(string="Condition", compute="_compute_summary")

    _group_range = models.Constraint('CHECK("group" >= 1)', "Alternatives are numbered from 1 on.")

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.model
    def _get_metrics(self):
        """Return the figures that conditions may ask for; bridges add theirs.

        :return: ``{key: engine.metrics.Metric}``
        """
        return dict(METRICS)

    @api.model
    def _selection_metric(self):
        return [(key, self.env._(metric.name)) for key, metric in self._get_metrics().items()]

    @api.depends("metric", "policy_id.company_id")
    @api.depends_context("lang")
    def _compute_metric(self):
        metrics = self._get_metrics()
        for criterion in self:
            metric = metrics.get(criterion.metric)
            criterion.metric_unit = metric and metric.unit
            criterion.metric_windowed = bool(metric and metric.windowed)
            criterion.unit = metric and criterion._get_unit_label(metric)
            criterion.description = metric and self.env._(metric.description)

    def _get_unit_label(self, metric):
        company = self.policy_id.company_id or self.env.company
        return {
            "days": self.env._("days"),
            "percent": "%",
            "rate": "%",
            "amount": company.currency_id.name,
            "score": self.env._("of 5"),
        }.get(metric.unit)

    @api.depends("metric", "operator", "value")
    def _compute_answer(self):
        for criterion in self:
            criterion.answer = criterion.metric_unit == "flag" and (
                "yes" if criterion.value else "no"
            )

    def _inverse_answer(self):
        for criterion in self.filtered("answer"):
            criterion.write(criterion._prepare_answer())

    @api.onchange("answer")
    def _onchange_answer(self):
        if self.metric_unit == "flag" and self.answer:
            self.update(self._prepare_answer())

    def _prepare_answer(self):
        yes = self.answer == "yes"
        return {"operator": ">=" if yes else "=", "value": float(yes)}

    @api.onchange("metric")
    def _onchange_metric(self):
        if self.metric_unit == "flag":
            self.update({"operator": ">=", "value": 1.0})
        if not self.metric_windowed:
            self.months = 0

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    @api.depends("metric", "operator", "value", "months", "policy_id.company_id")
    @api.depends_context("lang")
    def _compute_summary(self):
        for criterion in self:
            criterion.summary = criterion.metric and self._describe(
                criterion._get_condition(), criterion.policy_id.company_id
            )

    @api.depends("stage_id", "summary")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for criterion in self:
            criterion.display_name = f"{criterion.stage_id.name}: {criterion.summary}"

    @api.model
    def _describe(self, condition, company):
        """Return a condition in words: "Purchases in the last 12 months: at least 3".

        :param engine.rules.Condition condition:
        :param company: whose currency amounts are in
        """
        metric = self._get_metrics().get(condition.metric)
        if not metric:
            # The addon that brought it was uninstalled.
            return f"{condition.metric} {condition.operator} {condition.value:g}"
        say = self.env["crm.lifecycle.explanation"]
        return self.env._(
            "%(figure)s: %(comparison)s",
            figure=say._say_window(self.env._(metric.name), condition.months),
            comparison=say._say_limit(condition, metric, company or self.env.company),
        )

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    def _get_condition(self):
        """Return the condition as the engine reads it."""
        self.ensure_one()
        return rules.Condition(self.metric, self.operator, _as_whole(self.value), self.months)

    def _get_groups(self):
        """Return the criteria as ``{stage code: {alternative: criteria}}``, in order."""
        groups = defaultdict(dict)
        none = self.browse()
        for criterion in self.sorted(
            lambda line: (line.stage_id.sequence, line.group, line.sequence)
        ):
            of_stage = groups[criterion.stage_id.code]
            of_stage[criterion.group] = of_stage.get(criterion.group, none) | criterion
        return groups

    def _get_stage_rules(self):
        """Return the rules of the stages, highest first.

        A condition on a figure that is not known any more never holds, so that its
        alternative is left out.

        :return: tuple of ``engine.rules.StageRule``
        """
        known = self._get_metrics()
        found = []
        for code, groups in self.sorted("id")._get_groups().items():
            conditions = tuple(
                tuple(criterion._get_condition() for criterion in criteria)
                for criteria in groups.values()
                if known.keys() >= set(criteria.mapped("metric"))
            )
            if conditions and code != "suspect":
                found.append(rules.StageRule(code, conditions))
        return tuple(sorted(found, key=lambda rule: rules.RANK[rule.code], reverse=True))

    @api.model
    def _prepare_vals(self, ruleset):
        """Return the values of the criteria of a rule set."""
        stages = self.env["crm.lifecycle.stage"]._by_code()
        return [
            {
                "stage_id": stages[rule.code].id,
                "group": group,
                "sequence": sequence,
                "metric": condition.metric,
                "operator": condition.operator,
                "value": condition.value,
                "months": condition.months,
            }
            for rule in ruleset.stages
            for group, conditions in enumerate(rule.groups, start=1)
            for sequence, condition in enumerate(conditions, start=1)
        ]

    # ------------------------------------------------------------
    # WRITE
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        policies = {vals["policy_id"] for vals in vals_list if vals.get("policy_id")}
        self.env["crm.lifecycle.policy"].browse(policies)._ensure_draft()
        criteria = super().create(vals_list)
        # The context may have named another version.
        criteria.policy_id._ensure_draft()
        return criteria

    def write(self, vals):
        self.policy_id._ensure_draft()
        if vals.get("policy_id"):
            self.env["crm.lifecycle.policy"].browse(vals["policy_id"])._ensure_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_of_drafts_only(self):
        self.policy_id._ensure_draft()


def _as_whole(number):
    """Return 3 for 3.0, for it is counted and reads better."""
    return int(number) if float(number).is_integer() else number
