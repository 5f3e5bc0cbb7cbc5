"""What tests of survey rounds build on: rounds, events, and customers who answer."""

from odoo import Command

from odoo.addons.crm_lifecycle.tests.common import SALES_MANAGER, LifecycleCase


class SurveyCase(LifecycleCase):
    """An NPS round after purchases, and a customer with a contact who buys for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rounds = cls.env["crm.lifecycle.survey.round"]
        cls.requests = cls.env["crm.lifecycle.survey.request"]
        cls.job = cls.env["crm.lifecycle.survey.job"]
        cls.marks = cls.env["crm.lifecycle.survey.mark"]
        # Rounds of the demo are not this test's business.
        cls.rounds.with_context(allowed_company_ids=cls.env["res.company"].search([]).ids).search(
            []
        ).active = False
        cls.env.flush_all()
        cls.env.cr.execute("DELETE FROM crm_lifecycle_survey_mark")
        cls.company.email = "us@company.example"
        cls.manager = cls._create_user("survey_manager", SALES_MANAGER)
        cls.customer = cls._create_customer(
            user_id=cls.salesperson.id, email="garden@ada.example", tz="UTC"
        )
        cls.contact = cls._create_contact("Bo", "bo@ada.example")
        cls.nps = cls._create_survey("nps", 0, 10)
        cls.csat = cls._create_survey("csat", 1, 5)
        cls.round = cls._create_round("nps", "purchase")

    # ------------------------------------------------------------
    # RECORDS
    # ------------------------------------------------------------

    @classmethod
    def _create_contact(cls, name, email, customer=None):
        return cls.env["res.partner"].create(
            {"name": name, "email": email, "parent_id": (customer or cls.customer).id}
        )

    @classmethod
    def _create_survey(cls, title, scale_min, scale_max, **vals):
        return cls.env["survey.survey"].create(
            {
                "title": title,
                "survey_type": "survey",
                "access_mode": "token",
                "question_and_page_ids": [
                    Command.create(
                        {
                            "title": "How?",
                            "question_type": "scale",
                            "scale_min": scale_min,
                            "scale_max": scale_max,
                            "sequence": 1,
                        }
                    ),
                    Command.create({"title": "Why?", "question_type": "text_box", "sequence": 2}),
                ],
                **vals,
            }
        )

    @classmethod
    def _create_round(cls, kind, event, **vals):
        survey = cls.nps if kind == "nps" else cls.csat
        return cls.rounds.create(
            {
                "name": f"{kind} after {event}",
                "kind": kind,
                "event": event,
                "company_id": cls.company.id,
                "user_id": cls.manager.id,
                "survey_id": survey.id,
                "date_start": "2026-01-01",
                "delay_days": 7,
                "answer_days": 14,
                **vals,
            }
        )

    # ------------------------------------------------------------
    # WHAT HAPPENS
    # ------------------------------------------------------------

    def _buy_on(self, day, person=None):
        with self.at(day):
            return self._confirm_order(person or self.contact)

    def _run(self, day):
        """Have the job do all its steps, as its cron does without the commits."""
        with self.at(day):
            for step in self.job._get_steps():
                begin = 0
                while begin is not None:
                    _count, begin = self.job._work_off(self.company, step, begin)
            self.env.flush_all()
        return self._all()

    def _all(self, **values):
        domain = [("company_id", "=", self.company.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.requests.search(domain, order="id")

    def _asked(self, day="2026-03-02", asked_on="2026-03-09", person=None):
        """Have somebody buy and be asked."""
        order = self._buy_on(day, person)
        requests = self._run(asked_on)
        request = requests.filtered(lambda request: request.res_id == order.id)
        self.assertEqual((len(request), request.state), (1, "asked"))
        return request

    def _fill(self, request, value, day, words=None):
        """Fill the survey in, as the page does; nothing reads it yet."""
        answer = request.user_input_id
        question, reason = answer.survey_id.question_ids.sorted("sequence")[:2]
        with self.at(day):
            answer._mark_in_progress()
            answer._save_lines(question, None if value is None else str(value))
            if words:
                answer._save_lines(reason, words)
            answer._mark_done()
            self.env.cr.flush()
        return answer

    def _read(self, day):
        """Have the answers read that are marked."""
        with self.at(day):
            self.env["crm.lifecycle.survey.reader"]._work_off(self.company, "marked")
            self.env.flush_all()

    def _answer(self, request, value, day="2026-03-10", words=None):
        answer = self._fill(request, value, day, words)
        self._read(day)
        return answer

    def _mail(self, request):
        return request.mail_id
