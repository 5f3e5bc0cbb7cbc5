from collections import Counter

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.access import AMOUNT_GROUPS

from ..engine.verdicts import VERDICTS, nps, verdict_sql

ASKED = ("asked", "answered", "blank", "unanswered")


class CrmLifecycleSurveyRound(models.Model):
    """What came of a round: how many answered, and what; empty where too few did.

    For those who see everybody's customers: of a part of them it would be another figure.
    """

    _inherit = "crm.lifecycle.survey.round"  # pylint: disable=consider-merging-classes-inherited

    due_count = fields.Integer(
        string="To Ask",
        compute="_compute_figures",
        groups=AMOUNT_GROUPS,
        help="Requests that wait, also those of one customer: most of these are left out once the"
        " first is sent.",
    )
    askable_count = fields.Integer(
        string="Customers to Ask Now",
        compute="_compute_askable_count",
        compute_sudo=True,
        groups=AMOUNT_GROUPS,
        help="Customers whose day has come, and whom nothing speaks against asking today.",
    )
    asked_count = fields.Integer(string="Asked", compute="_compute_figures", groups=AMOUNT_GROUPS)
    answered_count = fields.Integer(
        string="Answered",
        compute="_compute_figures",
        groups=AMOUNT_GROUPS,
        help="How many answered the question that counts: n of the figures.",
    )
    answered_text = fields.Char(
        string="Response Rate", compute="_compute_figures", groups=AMOUNT_GROUPS
    )
    result_text = fields.Char(
        string="Result",
        compute="_compute_figures",
        groups=AMOUNT_GROUPS,
        help="NPS: the share of promoters less that of detractors, -100 to +100. CSAT: the share"
        " of very satisfied answers, and of all that are not dissatisfied.",
    )

    @api.depends("request_ids.state", "request_ids.verdict", "kind", "company_id")
    @api.depends_context("lang")
    def _compute_figures(self):
        counts = {}
        for survey_round, state, verdict, count in self.env[
            "crm.lifecycle.survey.request"
        ]._read_group(
            [("round_id", "in", self.ids)], ["round_id", "state", "verdict"], ["__count"]
        ):
            mine = counts.setdefault(survey_round.id, Counter())
            mine[state] += count
            mine[verdict] += count
        for survey_round in self:
            mine = counts.get(survey_round._origin.id, Counter())
            asked = sum(mine[state] for state in ASKED)
            survey_round.due_count = mine["due"]
            survey_round.asked_count = asked
            survey_round.answered_count = mine["answered"]
            survey_round.answered_text = f"{100 * mine['answered'] / asked:.0f}%" if asked else "–"
            survey_round.result_text = survey_round._say_result(mine)

    @api.depends("request_ids.state", "request_ids.date_due", "request_ids.date_retry", "gap_days")
    def _compute_askable_count(self):
        for survey_round in self:
            here = survey_round.with_company(survey_round.company_id)
            waiting = here.env["crm.lifecycle.survey.request"].search(
                Domain("round_id", "in", here.ids) & Domain("state", "=", "due")
            )
            survey_round.askable_count = len(waiting._get_askable().partner_id)

    def _say_result(self, counts):
        n = counts["answered"]
        if not n:
            return "–"
        minimum = self.company_id.sudo().lifecycle_indicator_minimum
        if n < minimum:
            return self.env._(
                "Too few answers: %(n)s, and %(minimum)s are needed", n=n, minimum=minimum
            )
        best, middle, worst = (counts[name] for name in VERDICTS[self.kind])
        if self.kind == "nps":
            return self.env._("NPS %(nps)s (n = %(n)s)", nps=f"{nps(best, worst, n):+d}", n=n)
        return self.env._(
            "Very satisfied %(top)s%%, satisfied in all %(satisfied)s%% (n = %(n)s)",
            top=f"{100 * best / n:.0f}",
            satisfied=f"{100 * (best + middle) / n:.0f}",
            n=n,
        )

    def _restate_verdicts(self):
        """Judge the answers anew by other limits, with one query."""
        requests = self.env["crm.lifecycle.survey.request"]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_lifecycle_survey_request request
                      SET verdict = %s
                     FROM crm_lifecycle_survey_round round
                    WHERE round.id = request.round_id AND round.id = ANY(%s)
                      AND request.state = 'answered'""",
                verdict_sql("request", SQL("round.low_limit"), SQL("round.top_limit")),
                self.ids,
            )
        )
        requests.invalidate_model(["verdict"])

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_requests(self):
        """Open whom the round asked, and what they said."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Asked: %s", self.name),
            "res_model": "crm.lifecycle.survey.request",
            "views": [(False, "list"), (False, "form"), (False, "graph"), (False, "pivot")],
            "domain": [("round_id", "=", self.id)],
        }

    @api.readonly
    def action_open_answers(self):
        """Open the answers as the host keeps them, of all questions."""
        self.ensure_one()
        self.env["survey.user_input"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answers: %s", self.name),
            "res_model": "survey.user_input",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("lifecycle_request_ids.round_id", "=", self.id),
                ("state", "=", "done"),
            ],
        }
