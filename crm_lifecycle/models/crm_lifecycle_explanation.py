from odoo import api, models
from odoo.tools import format_amount, format_date

from ..access import AMOUNT_GROUPS
from ..engine import explanation


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
        value = self.env._("unknown")
        if finding.value is not None:
            value = self._say_value(metric, finding.value, company)
        figure = self._fill(metric.figure, value=value)
        text = self._say_window(figure, condition.months)
        return {
            "text": text,
            "limit": self._say_limit(condition, metric, company),
            "holds": finding.holds,
            "metric": condition.metric,
            "months": condition.months,
        }

    @api.model
    def _say_window(self, figure, months):
        """Say how far back a figure looks."""
        if months == 1:
            return self.env._("%(figure)s in the last month", figure=figure)
        if months:
            return self.env._(
                "%(figure)s in the last %(months)s months", figure=figure, months=months
            )
        return figure

    @api.model
    def _say_limit(self, condition, metric, company):
        """Say what a condition asks for: "at least 3". A limit tells nothing of anybody."""
        value = self._say_value(metric, condition.value, company, is_limit=True)
        if metric.unit == "flag":
            return value
        return {
            ">=": lambda: self.env._("at least %(value)s", value=value),
            ">": lambda: self.env._("more than %(value)s", value=value),
            "=": lambda: self.env._("exactly %(value)s", value=value),
            "<=": lambda: self.env._("at most %(value)s", value=value),
            "<": lambda: self.env._("less than %(value)s", value=value),
        }[condition.operator]()

    @api.model
    def _say_missing(self, finding, metrics, company):
        """Say what it takes to meet a condition: "1 more purchase"."""
        metric = metrics[finding.condition.metric]
        if finding.value is None:
            # There is nothing to be more or less than.
            return self.env._(
                "%(figure)s: %(comparison)s",
                figure=self.env._(metric.name),
                comparison=self._say_limit(finding.condition, metric, company),
            )
        if finding.due:
            return self.env._(
                "%(figure)s, reached on %(date)s",
                figure=self._fill(
                    metric.more, gap=self._say_value(metric, abs(finding.gap), company)
                ),
                date=format_date(self.env, finding.due, date_format="long"),
            )
        if finding.gap == 1 and metric.one_more:
            return self.env._(metric.one_more)
        sentence = metric.more if finding.gap > 0 else metric.less
        return self._fill(sentence, gap=self._say_value(metric, abs(finding.gap), company))

    @api.model
    def _fill(self, sentence, **values):
        """Return one of a metric's sentences in the user's language, with its values."""
        translated = self.env._(sentence)
        return translated % values

    @api.model
    def _say_value(self, metric, value, company, is_limit=False):
        """Return a figure with its unit; amounts only for who may see them."""
        if metric.unit == "amount":
            if not is_limit and not self.env.user.has_groups(AMOUNT_GROUPS):
                return self.env._("(amount)")
            return format_amount(self.env, value, company.currency_id)
        if metric.unit == "flag":
            return self.env._("yes") if value else self.env._("no")
        number = f"{round(value, 2):.12g}"
        if metric.unit == "days":
            return self.env._("1 day") if value == 1 else self.env._("%(days)s days", days=number)
        return f"{number}%" if metric.unit in ("percent", "rate") else number
