from odoo import Command, fields
from odoo.tests import tagged

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestAnswers(SurveyCase):
    """What was answered is read once it is complete, and tells what it tells."""

    def test_a_promoter(self):
        request = self._asked()
        self._fill(request, 9, "2026-03-10", words="All is well")
        self.assertEqual(request.state, "asked")
        self._read("2026-03-10")
        self.assertRecordValues(
            request,
            [
                {
                    "state": "answered",
                    "reason": False,
                    "value": 9,
                    "verdict": "promoter",
                    "words": "All is well",
                    "date_answered": fields.Date.to_date("2026-03-10"),
                }
            ],
        )
        self.assertFalse(self.marks.search([]))

    def test_nobody_is_marked_but_those_of_rounds(self):
        answer = self.nps._create_answer(partner=self.contact, check_attempts=False)
        answer._mark_done()
        self.env.cr.flush()
        self.assertFalse(self.marks.search([]))

    def test_an_answer_of_nought(self):
        request = self._asked()
        self._answer(request, 0)
        self.assertEqual((request.state, request.verdict), ("answered", "detractor"))

    def test_a_skipped_question(self):
        request = self._asked()
        self._answer(request, None, words="No number for you")
        self.assertEqual((request.state, request.reason), ("blank", "skipped"))
        self.assertEqual(request.words, "No number for you")
        self.assertFalse(request.verdict)

    def test_a_choice_with_scores(self):
        survey = self.env["survey.survey"].create(
            {
                "title": "Choice",
                "survey_type": "survey",
                "question_and_page_ids": [
                    Command.create(
                        {
                            "title": "How?",
                            "question_type": "simple_choice",
                            "suggested_answer_ids": [
                                Command.create({"value": name, "answer_score": score})
                                for name, score in (("Bad", 1), ("Fine", 2), ("Great", 3))
                            ],
                        }
                    ),
                    Command.create({"title": "Why?", "question_type": "text_box"}),
                ],
            }
        )
        self.round.active = False
        self._create_round("csat", "purchase", survey_id=survey.id)
        request = self._asked()
        self.assertEqual((request.scale_min, request.scale_max), (1, 3))
        great = survey.question_ids.suggested_answer_ids[-1]
        self._answer(request, great.id)
        self.assertEqual((request.value, request.verdict), (3, "very_satisfied"))

    def test_a_question_with_another_scale_says_nothing(self):
        request = self._asked()
        self._fill(request, 5, "2026-03-10")
        self.nps.question_ids[0].write({"scale_min": 1, "scale_max": 5})
        self._read("2026-03-10")
        self.assertEqual((request.state, request.reason), ("blank", "changed"))
        self.assertFalse(request.verdict)

    def test_a_question_of_another_type_says_nothing(self):
        request = self._asked()
        self._fill(request, 9, "2026-03-10")
        self.nps.question_ids[0].question_type = "numerical_box"
        self._read("2026-03-10")
        self.assertEqual((request.state, request.reason), ("blank", "changed"))

    def test_a_question_that_is_not_fit_any_more_is_not_sent(self):
        self._buy_on("2026-03-02")
        self.nps.question_ids[0].scale_max = 5
        self.assertEqual(self._run("2026-03-09").state, "due")
        self.assertIn("0 to 10", self.round.obstacle)

    def test_a_question_that_is_deleted(self):
        request = self._asked()
        self._answer(request, 9)
        self.nps.question_ids[0].unlink()
        self.env.cr.flush()
        self._read("2026-03-11")
        self.assertEqual((request.state, request.reason, request.value), ("blank", "changed", 0))

    def test_an_answer_that_is_corrected(self):
        request = self._asked()
        answer = self._answer(request, 9)
        answer.user_input_line_ids.filtered("value_scale").value_scale = 3
        self.env.cr.flush()
        self._read("2026-03-12")
        self.assertEqual((request.value, request.verdict), (3, "detractor"))

    # ------------------------------------------------------------
    # TIME
    # ------------------------------------------------------------

    def test_no_answer(self):
        self._asked()
        self.assertEqual(self._run("2026-03-23 23:00:00").state, "asked")
        self.assertEqual(self._run("2026-03-24").state, "unanswered")

    def test_a_deadline_that_was_put_off(self):
        request = self._asked()
        request.user_input_id.deadline = "2026-04-01 12:00:00"
        self.assertEqual(self._run("2026-03-24").state, "asked")
        self.assertEqual(self._run("2026-04-02").state, "unanswered")

    def test_a_late_answer_counts(self):
        request = self._asked()
        self._run("2026-03-24")
        self.assertEqual(request.state, "unanswered")
        self._answer(request, 10, "2026-03-25")
        self.assertEqual((request.state, request.verdict), ("answered", "promoter"))

    def test_an_answer_that_nobody_marked(self):
        request = self._asked()
        self._fill(request, 10, "2026-03-10")
        self.env.cr.execute("DELETE FROM crm_lifecycle_survey_mark")
        self._run("2026-03-24")
        self.assertEqual((request.state, request.value), ("answered", 10))

    # ------------------------------------------------------------
    # DELETION
    # ------------------------------------------------------------

    def _assert_forgotten(self, request):
        self.assertRecordValues(
            request,
            [
                {
                    "state": "withdrawn",
                    "reason": "deleted",
                    "value": 0,
                    "scale_min": 0,
                    "scale_max": 0,
                    "verdict": False,
                    "words": False,
                    "date_answered": False,
                    "answered_at": False,
                    "user_input_id": False,
                }
            ],
        )
        self.env.cr.flush()
        self.assertIn(self.contact.id, self.queue.search([]).mapped("partner_ref"))

    def _clear_queue(self):
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM crm_lifecycle_queue")
        self.queue.invalidate_model()

    def test_an_answer_that_is_deleted(self):
        request = self._asked()
        answer = self._answer(request, 2, words="The word")
        self._clear_queue()
        answer.unlink()
        self._assert_forgotten(request)
        self._run("2026-03-12")
        self._assert_forgotten(request)

    def test_a_survey_that_is_deleted(self):
        request = self._asked()
        self._answer(request, 2, words="The word")
        self._clear_queue()
        self.nps.unlink()
        self._assert_forgotten(request)
        self.assertFalse(self.round.survey_id)

    def test_a_survey_that_is_deleted_after_sending(self):
        request = self._asked()
        self.nps.unlink()
        self._run("2026-03-24")
        self.assertEqual((request.state, request.reason), ("withdrawn", "deleted"))

    # ------------------------------------------------------------
    # QUERIES
    # ------------------------------------------------------------

    def test_marking_takes_one_query_more(self):
        answers = self.env["survey.user_input"]
        for number in range(3):
            person = self._create_customer(f"C {number}", email=f"c{number}@c.example")
            answers |= self._asked("2026-03-02", "2026-03-09", person).user_input_id
        counts = []
        # What is looked up once for all is looked up.
        self.marks._append(answers[0].ids)
        for some in (answers[0], answers[1:]):
            self.env.cr.flush()
            before = self.env.cr.sql_log_count
            self.marks._append(some.ids)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
