from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_common import SurveyCase

TRIGGER_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"


@tagged("post_install", "-at_install")
class TestDefects(SurveyCase):
    """A defect of ours never keeps the host from saving answers, or deleting them."""

    def _broken(self, model, method):
        # A function, for the host takes a mock for a method that is run at every deletion.
        def fail(*_args, **_kwargs):
            raise ValueError("broken")

        return patch.object(type(self.env[model]), method, fail)

    def test_a_defect_leaves_the_answer_done(self):
        request = self._asked()
        with (
            self._broken("survey.user_input", "_mark_lifecycle_answers"),
            mute_logger(TRIGGER_LOG),
        ):
            answer = self._fill(request, 9, "2026-03-10")
        self.assertEqual(answer.state, "done")
        self._run("2026-03-11")
        self.assertEqual(request.value, 9)

    def test_a_defect_at_the_end_leaves_the_answer_done(self):
        request = self._asked()
        with (
            self._broken("crm.lifecycle.survey.mark", "_append"),
            mute_logger("odoo.addons.crm_lifecycle_survey.models.crm_lifecycle_survey_mark"),
        ):
            answer = self._fill(request, 9, "2026-03-10")
        self.assertEqual(answer.state, "done")

    def test_a_defect_leaves_lines_and_questions_to_be_changed(self):
        answer = self._answer(self._asked(), 9)
        line = answer.user_input_line_ids[0]
        question = self.nps.question_ids[0]
        with (
            self._broken("survey.user_input.line", "_mark_lifecycle_answers"),
            self._broken("survey.question", "_mark_lifecycle_answers"),
            mute_logger(TRIGGER_LOG),
        ):
            line.value_scale = 3
            copy = line.copy()
            copy.unlink()
            question.unlink()
        self.assertFalse(question.exists())

    def test_a_defect_leaves_answers_and_surveys_deleted(self):
        answer = self._answer(self._asked(), 9)
        with (
            self._broken("crm.lifecycle.survey.request", "_forget"),
            mute_logger(TRIGGER_LOG),
        ):
            answer.unlink()
            self.nps.unlink()
        self.assertFalse(answer.exists() or self.nps.exists())
