from odoo import api, models
from odoo.exceptions import ValidationError

from ..engine import metrics

MAX_MONTHS = 240

# The values that a figure can have, by unit; nothing is the upper end of most.
RANGES = {"percent": (0, 100), "score": (1, 5), "flag": (0, 1)}
WHOLE_UNITS = ("count", "days", "flag")

BUYER_STAGES = ("first_buyer", "repeat_buyer", "long_term", "advocate")
# Figures of those who never bought, and of those who bought once; None is unknown.
# What holds for none of them asks for a purchase, or for a second one.
NEVER_BOUGHT = {
    "purchases": (0,),
    "purchase_amount": (0,),
    "product_lines": (0,),
    "purchase_span": (None, 0),
    "purchase_interval": (None,),
    "tenure": (None,),
    "recency": (None,),
}
BOUGHT_ONCE = {"purchases": (0, 1), "purchase_span": (0,), "purchase_interval": (None,)}


class CrmLifecycleCriterion(models.Model):
    """What is wrong with criteria, each in a sentence that says why."""

    _inherit = "crm.lifecycle.criterion"

    @api.constrains("policy_id", "stage_id", "group", "metric", "operator", "value", "months")
    def _check_criterion(self):
        # A form's lines come one after the other: what they are together is looked at
        # by the policy, after the last one.
        if self.env.context.get("lifecycle_whole_policy"):
            self._ensure_sound(together=False)
        else:
            self.policy_id.criterion_ids._ensure_sound()

    def _ensure_sound(self, together=True):
        """Refuse conditions that make no sense, with all the reasons at once."""
        problems = self._get_problems(together)
        if problems:
            raise ValidationError("\n".join(problems))

    def _ensure_complete(self):
        """Refuse to activate rules that make no sense, with all the reasons at once."""
        problems = self._get_problems()
        if not self:
            problems.append(
                self.env._("There are no criteria, so that everybody would be a suspect.")
            )
        if problems:
            raise ValidationError(
                "\n".join([self.env._("These rules cannot be activated:"), *problems])
            )

    def _get_problems(self, together=True):
        """Return what is wrong, one sentence each.

        :param bool together: look at the conditions of each alternative together as well
        """
        problems = []
        for policy, criteria in self.grouped("policy_id").items():
            for groups in criteria._get_groups().values():
                for group in groups.values():
                    found = [problem for line in group if (problem := line._find_problem())]
                    if together and not found:
                        found = group._find_group_problems(policy.tolerance / 100)
                    problems += [group._locate(problem) for problem in found]
        return problems

    def _locate(self, problem):
        return self.env._(
            "%(stage)s, alternative %(group)s: %(problem)s",
            stage=self[:1].stage_id.name,
            group=self[:1].group,
            problem=problem,
        )

    # ------------------------------------------------------------
    # ONE CONDITION
    # ------------------------------------------------------------

    def _find_problem(self):
        """Return what is wrong with a condition by itself, if anything."""
        self.ensure_one()
        metric = self._get_metrics().get(self.metric)
        if self.stage_id.code == "suspect":
            return self.env._(
                "this stage has no conditions, it is what remains when no other stage is reached."
            )
        if not metric:
            return self.env._(
                "the figure %(metric)s is not known; the app that brought it was uninstalled.",
                metric=self.metric,
            )
        return (
            self._find_window_problem(metric)
            or self._find_value_problem(metric)
            or self._find_range_problem(metric)
        )

    def _find_window_problem(self, metric):
        name = self.env._(metric.name)
        if self.months and not metric.windowed:
            return self.env._(
                "“%(figure)s” is what it is on the day, not a sum over some months; leave the"
                " months at 0.",
                figure=name,
            )
        if not 0 <= self.months <= MAX_MONTHS:
            return self.env._(
                "“%(figure)s” can look back for 1 to %(limit)s months, or for ever with 0.",
                figure=name,
                limit=MAX_MONTHS,
            )
        return None

    def _find_value_problem(self, metric):
        name = self.env._(metric.name)
        if metric.unit == "flag":
            if (self.operator, self.value) not in ((">=", 1), ("=", 0)):
                return self.env._("“%(figure)s” is either yes or no.", figure=name)
        elif metric.unit == "score" and not 1 <= self.value <= 5:
            return self.env._("“%(figure)s” lies between 1 and 5.", figure=name)
        elif metric.unit == "percent" and self.value > 100:
            return self.env._("“%(figure)s” is a share, and cannot exceed 100%%.", figure=name)
        elif self.value < 0:
            return self.env._("“%(figure)s” is never below 0.", figure=name)
        elif metric.unit in WHOLE_UNITS and not self.value.is_integer():
            return (
                self.env._("“%(figure)s” is counted in whole days.", figure=name)
                if metric.unit == "days"
                else self.env._("“%(figure)s” is counted in whole numbers.", figure=name)
            )
        return None

    def _find_range_problem(self, metric):
        condition = self._get_condition()
        holds = {condition.holds(figure) for figure in _get_figures(metric, [condition])}
        if holds == {False}:
            return self.env._(
                "“%(condition)s” is never true, so that the alternative is never reached.",
                condition=self.summary,
            )
        # Of a figure that can be unknown it asks that it is known.
        unknown = isinstance(metric, metrics.Mean) or NEVER_BOUGHT.get(metric.key) == (None,)
        if holds == {True} and not (unknown or isinstance(metric, metrics.Age)):
            return self.env._(
                "“%(condition)s” is always true; leave it out.", condition=self.summary
            )
        return None

    # ------------------------------------------------------------
    # THE CONDITIONS OF AN ALTERNATIVE
    # ------------------------------------------------------------

    def _find_group_problems(self, tolerance):
        """Return what is wrong with conditions that must hold together."""
        problems = [
            problem
            for criteria in self.grouped(lambda line: (line.metric, line.months)).values()
            if len(criteria) > 1 and (problem := criteria._find_conflict())
        ]
        code = self.stage_id.code
        conditions = [line._get_condition() for line in self]
        if code in BUYER_STAGES and not _exclude(conditions, NEVER_BOUGHT, tolerance):
            problems.append(
                self.env._(
                    "nothing asks for a purchase, but the stage is one of buyers; add for"
                    " example “Purchases: at least 1”."
                )
            )
        elif code == "long_term" and not _exclude(conditions, BOUGHT_ONCE, tolerance):
            problems.append(
                self.env._(
                    "somebody who bought only once, or goes back to that within the tolerance,"
                    " is no long-term customer; add for example “Purchases: at least 3”."
                )
            )
        return problems

    def _find_conflict(self):
        """Return what is wrong with conditions on one figure and window, if anything."""
        metric = self._get_metrics()[self[0].metric]
        conditions = [line._get_condition() for line in self]
        summaries = " / ".join(f"“{line.summary}”" for line in self)
        if len({condition.operator for condition in conditions}) < len(conditions):
            return self.env._(
                "%(conditions)s ask the same twice; keep one of them.", conditions=summaries
            )
        if not any(
            all(condition.holds(figure) for condition in conditions)
            for figure in _get_figures(metric, conditions)
        ):
            return self.env._(
                "%(conditions)s contradict each other, so that the alternative is never reached.",
                conditions=summaries,
            )
        return None


def _get_figures(metric, conditions):
    """Return figures on all sides of the conditions' values, as far as there are such."""
    lowest, highest = RANGES.get(metric.unit, (0, float("inf")))
    values = sorted(condition.value for condition in conditions)
    figures = {lowest, *values, *(value + 1 for value in values), *(value - 1 for value in values)}
    if metric.unit in WHOLE_UNITS:
        figures = {figure for figure in figures if float(figure).is_integer()}
    else:
        figures |= {(low + high) / 2 for low, high in zip(values, values[1:], strict=False)} | {
            value + step for value in values for step in (-0.001, 0.001)
        }
    if highest != float("inf"):
        figures.add(highest)
    return {figure for figure in figures if lowest <= figure <= highest}


def _exclude(conditions, figures, tolerance):
    """Tell whether one of the conditions holds for none of the figures.

    :param dict figures: what a customer's figures may be, by metric
    :param float tolerance: by which limits are eased for who is in the stage
    """
    return any(
        not any(condition.holds(figure, tolerance) for figure in figures[condition.metric])
        for condition in conditions
        if condition.metric in figures
    )
