from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_MANAGER
from odoo.addons.crm_lifecycle.tests.tour_common import TourCase

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestSurveyTours(SurveyCase, TourCase):
    """A manager makes a round, a customer answers it, and the manager reads what was said."""

    translated_addons = ("crm_lifecycle", "crm_lifecycle_survey")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.nps.write({"title": "Tour Survey", "questions_layout": "one_page"})
        cls.nps.question_ids[0].title = "How likely is it?"

    def test_manager_makes_a_round(self):
        for lang, user in self._users("tour_round", SALES_MANAGER):
            with self.subTest(lang=lang):
                self.start_tour(
                    "/odoo/lifecycle-survey-rounds",
                    f"crm_lifecycle_survey_round_{lang}",
                    login=user.login,
                )
                made = self.rounds.search([("name", "=", "Tour Round")])
                self.assertEqual(made.question_id, self.nps.question_ids[0])
                made.unlink()

    def test_customer_answers_and_manager_follows_up(self):
        # Sent now, whatever hour it is: the browser has no other clock.
        request = self.requests.create(
            {
                "round_id": self.round.id,
                "person_id": self.contact.id,
                "res_model": "res.partner",
                "res_id": self.contact.id,
                "date_due": "2026-01-01",
            }
        )
        today = self.env["crm.lifecycle.period.mixin"].with_company(self.company)._get_today()
        request.with_company(self.company)._send(self.round._get_template(), today)
        self.start_tour(request.user_input_id.get_start_url(), "crm_lifecycle_survey_answer")
        self.env.cr.flush()
        reader = self.env["crm.lifecycle.survey.reader"]
        reader._work_off(self.company, "marked")
        self.assertEqual((request.verdict, request.words), ("detractor", "It came too late"))
        for lang, user in self._users("tour_follow_up", SALES_MANAGER):
            with self.subTest(lang=lang):
                self.start_tour(
                    f"/odoo/res.partner/{self.customer.id}",
                    f"crm_lifecycle_survey_follow_up_{lang}",
                    login=user.login,
                )
