from datetime import datetime, time, timedelta
from itertools import cycle

from odoo import api, fields, models

MONTHS = timedelta(days=150)
# What people said in turn, NPS of 10; None: they did not answer.
SAN_FRANCISCO = (
    (9, "The chairs came when they were promised."),
    (7, None),
    None,
    (10, "You called back the same day."),
    (4, "Nobody could tell me who is in charge of my order."),
    (9, None),
    None,
    (8, "Good desks, but the fitters came a week late."),
    (10, "We told our landlord about you."),
    (9, "Honest about what would not fit."),
    (7, "Fine, only the portal is slow."),
    None,
    (10, None),
    (3, "The invoice was wrong twice."),
    (9, "The fitters cleaned up after themselves."),
    None,
    (8, None),
)
# CSAT of 5.
SHANGHAI = (
    (5, "安装师傅很专业。"),
    (4, None),
    (2, "椅子的颜色和样品不一样，换货等了三个星期。"),
    None,
    (5, None),
    (4, "沟通顺畅，送货晚了两天。"),
    (5, "售后回复很快。"),
    (3, "发票开得太慢。"),
)


class CrmLifecycleDemo(models.AbstractModel):
    """What customers were asked after their purchases of the last months, and said."""

    _inherit = "crm.lifecycle.demo"

    @api.model
    def _build_surveys(self):
        """Have demo rounds ask and read, as if their jobs had run all the time."""
        for name, said in (("purchase", SAN_FRANCISCO), ("shanghai", SHANGHAI)):
            survey_round = self.env.ref(f"crm_lifecycle_survey.crm_lifecycle_survey_round_{name}")
            self.with_company(survey_round.company_id)._build_round(survey_round, said)

    @api.model
    def _build_round(self, survey_round, said):
        today = survey_round._get_today()
        survey_round.date_start = today - MONTHS
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", survey_round.company_id.id),
                ("state", "=", "sale"),
                ("date_order", ">=", survey_round.date_start),
                ("date_order", "<", today - timedelta(days=survey_round.delay_days + 1)),
            ],
            order="date_order, id",
        )
        last_asked, answers = {}, cycle(said)
        for order in orders:
            asked_on = order.date_order.date() + timedelta(days=survey_round.delay_days)
            customer = order.partner_id.commercial_partner_id
            request = self._create_request(survey_round, order, asked_on)
            if customer in last_asked and asked_on < last_asked[customer] + timedelta(
                days=survey_round.gap_days
            ):
                request.write({"state": "withdrawn", "reason": "lately"})
                continue
            last_asked[customer] = asked_on
            self._ask(request, asked_on, today, next(answers))

    @api.model
    def _create_request(self, survey_round, order, day):
        return self.env["crm.lifecycle.survey.request"].create(
            {
                "round_id": survey_round.id,
                "person_id": order.partner_id.id,
                "res_model": order._name,
                "res_id": order.id,
                "date_event": order.date_order.date(),
                "date_due": day,
            }
        )

    @api.model
    def _ask(self, request, asked_on, today, answer):
        """Note that somebody was asked on a day, and answered two days later, if at all."""
        survey_round = request.round_id
        deadline = asked_on + timedelta(days=survey_round.answer_days)
        scale_min, scale_max = survey_round.question_id._get_lifecycle_scale()
        answered_on = asked_on + timedelta(days=2)
        given = self.env["survey.user_input"]
        if answer and answered_on < today:
            given = self._fill_in(request, answered_on, *answer)
        request.write(
            {
                "state": "unanswered" if deadline < today else "asked",
                "date_asked": asked_on,
                "date_deadline": deadline,
                "question_id": survey_round.question_id.id,
                "user_input_id": given.id,
                "scale_min": scale_min,
                "scale_max": scale_max,
            }
        )
        request._read_answers()

    @api.model
    def _fill_in(self, request, day, value, words):
        """Answer a survey as the customer did on a day."""
        survey_round = request.round_id
        survey = survey_round.survey_id
        moment = datetime.combine(day, time(15))
        answer = survey._create_lifecycle_answers(request.person_id, False)[request.person_id]
        answer._save_lines(survey_round.question_id, str(value))
        reason = survey.question_ids.filtered(lambda question: question.question_type == "text_box")
        if words:
            answer._save_lines(reason[:1], words)
        answer.write(
            {
                "state": "done",
                "start_datetime": fields.Datetime.to_string(moment),
                "end_datetime": fields.Datetime.to_string(moment),
            }
        )
        return answer
