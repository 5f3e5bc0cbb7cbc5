from odoo import Command
from odoo.tests import tagged

from .survey_point_common import SurveyPointCase


@tagged("post_install", "-at_install")
class TestSurveyPointsEmpty(SurveyPointCase):
    """Who sends a survey in without a word has answered nothing."""

    def _add_question(self, **vals):
        self.nps.question_and_page_ids = [Command.create({"sequence": 3, **vals})]
        return self.nps.question_ids.sorted("sequence")[2]

    def test_nothing_was_answered(self):
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        self._answer(request, None, "2026-02-10")
        self.assertEqual((request.state, request.reason), ("blank", "skipped"))
        self._run_job()
        self.assertFalse(self._card(self.contact))

    def test_what_the_survey_knew_beforehand(self):
        self._add_question(title="Where?", question_type="char_box", save_as_email=True)
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        self._answer(request, None, "2026-02-10")
        self.assertIn(
            "bo@ada.example", request.user_input_id.user_input_line_ids.mapped("value_char_box")
        )
        self._run_job()
        self.assertFalse(self._card(self.contact))

    def test_words_are_an_answer(self):
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        self._answer(request, None, "2026-02-10", words="Come earlier")
        self.assertEqual(request.state, "blank")
        self._run_job()
        self.assertEqual(self._card(self.contact).points, 5.0)

    def test_another_question_is_an_answer(self):
        question = self._add_question(
            title="Which?",
            question_type="simple_choice",
            suggested_answer_ids=[Command.create({"value": "Chairs"})],
        )
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        answer = self._answer(request, None, "2026-02-10")
        answer._save_lines(question, str(question.suggested_answer_ids.id))
        self._run_job()
        self.assertEqual(self._card(self.contact).points, 5.0)

    def test_the_question_was_changed_meanwhile(self):
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        self.nps.question_ids.sorted("sequence")[0].scale_max = 9
        self._answer(request, 9, "2026-02-10")
        self.assertEqual((request.state, request.reason), ("blank", "changed"))
        self._run_job()
        self.assertEqual(self._card(self.contact).points, 5.0)

    def test_the_question_was_deleted_since(self):
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        self._answer(request, 9, "2026-02-10")
        self._run_job()
        self.nps.question_ids.sorted("sequence")[0].unlink()
        self.env.cr.flush()
        self._read("2026-02-11")
        self.assertEqual((request.state, request.reason), ("blank", "changed"))
        self._run_job()
        self.assertEqual(self._card(self.contact).points, 5.0)
