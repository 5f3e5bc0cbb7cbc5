from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine import intervals
from ..models.crm_lifecycle_repurchase import OPINIONS

# Fewer pairs have no interval.
MINIMUM_PAIRS = 4


class CrmLifecycleSatisfactionEvidence(models.TransientModel):
    """What satisfaction is worth, by the company's own data: with n and interval, or empty.

    Nothing is assumed: neither that very satisfied customers buy six times as often, nor that
    satisfaction doubles the profit.
    """

    _name = "crm.lifecycle.satisfaction.evidence"
    _description = "What Satisfaction Is Worth"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        required=True,
        default=lambda self: self.env["crm.lifecycle.period.mixin"]._get_today(),
        help="The last day that counts, with all that is known today of documents up to it.",
    )
    days = fields.Integer(related="company_id.lifecycle_return_days", string="Days")
    top_text = fields.Char(
        string="Of the Very Satisfied",
        compute="_compute_repurchase",
        help="Share that bought again, with its interval of 95 %, and n.",
    )
    satisfied_text = fields.Char(
        string="Of the Satisfied",
        compute="_compute_repurchase",
        help="Share that bought again, with its interval of 95 %, and n.",
    )
    low_text = fields.Char(
        string="Of the Dissatisfied",
        compute="_compute_repurchase",
        help="Share that bought again, with its interval of 95 %, and n.",
    )
    odds_text = fields.Char(
        string="Odds of the Very Satisfied",
        compute="_compute_repurchase",
        help="How many times their odds of buying again are those of the satisfied, with the"
        " interval of 95 %. An interval with 1 in it shows no difference.",
    )
    correlation_text = fields.Char(
        string="Correlation",
        compute="_compute_correlation",
        help="Of the change of satisfaction with the change of margin, customer by customer: 1"
        " is together, -1 opposed, 0 neither; with the interval of 95 %, and n. An interval"
        " with 0 in it shows no connection.",
    )

    def _on_day(self, model):
        """Return a model as of the day."""
        day = fields.Date.to_string(self.date) if self.date else False
        return (
            self.env[model]
            .with_company(self.company_id)
            .with_context(lifecycle_date=day, allowed_company_ids=self.company_id.ids)
        )

    @api.depends("date", "company_id")
    def _compute_repurchase(self):
        for evidence in self:
            if too_early := evidence._say_too_early():
                for name in ("top_text", "satisfied_text", "low_text", "odds_text"):
                    evidence[name] = too_early
                continue
            found = {
                opinion: (bought, customers)
                for opinion, bought, customers in evidence._on_day(
                    "crm.lifecycle.repurchase"
                )._read_group(
                    [("company_id", "=", evidence.company_id.id)],
                    ["opinion"],
                    ["bought_count:sum", "customer_count:sum"],
                )
            }
            for opinion, _name in OPINIONS:
                evidence[f"{opinion}_text"] = evidence._say_share(*found.get(opinion, (0, 0)))
            evidence.odds_text = evidence._say_odds(
                *found.get("top", (0, 0)), *found.get("satisfied", (0, 0))
            )

    def _say_too_early(self):
        """Return why a day has no figures yet; False where it has."""
        period = self.env["crm.lifecycle.period.mixin"].with_company(self.company_id)
        return (
            self.date
            and self.date > period._get_today()
            and self.env._("That day is yet to come. Choose today or a day before.")
        )

    def _get_minimum(self):
        return self.company_id.sudo().lifecycle_indicator_minimum

    def _say_too_few(self, n, minimum):
        return self.env._(
            "Too few to tell: n is %(n)s, and %(minimum)s are needed.", n=n, minimum=minimum
        )

    def _say_share(self, part, n):
        """Return a share with its interval and n, or why there is none."""
        if n < self._get_minimum():
            return self._say_too_few(n, self._get_minimum())
        lowest, highest = intervals.wilson(part, n)
        return self.env._(
            "%(share)s %% (%(lowest)s to %(highest)s %%), n = %(n)s",
            share=f"{100 * part / n:.0f}",
            lowest=f"{100 * lowest:.0f}",
            highest=f"{100 * highest:.0f}",
            n=n,
        )

    def _say_odds(self, part, n, other_part, other_n):
        """Return the odds of one beside the other's with their interval, or why not."""
        fewest, minimum = min(n, other_n), self._get_minimum()
        if fewest < minimum:
            return self._say_too_few(fewest, minimum)
        ratio, lowest, highest = intervals.odds_ratio(part, n, other_part, other_n)
        return self.env._(
            "%(ratio)s times (%(lowest)s to %(highest)s)",
            ratio=f"{ratio:.1f}",
            lowest=f"{lowest:.1f}",
            highest=f"{highest:.1f}",
        )

    @api.depends("date", "company_id")
    def _compute_correlation(self):
        for evidence in self:
            if too_early := evidence._say_too_early():
                evidence.correlation_text = too_early
                continue
            rows = evidence._on_day("crm.lifecycle.satisfaction.change").search(
                [("company_id", "=", evidence.company_id.id)]
            )
            n, minimum = len(rows), max(evidence._get_minimum(), MINIMUM_PAIRS)
            if n < minimum:
                evidence.correlation_text = evidence._say_too_few(n, minimum)
                continue
            value = intervals.correlation((row.score_change, row.margin_change) for row in rows)
            if value is None:
                evidence.correlation_text = evidence.env._(
                    "Nothing to compare: all customers changed by the same. n is %s.", n
                )
                continue
            lowest, highest = intervals.fisher(value, n)
            evidence.correlation_text = evidence.env._(
                "%(value)s (%(lowest)s to %(highest)s), n = %(n)s",
                value=f"{value:.2f}",
                lowest=f"{lowest:.2f}",
                highest=f"{highest:.2f}",
                n=n,
            )

    @api.readonly
    def action_open_repurchases(self):
        """Open the customers who did, and did not, buy again."""
        return self._open("crm_lifecycle.crm_lifecycle_repurchase_action")

    @api.readonly
    def action_open_changes(self):
        """Open the customers whose satisfaction and margin are compared."""
        return self._open("crm_lifecycle.crm_lifecycle_satisfaction_change_action")

    def _open(self, xmlid):
        self.ensure_one()
        if too_early := self._say_too_early():
            raise UserError(too_early)
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {
            **action,
            "domain": [("company_id", "=", self.company_id.id)],
            "context": {"lifecycle_date": fields.Date.to_string(self.date)},
        }
