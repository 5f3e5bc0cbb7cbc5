from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_common import SurveyCase

JOB_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_job_mixin"


@tagged("post_install", "-at_install")
class TestAskingMany(SurveyCase):
    """Many are asked at once, each by a mail of their own."""

    def _buy_all(self, count, name="Customer"):
        people = self.env["res.partner"]
        for number in range(count):
            person = self._create_customer(f"{name} {number}", email=f"{name}{number}@c.example")
            self._buy_on("2026-03-02", person)
            people |= person
        self._run("2026-03-03")
        return people

    def _assert_asked(self, request, person):
        mail = request.mail_id
        self.assertEqual((request.state, request.person_id), ("asked", person))
        self.assertEqual(request.user_input_id.partner_id, person)
        self.assertEqual((mail.res_id, mail.recipient_ids), (request.id, person))
        self.assertFalse(mail.email_to or mail.email_cc)
        self.assertIn(request.user_input_id.access_token, mail.body_html)

    def test_each_by_a_mail_of_their_own(self):
        people = self._buy_all(3)
        with patch.object(
            type(self.env["mail.template"]),
            "send_mail_batch",
            autospec=True,
            side_effect=type(self.env["mail.template"]).send_mail_batch,
        ) as send:
            requests = self._run("2026-03-09")
        self.assertEqual(send.call_count, 1)
        self.assertEqual(requests.person_id, people)
        for request, person in zip(requests, people, strict=True):
            self._assert_asked(request, person)

    def test_each_in_their_own_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        people = self._buy_all(4)
        (people[0] | people[2]).lang = "zh_CN"
        requests = self._run("2026-03-09")
        for request, person, day in zip(
            requests, people, ["2026/03/23", "03/23/2026"] * 2, strict=True
        ):
            self._assert_asked(request, person)
            self.assertIn(day, request.mail_id.body_html)

    def test_rounds_with_templates_of_their_own(self):
        own = self.round.mail_template_id.copy(
            {
                "subject": "After a loss",
                "email_to": "boss@elsewhere.example",
                "partner_to": str(self.customer.id),
            }
        )
        self._create_round("csat", "loss", delay_days=7, mail_template_id=own.id, answer_days=3)
        lost = [
            self._create_customer(f"L{number}", email=f"l{number}@c.example") for number in (1, 2)
        ]
        with self.at("2026-03-02"):
            for person in lost:
                self._create_loss(person)
        people = [*lost, *self._buy_all(2)]
        requests = self._run("2026-03-09").sorted(lambda request: people.index(request.person_id))
        for request, person in zip(requests, people, strict=True):
            self._assert_asked(request, person)
        self.assertEqual(
            [mail.subject == "After a loss" for mail in requests.mail_id],
            [True, True, False, False],
        )
        self.assertEqual(requests.mapped("date_deadline")[1].day, 12)
        self.assertEqual(requests.mapped("date_deadline")[2].day, 23)

    def test_one_who_fails_does_not_keep_the_others_from_being_asked(self):
        broken = self._buy_all(5)[2]
        create = type(self.nps)._create_lifecycle_answers
        send = type(self.env["mail.template"]).send_mail_batch

        def fail_to_create(survey, people, deadline):
            if people & broken:
                raise ValueError("broken")
            return create(survey, people, deadline)

        def fail_to_send(template, res_ids, *args, **kwargs):
            if self.requests.browse(res_ids).person_id & broken:
                raise ValueError("broken")
            return send(template, res_ids, *args, **kwargs)

        for model, method, fail in (
            (self.nps, "_create_lifecycle_answers", fail_to_create),
            (self.env["mail.template"], "send_mail_batch", fail_to_send),
        ):
            with (
                self.subTest(method),
                patch.object(type(model), method, fail),
                mute_logger(JOB_LOG),
                self.env.cr.savepoint() as savepoint,
            ):
                requests = self._run("2026-03-09")
                self.assertEqual(
                    requests.mapped("state"), ["asked", "asked", "due", "asked", "asked"]
                )
                asked = requests.filtered(lambda request: request.state == "asked")
                for request in asked:
                    self._assert_asked(request, request.person_id)
                self.assertEqual(
                    self.env["mail.mail"].search_count(
                        [
                            ("model", "=", "crm.lifecycle.survey.request"),
                            ("res_id", "in", requests.ids),
                        ]
                    ),
                    4,
                )
                self.assertEqual(len(self.nps.user_input_ids), 4)
                savepoint.rollback()
