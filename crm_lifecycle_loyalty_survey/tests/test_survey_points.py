from odoo.tests import tagged

from .survey_point_common import SurveyPointCase


@tagged("post_install", "-at_install")
class TestSurveyPoints(SurveyPointCase):
    """Who answers a survey gets points once, and loses them with the answer."""

    def test_once_for_each_answer(self):
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        self._run_job()
        self.assertFalse(self._card(self.contact))
        self._answer(request, 9, "2026-02-10")
        self._run_job()
        self._run_job()
        self.assertEqual(self._history(self.contact), [("Thank you for your answer", 5.0, 0.0)])
        self.assertEqual(self._card(self.contact).points, 5.0)

    def test_a_deleted_answer_takes_them_back(self):
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        answer = self._answer(request, 9, "2026-02-10")
        self._run_job()
        answer.unlink()
        self._run_job()
        self.assertEqual(self._card(self.contact).points, 0.0)

    def test_what_was_answered_before_earns_nothing(self):
        self.survey_rule.since = "2026-02-11"
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        self._answer(request, 9, "2026-02-10")
        self._run_job()
        self.assertFalse(self._card(self.contact))

    def test_a_merged_contact_takes_the_points_along(self):
        request = self._asked("2026-02-02", "2026-02-09", person=self.contact)
        self._answer(request, 9, "2026-02-10")
        self._run_job()
        other = self._create_contact("Bo B.", "bo.b@ada.example")
        self._merge(self.contact, other)
        self._run_job()
        self.assertEqual(self._card(other).points, 5.0)
