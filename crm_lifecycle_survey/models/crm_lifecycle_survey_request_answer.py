import logging
from datetime import timedelta

from odoo import fields, models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_queue_work import CONCURRENCY_ERRORS

from ..engine.verdicts import NPS_SCALE, WORST, verdict
from .crm_lifecycle_survey_request import SAID

_logger = logging.getLogger(__name__)

# Days that a salesperson has to follow up on who is dissatisfied.
FOLLOW_UP_DAYS = 1


class CrmLifecycleSurveyRequest(models.Model):
    """Reading what was answered, and following up on those who are dissatisfied."""

    _inherit = "crm.lifecycle.survey.request"  # pylint: disable=consider-merging-classes-inherited

    def _read_answers(self):
        """Read the answers that are complete; also those that were read before, and changed."""
        dissatisfied = self.browse()
        for request in self.filtered(lambda request: request.user_input_id.state == "done"):
            vals = request._prepare_answer()
            if any(request[name] != value for name, value in vals.items()):
                request.write(vals)
            if vals["verdict"] in WORST:
                dissatisfied |= request
        dissatisfied._follow_up()

    def _prepare_answer(self):
        """Return what the answer says; an answer to something else says nothing."""
        self.ensure_one()
        answer = self.user_input_id
        end = answer.end_datetime or answer.write_date
        local = self.with_context(tz=self.env["crm.lifecycle.period.mixin"]._get_zone())
        vals = {
            "state": "blank",
            "value": 0.0,
            "verdict": False,
            "words": self._get_words(),
            "answered_at": end,
            "date_answered": fields.Datetime.context_timestamp(local, end).date(),
        }
        scale = (self.scale_min, self.scale_max)
        question = self.question_id
        fit = question and question._is_lifecycle_fit(self.kind)
        if (
            not fit
            or question._get_lifecycle_scale() != scale
            or (self.kind == "nps" and scale != NPS_SCALE)
        ):
            return {**vals, "reason": "changed"}
        value = self._get_value()
        if value is None:
            return {**vals, "reason": "skipped"}
        if not scale[0] <= value <= scale[1]:
            return {**vals, "reason": "changed"}
        limits = (self.round_id.low_limit, self.round_id.top_limit)
        return {
            **vals,
            "state": "answered",
            "reason": False,
            "value": value,
            "verdict": verdict(self.kind, value, *scale, limits),
        }

    def _get_value(self):
        """Return the value of the question that counts, None where it was skipped."""
        wanted = {"scale": "scale", "simple_choice": "suggestion"}[self.question_id.question_type]
        line = self.user_input_id.user_input_line_ids.filtered(
            lambda line: (
                line.question_id == self.question_id
                and not line.skipped
                and line.answer_type == wanted
            )
        )[:1]
        if not line:
            return None
        # The scores of the choices and not of the line: the host may score by time as well.
        return line.value_scale if wanted == "scale" else line.suggested_answer_id.answer_score

    def _get_words(self):
        """Return what was written, but for what tells who it is."""
        lines = self.user_input_id.user_input_line_ids.filtered(
            lambda line: (
                line.answer_type in ("text_box", "char_box")
                and not line.question_id.save_as_email
                and not line.question_id.save_as_nickname
            )
        )
        texts = (line.value_text_box or line.value_char_box for line in lines)
        return "\n".join(text for text in texts if text) or False

    # ------------------------------------------------------------
    # FOLLOW-UP
    # ------------------------------------------------------------

    def _follow_up(self):
        """Plan a call with each who is dissatisfied, once; nothing of it keeps an answer from
        being read, nor others from being called. Where none can be planned, the job tries again,
        see ``engine.requests.unfollowed``.
        """
        wanted = self.filtered(
            lambda request: (
                not request.date_followed
                and request.round_id.follow_up
                and request._get_follow_up_user()
            )
        )
        if not wanted:
            return
        try:
            with self.env.cr.savepoint():
                wanted._plan_calls()
                self.env.flush_all()
        except CONCURRENCY_ERRORS:
            raise
        except Exception:  # noqa: BLE001 the answers count all the same
            self.env.invalidate_all()
            if len(wanted) == 1:
                _logger.exception("Survey request %s: no follow-up could be planned", wanted.id)
                return
            for request in wanted:
                request._follow_up()

    def _plan_calls(self):
        """Plan the calls, with as many queries for many as for one."""
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        kind = self.env.ref("mail.mail_activity_data_call")
        model = self.env["ir.model"]._get("res.partner")
        by_user = self.grouped(lambda request: request._get_follow_up_user())
        for user, requests in by_user.items():
            told = requests.with_context(
                lang=user.lang or requests.company_id.partner_id.lang,
                mail_activity_quick_update=True,
            )
            activities = told.env["mail.activity"].create(
                [
                    {
                        "res_model_id": model.id,
                        "res_id": request.partner_id.id,
                        "activity_type_id": kind.id,
                        "date_deadline": today + timedelta(days=FOLLOW_UP_DAYS),
                        # What they wrote stays with the answer, to be deleted with it.
                        "summary": told.env._(
                            "Dissatisfied in a survey: %s", request.partner_id.display_name
                        ),
                        "user_id": user.id,
                        "automated": True,
                    }
                    for request in told
                ]
            )
            for request, activity in zip(requests, activities, strict=True):
                request.write({"activity_id": activity.id, "date_followed": today})

    def _get_follow_up_user(self):
        """Return who follows up: the salesperson, or who is responsible for the round."""
        users = self.partner_id.user_id, self.round_id.user_id
        return next(
            (
                user
                for user in users
                if user.active and not user.share and self.company_id in user.company_ids
            ),
            self.env["res.users"],
        )

    # ------------------------------------------------------------
    # DELETION
    # ------------------------------------------------------------

    def _forget(self):
        """Forget what was said in an answer that is deleted, or cannot be given any more."""
        for request in self:
            vals = dict.fromkeys(SAID, False)
            if request.state != "failed":
                vals.update(state="withdrawn", reason="deleted")
            request.write({**vals, "user_input_id": False})
