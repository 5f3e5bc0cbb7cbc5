from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.crm_lifecycle.tests.common import INVOICING, SALES, SALES_ALL, SALES_MANAGER

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestRights(SurveyCase):
    """Who reads what customers said, and who may never answer in their name."""

    def _mine(self, request, user):
        return request.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def _search(self, user):
        return self._mine(self.requests, user).search([("company_id", "=", self.company.id)])

    # ------------------------------------------------------------
    # THE LINK
    # ------------------------------------------------------------

    def test_salespeople_do_not_read_the_mail_with_the_link(self):
        request = self._asked()
        message = request.mail_id.mail_message_id
        mine = self._mine(request, self.salesperson)
        self.assertEqual(mine.state, "asked")
        messages = self.env["mail.message"].with_user(self.salesperson)
        self.assertFalse(
            messages.search([("model", "=", request._name), ("res_id", "=", request.id)])
        )
        with self.assertRaises(AccessError):
            message.with_user(self.salesperson).read(["body"])
        everybody = self._create_user("survey_all", SALES_ALL)
        with self.assertRaises(AccessError):
            message.with_user(everybody).read(["body"])
        self.assertIn("survey/start", message.with_user(self.manager).body)
        for name in ("user_input_id", "mail_id"):
            with self.subTest(name), self.assertRaises(AccessError):
                mine.read([name])

    def test_salespeople_do_not_read_the_answers_of_the_host(self):
        answer = self._asked().user_input_id
        with self.assertRaises(AccessError):
            answer.with_user(self.salesperson).read(["access_token"])
        self.assertTrue(answer.with_user(self.manager).read(["state"]))

    # ------------------------------------------------------------
    # REQUESTS
    # ------------------------------------------------------------

    def test_salespeople_see_their_own_customers(self):
        request = self._asked()
        other = self._create_user("survey_other", SALES)
        self.assertEqual(self._search(self.salesperson), request)
        self.assertFalse(self._search(other))
        self.customer.user_id = False
        self.assertEqual(self._search(other), request)
        self.customer.user_id = self.salesperson
        for login, group in (("survey_a", SALES_ALL), ("survey_b", INVOICING)):
            with self.subTest(group):
                self.assertEqual(self._search(self._create_user(login, group)), request)

    def test_nobody_forges_an_answer(self):
        request = self._asked()
        for user in (self.salesperson, self.manager):
            with self.subTest(user.login):
                mine = self._mine(request, user)
                with self.assertRaises(AccessError):
                    mine.write({"value": 10, "state": "answered"})
                with self.assertRaises(AccessError):
                    mine.unlink()
                with self.assertRaises(AccessError):
                    mine.create(
                        {
                            "round_id": self.round.id,
                            "person_id": self.contact.id,
                            "date_due": "2026-03-02",
                        }
                    )

    def test_others_see_nothing(self):
        request = self._asked()
        for login, group in (
            ("survey_portal", "base.group_portal"),
            ("survey_user", "base.group_user"),
        ):
            user = self._create_user(login, group)
            for record in (request, self.round):
                with self.subTest(login=login, model=record._name), self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])
            with self.assertRaises(AccessError):
                self.customer.with_user(user).read(["lifecycle_survey_count"])

    # ------------------------------------------------------------
    # ROUNDS
    # ------------------------------------------------------------

    def test_salespeople_do_not_change_rounds(self):
        with self.assertRaises(AccessError):
            self.round.with_user(self.salesperson).name = "Mine"
        with self.assertRaises(AccessError):
            self.round.with_user(self.salesperson).read(["result_text"])

    def test_managers_keep_to_their_company(self):
        foreign = self._create_company("Foreign", "base.EUR")
        manager = self._create_user("survey_foreign", SALES_MANAGER, company=foreign)
        with self.assertRaises(AccessError):
            self.round.with_user(manager).name = "Ours"
        with self.assertRaises(AccessError):
            self.rounds.with_user(self.manager).create(
                {"name": "There", "company_id": foreign.id, "survey_id": self.nps.id}
            )
        request = self._asked()
        with self.assertRaises(AccessError):
            request.with_user(manager).action_ask_again()

    def test_a_manager_makes_a_round_with_a_survey_of_their_own(self):
        surveys = self.env["survey.survey"].with_user(self.manager)
        survey = surveys.create({"title": "Ours", "survey_type": "survey"})
        question = self.env["survey.question"].with_user(self.manager)
        for sequence, (kind, scale_max) in enumerate(
            (("scale", 5), ("text_box", 0), ("scale", 10))
        ):
            question.create(
                {
                    "title": "How?",
                    "survey_id": survey.id,
                    "question_type": kind,
                    "scale_max": scale_max,
                    "sequence": sequence,
                }
            )
        form = Form(self.rounds.with_user(self.manager))
        form.name = "Ours"
        form.survey_id = survey
        survey_round = form.save()
        # NPS wants 0 to 10.
        self.assertEqual(survey_round.question_id.scale_max, 10)
        survey_round.kind = "csat"
        survey_round.question_id = survey.question_ids[0]
        self.assertEqual(survey_round.company_id, self.company)

    def test_a_manager_leaves_the_surveys_of_others_alone(self):
        managers = self.env["survey.survey"].with_user(self.manager)
        mine = self.nps.with_user(self.manager)
        self.assertTrue(mine.read(["title"]))
        with self.assertRaises(AccessError):
            mine.title = "Mine"
        with self.assertRaises(AccessError):
            mine.question_ids[0].title = "Mine"
        exam = self._create_survey("Exam", 0, 10, survey_type="assessment")
        private = self._create_survey("Private", 0, 10, restrict_user_ids=self.env.user.ids)
        answers = (exam | private)._create_answer(partner=self.contact, check_attempts=False)
        for survey in exam | private:
            with self.subTest(survey.title):
                self.assertNotIn(survey, managers.search([]))
                with self.assertRaises(AccessError):
                    survey.with_user(self.manager).read(["title"])
                with self.assertRaises(AccessError):
                    survey.question_ids[0].with_user(self.manager).read(["title"])
        for answer in answers | self.nps._create_answer(partner=self.contact, check_attempts=False):
            with self.assertRaises(AccessError):
                answer.with_user(self.manager).read(["access_token"])
        # The host's check of the responsible comes before our rule.
        with self.assertRaises(ValidationError):
            managers.create({"title": "Exam", "survey_type": "assessment"})
        with self.assertRaises(AccessError):
            self.env["survey.survey"].with_user(self.salesperson).search([])

    def test_what_a_round_refuses(self):
        choice = {"title": "Which?", "question_type": "simple_choice", "survey_id": self.nps.id}
        question = self.env["survey.question"].create(choice)
        trigger = self.env["survey.question.answer"].create(
            {"question_id": question.id, "value": "Yes"}
        )
        depends = self._create_survey("Depends", 0, 10)
        depends.question_ids[0].triggering_answer_ids = trigger
        for survey in (
            self._create_survey("Random", 0, 10, questions_selection="random"),
            self._create_survey("Login", 0, 10, users_login_required=True),
            self._create_survey("Exam", 0, 10, survey_type="assessment"),
            self._create_survey("Five", 1, 5),
            depends,
        ):
            with self.subTest(survey.title), self.assertRaises(ValidationError):
                self._create_round(
                    "nps",
                    "loss",
                    survey_id=survey.id,
                    question_id=survey.question_ids[0].id,
                )
        with self.assertRaises(ValidationError):
            self.round.question_id = self.csat.question_ids[0]
        other = self.env["mail.template"].search([("model", "=", "res.partner")], limit=1)
        other = other or self.env["mail.template"].create(
            {"name": "Other", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        with self.assertRaises(ValidationError):
            self.round.mail_template_id = other

    def test_a_round_that_has_asked_stays_what_it_is(self):
        self._asked()
        mine = self.round.with_user(self.manager)
        with self.assertRaises(UserError):
            mine.event = "loss"
        with self.assertRaises(UserError):
            mine.unlink()
        mine.write({"event": "purchase", "active": False})
        self.assertFalse(mine.active)

    def test_defaults(self):
        survey_round = self.rounds.create({"name": "New", "survey_id": self.nps.id})
        self.assertRecordValues(
            survey_round,
            [
                {
                    "kind": "nps",
                    "low_limit": 60,
                    "top_limit": 90,
                    "delay_days": 7,
                    "answer_days": 14,
                    "gap_days": 90,
                    "follow_up": True,
                    "company_id": self.company.id,
                    "mail_template_id": self.env.ref(
                        "crm_lifecycle_survey.mail_template_survey"
                    ).id,
                    "obstacle": False,
                }
            ],
        )

    def test_the_surveys_that_come_along(self):
        for kind, ends in (("nps", (0, 10)), ("csat", (1, 5))):
            survey = self.env.ref(f"crm_lifecycle_survey.survey_{kind}")
            survey_round = self._create_round(kind, "loss", survey_id=survey.id)
            question = survey_round.question_id
            self.assertEqual((question.scale_min, question.scale_max), ends)
            self.assertFalse(survey_round.obstacle)
