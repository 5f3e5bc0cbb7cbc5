from odoo import api, models
from odoo.tools import format_amount, format_date

from ..access import AMOUNT_GROUPS
from ..engine import explanation

_DIGITS = {"percent": 0, "score": 1}


class CrmLifecycleExplanation(models.AbstractModel):
    """Says in words what the rules have decided, from the criteria that decide.

    The one place for these words: form, list, lead, preview and history show the same.
    Amounts are left out for who may not see them.
    """

    _name = "crm.lifecycle.explanation"
    _description = "Customer Lifecycle Explanation"

    @api.model
    def _explain_stage(self, ruleset, metrics, stage, figures, day, lapses, company):
        """Return the explanation of a stage by the rules, as a dictionary for screens.

        :return: ``met`` and ``wanted``, the conditions of the stage and of the next one,
            each a list of ``{text, limit, holds, metric, months}``; ``next_stage``, the
            next stage's code; ``kept`` and ``next``, sentences
        """
        found = explanation.explain(ruleset, metrics, stage, figures, day, lapses)
        names = {
            code: record.name for code, record in self.env["crm.lifecycle.stage"]._by_code().items()
        }
        return {
            "stage": stage,
            "met": [self._say_finding(finding, metrics, company) for finding in found.met],
            "wanted": [self._say_finding(finding, metrics, company) for finding in found.wanted],
            "kept": self._say_kept(found.kept, ruleset, names[stage]),
            "next_stage": found.next_stage,
            "next": self._say_next(found, metrics, names, company),
        }

    @api.model
    def _say_kept(self, kept, ruleset, stage_name):
        if kept == explanation.TOLERANCE:
            return self.env._(
                "%(stage)s is kept with a tolerance of %(percent)s%%.",
                stage=stage_name,
                percent=round(ruleset.tolerance * 100, 1),
            )
        if kept == explanation.MINIMUM_STAY:
            return self.env._(
                "%(stage)s is kept for at least %(days)s days.",
                stage=stage_name,
                days=ruleset.minimum_stay,
            )
        return ""

    @api.model
    def _say_next(self, found, metrics, names, company):
        """Say what is missing for the next stage, and until when it counts."""
        if not found.next_stage:
            return ""
        ways = [
            self.env._(" and ").join(
                self._say_missing(finding, metrics, company) for finding in missing
            )
            for missing in found.missing
        ]
        terms = {
            "stage": names[found.next_stage],
            "missing": self.env._(" or ").join(ways),
            "date": found.deadline and format_date(self.env, found.deadline, date_format="long"),
        }
        if found.deadline:
            return self.env._("For %(stage)s: %(missing)s before %(date)s", **terms)
        return self.env._("For %(stage)s: %(missing)s", **terms)

    @api.model
    def _say_finding(self, finding, metrics, company):
        """Say a condition with its figure: "purchases: 2", "at least 3"."""
        condition = finding.condition
        metric = metrics[condition.metric]
        value = self._say_value(metric, finding.value, company)
        text = self.env._("unknown") if finding.value is None else value
        text = str(metric.figure) % {"value": text}
        if condition.months:
            text = self.env._(
                "%(figure)s in the last %(months)s months", figure=text, months=condition.months
            )
        return {
            "text": text,
            "limit": self._say_limit(condition, metric, company),
            "holds": finding.holds,
            "metric": condition.metric,
            "months": condition.months,
        }

    @api.model
    def _say_limit(self, condition, metric, company):
        value = self._say_value(metric, condition.value, company)
        if metric.unit == "flag":
            return ""
        return {
            ">=": self.env._("at least %s", value),
            ">": self.env._("more than %s", value),
            "=": self.env._("exactly %s", value),
            "<=": self.env._("at most %s", value),
            "<": self.env._("less than %s", value),
        }[condition.operator]

    @api.model
    def _say_missing(self, finding, metrics, company):
        """Say what it takes to meet a condition: "1 more purchase"."""
        metric = metrics[finding.condition.metric]
        if finding.due:
            return self.env._(
                "%(figure)s, reached on %(date)s",
                figure=str(metric.more)
                % {"gap": self._say_value(metric, abs(finding.gap), company)},
                date=format_date(self.env, finding.due, date_format="long"),
            )
        if finding.gap == 1 and metric.one_more:
            return str(metric.one_more)
        sentence = metric.more if finding.gap > 0 else metric.less
        return str(sentence) % {"gap": self._say_value(metric, abs(finding.gap), company)}

    @api.model
    def _say_value(self, metric, value, company):
        if value is None:
            return ""
        if metric.unit == "amount":
            if not self.env.user.has_groups(AMOUNT_GROUPS):
                return self.env._("(amount)")
            return format_amount(self.env, value, company.currency_id)
        if metric.unit == "flag":
            return self.env._("yes") if value else self.env._("no")
        number = f"{value:.{_DIGITS.get(metric.unit, 0)}f}"
        if metric.unit == "days":
            return self.env._("1 day") if number == "1" else self.env._("%s days", number)
        if metric.unit == "percent":
            return f"{number}%"
        return number
