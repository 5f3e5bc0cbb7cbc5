from odoo import models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first

from ..engine.verdicts import NPS_SCALE


class SurveyQuestion(models.Model):
    """A question that counts in a round."""

    _inherit = "survey.question"

    def _get_lifecycle_scale(self):
        """Return the ends of the scale that is asked on, None where there is none."""
        self.ensure_one()
        if self.question_type == "scale":
            return (self.scale_min, self.scale_max)
        if self.question_type == "simple_choice":
            scores = set(self.suggested_answer_ids.mapped("answer_score"))
            if len(scores) > 1:
                return (min(scores), max(scores))
        return None

    def _get_lifecycle_obstacle(self, kind):
        """Return why the question does not count for a kind of round, False if it does."""
        self.ensure_one()
        if self.triggering_answer_ids:
            return self.env._(
                "The question depends on other answers, so that not everybody is asked."
            )
        scale = self._get_lifecycle_scale()
        if kind == "nps" and (self.question_type != "scale" or scale != NPS_SCALE):
            return self.env._("NPS is asked on a scale of 0 to 10. Choose such a question.")
        if not scale:
            return self.env._("Choose a scale, or a choice of one answer with different scores.")
        return False

    def _is_lifecycle_fit(self, kind):
        return not self._get_lifecycle_obstacle(kind)

    def unlink(self):
        """Have answers read again that have lost the question that counts."""
        with host_first(self, "answers"):
            self._mark_lifecycle_answers()
        return super().unlink()

    def _mark_lifecycle_answers(self):
        requests = self.env["crm.lifecycle.survey.request"].sudo()
        answers = requests.search(
            [("question_id", "in", self.ids), ("user_input_id", "!=", False)]
        ).user_input_id
        self.env["crm.lifecycle.survey.mark"]._mark(answers.ids)
