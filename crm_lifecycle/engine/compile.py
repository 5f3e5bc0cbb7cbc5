"""Rule sets as SQL: which figures are needed, and what stage they make.

Companies whose policies say the same share one compiled rule set, so that one
statement serves all companies, and a draft beside the rules in force.
"""

from functools import cached_property

from odoo.tools import SQL

from . import loyalty, rules
from .decisions import STATUS_FACTS
from .figures import RELATIONSHIP_FACTS
from .metrics import METRICS, LoyaltyIndex, sum_name

_RULESET = SQL("figure.ruleset")


class Program:
    """The rule sets of all companies, each distinct one under a number.

    :param dict policies: ``{company id: (policy id or None, RuleSet)}``; companies that
        are left out go by the default
    :param dict metrics: the registry, with what bridges add
    """

    def __init__(self, policies, metrics=None):
        self.policies = policies
        self.metrics = METRICS if metrics is None else metrics
        self.rulesets = list(
            dict.fromkeys([rules.DEFAULT, *(ruleset for _id, ruleset in policies.values())])
        )
        self.columns = {"purchases_0": ("purchases", 0), "loyalty_0": ("loyalty", 0)}
        for ruleset in self.rulesets:
            self.columns.update(ruleset.columns)
        self.bases = {ruleset.basis for ruleset in self.rulesets}
        self.is_sticky = any(ruleset.sticky for ruleset in self.rulesets)

    @property
    def facts(self):
        """Facts that the rules ask for."""
        return {
            fact for metric, _months in self.columns.values() for fact in self.metrics[metric].facts
        }

    @property
    def stage_facts(self):
        """Facts that decide on stages and status; the index asks for more of the same documents."""
        return {
            "override",
            *STATUS_FACTS,
            *RELATIONSHIP_FACTS,
            *(
                fact
                for ruleset in self.rulesets
                for rule in ruleset.stages
                for group in rule.groups
                for condition in group
                for fact in self.metrics[condition.metric].facts
            ),
        }

    @cached_property
    def accumulations(self):
        """``[(name of the running sum, column, metric, SELECT of its changes)]``."""
        return [
            (sum_name(column, suffix), column, self.metrics[key], select)
            for column, (key, months) in self.columns.items()
            for suffix, select in self.metrics[key].accumulations(months).items()
        ]

    def windows(self, fact):
        """Return the windows, in months, that are asked for over a fact."""
        return sorted(
            {
                months
                for metric, months in self.columns.values()
                if fact in self.metrics[metric].facts
            }
        )

    # ------------------------------------------------------------
    # RELATIONS
    # ------------------------------------------------------------

    def rule_cte(self):
        """Return the CTEs ``rule``, a row per rule set, and ``company_rule``."""
        rows = SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                number,
                ruleset.basis,
                ruleset.minimum_stay,
                ruleset.status.company_interval,
                ruleset.status.company_spread,
                ruleset.status.minimum_gaps,
                ruleset.status.minimum_spread,
                ruleset.status.at_risk_spreads,
                ruleset.status.lapsed_spreads,
                ruleset.status.won_back_days,
                ruleset.status.won_back_purchases,
            )
            for number, ruleset in enumerate(self.rulesets)
        )
        companies = SQL(", ").join(
            SQL("(%s, %s, %s)", company_id, policy_id, self.rulesets.index(ruleset))
            for company_id, (policy_id, ruleset) in sorted(self.policies.items())
        )
        return SQL(
            """rule(ruleset, basis, minimum_stay, company_interval, company_spread,
                    minimum_gaps, minimum_spread, at_risk_spreads, lapsed_spreads,
                    won_back_days, won_back_purchases) AS (VALUES %s),
               company_rule(company_id, policy_id, ruleset) AS (VALUES (0, NULL::int, 0)%s)""",
            rows,
            SQL(", %s", companies) if self.policies else SQL(),
        )

    def fact_place_cte(self):
        """Return the CTE ``fact_place``: how much a fact's documents say of a stage."""
        rows = []
        for number, ruleset in enumerate(self.rulesets):
            for rule in ruleset.stages:
                facts = dict.fromkeys(
                    fact
                    for group in rule.groups
                    for condition in group
                    for fact in self.metrics[condition.metric].facts
                )
                # What makes a stage special comes before what every buyer has.
                ordered = sorted(facts, key=lambda fact: fact == "purchase")
                rows += [
                    SQL("(%s, %s, %s, %s)", number, rules.RANK[rule.code], fact, place)
                    for place, fact in enumerate(ordered)
                ]
            rows += [
                SQL("(%s, 1, %s, %s)", number, fact, place)
                for place, fact in enumerate(RELATIONSHIP_FACTS)
            ]
        return SQL("fact_place(ruleset, rank, fact, place) AS (VALUES %s)", SQL(", ").join(rows))

    # ------------------------------------------------------------
    # EXPRESSIONS over the CTE ``figure``
    # ------------------------------------------------------------

    def _condition(self, condition, tolerance=0.0):
        return SQL(
            "%s %s %s",
            SQL.identifier("figure", condition.column),
            SQL(condition.operator),
            condition.limit(tolerance),
        )

    def _stage_holds(self, rule, tolerance=0.0):
        return SQL(" OR ").join(
            SQL(
                "(%s)",
                SQL(" AND ").join(self._condition(condition, tolerance) for condition in group),
            )
            for group in rule.groups
        )

    def figure_values(self):
        """Return ``{column: SQL}`` of the figures, from a row of running sums."""
        return {
            column: self._loyalty()
            if isinstance(self.metrics[key], LoyaltyIndex)
            else self.metrics[key].value(column)
            for column, (key, _months) in self.columns.items()
        }

    def _loyalty(self):
        """Return the loyalty index by the weights of the customer's rule set."""

        def value(column):
            return SQL("(%s)::float8", self.metrics[self.columns[column][0]].value(column))

        return self._by_ruleset(
            lambda ruleset: loyalty.index_sql(ruleset.loyalty, value), SQL("ruleset")
        )

    def _by_ruleset(self, expression, number_of=_RULESET):
        """Return what ``expression`` gives for the customer's rule set."""
        return SQL(
            "CASE %s %s END",
            number_of,
            SQL(" ").join(
                SQL("WHEN %s THEN %s", number, expression(ruleset))
                for number, ruleset in enumerate(self.rulesets)
            ),
        )

    def stage_rank(self):
        """Return the rank of the highest stage whose conditions hold."""

        def rank(ruleset):
            return (
                SQL(
                    "CASE %s ELSE 1 END",
                    SQL(" ").join(
                        SQL("WHEN %s THEN %s", self._stage_holds(rule), rules.RANK[rule.code])
                        for rule in ruleset.stages
                    ),
                )
                if ruleset.stages
                else SQL("1")
            )

        return self._by_ruleset(rank)

    def stage_mask(self, eased):
        """Return the stages whose conditions hold, as bits 2 to the power of the rank.

        :param bool eased: with the tolerance for who is in the stage already
        """

        def mask(ruleset):
            tolerance = ruleset.tolerance if eased else 0.0
            return SQL(" + ").join(
                [
                    SQL("0"),
                    *(
                        SQL(
                            "CASE WHEN %s THEN %s ELSE 0 END",
                            self._stage_holds(rule, tolerance),
                            2 ** rules.RANK[rule.code],
                        )
                        for rule in ruleset.stages
                    ),
                ]
            )

        return self._by_ruleset(mask)

    def figures_json(self, current=False):
        """Return the figures that the customer's rules use, as JSON.

        :param bool current: write the date from which it counts where a figure grows by
            the day, so that a quiet customer's row stays as it is
        """

        def build(ruleset):
            pairs = []
            for column, (metric, _months) in sorted(ruleset.columns.items()):
                clock = current and self.metrics[metric].clock()
                pairs.append(SQL("%s, %s", column, SQL.identifier("figure", clock or column)))
            return SQL("jsonb_build_object(%s)", SQL(", ").join(pairs))

        return self._by_ruleset(build)

    def ticks(self):
        """Return SELECTs of the days on which a figure that grows by the day turns."""
        for number, ruleset in enumerate(self.rulesets):
            for condition in ruleset.conditions:
                starts = self.metrics[condition.metric].clock_starts()
                if not starts:
                    continue
                days = condition.turning_days() | condition.turning_days(ruleset.tolerance)
                yield SQL(
                    """SELECT start.company_id, start.partner_id, start.date + tick.days AS date
                         FROM (%s) start
                         JOIN company ON company.id = start.company_id AND company.ruleset = %s
                   CROSS JOIN UNNEST(%s::int[]) tick(days)""",
                    starts,
                    number,
                    sorted(days),
                )
