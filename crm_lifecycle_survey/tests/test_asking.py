from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestAsking(SurveyCase):
    """Who is asked after what, when, and by which mail."""

    def test_a_purchase(self):
        order = self._buy_on("2026-03-02")
        request = self._run("2026-03-03")
        self.assertRecordValues(
            request,
            [
                {
                    "round_id": self.round.id,
                    "person_id": self.contact.id,
                    "partner_id": self.customer.id,
                    "res_model": "sale.order",
                    "res_id": order.id,
                    "date_event": fields.Date.to_date("2026-03-02"),
                    "date_due": fields.Date.to_date("2026-03-09"),
                    "state": "due",
                }
            ],
        )
        self.assertEqual(self._run("2026-03-08").state, "due")
        self._run("2026-03-09")
        self.assertRecordValues(
            request,
            [
                {
                    "state": "asked",
                    "date_asked": fields.Date.to_date("2026-03-09"),
                    "date_deadline": fields.Date.to_date("2026-03-23"),
                    "scale_min": 0,
                    "scale_max": 10,
                }
            ],
        )
        answer = request.user_input_id
        self.assertEqual((answer.partner_id, answer.survey_id), (self.contact, self.nps))
        self.assertEqual(answer.deadline, fields.Datetime.to_datetime("2026-03-23 23:59:59"))
        self.assertIn(answer.access_token, request.mail_id.body_html)
        self.assertEqual(self._run("2026-03-09"), request)
        self.assertEqual(request.user_input_id, answer)

    def test_the_deadline_is_the_end_of_the_companys_day(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        request = self._asked(asked_on="2026-03-09 02:00:00")
        self.assertEqual(
            request.user_input_id.deadline, fields.Datetime.to_datetime("2026-03-23 15:59:59")
        )

    def test_the_mail_prints_the_day_in_the_persons_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.contact.lang = "zh_CN"
        body = self._asked().mail_id.body_html
        self.assertIn("2026/03/23", body)

    def test_nobody_is_asked_by_night(self):
        self._buy_on("2026-03-02")
        self.assertEqual(self._run("2026-03-09 05:00:00").state, "due")
        self.assertEqual(self._run("2026-03-09 09:00:00").state, "asked")

    def test_what_happened_before_the_round_began(self):
        self._buy_on("2025-12-31")
        self.assertFalse(self._run("2026-01-10"))

    def test_what_happened_too_long_ago(self):
        self._buy_on("2026-01-02")
        self.assertFalse(self._run("2026-03-09"))

    def test_pages(self):
        for number in range(3):
            self._buy_on("2026-03-02", self._create_customer(f"Customer {number}"))
        with patch.object(type(self.job), "_find_page_size", 2):
            self.assertEqual(len(self._run("2026-03-03")), 3)

    def test_finding_takes_as_many_queries_for_many(self):
        counts = []
        # The first time warms the caches up.
        for size in (1, 2, 20):
            for number in range(size):
                self._buy_on("2026-03-02", self._create_customer(f"Of {size}: {number}"))
            with self.at("2026-03-03"):
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.job._work_off(self.company, "found_purchase")
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(self._all()), 23)
        self.assertEqual(counts[1], counts[2])

    # ------------------------------------------------------------
    # COMPLAINTS AND LOSSES
    # ------------------------------------------------------------

    def _complain(self, **vals):
        return self.env["crm.complaint"].create(
            {
                "subject": "Broken",
                "partner_id": self.contact.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def _solve(self, complaint, code="solved"):
        complaint.step_id = self.env["crm.complaint.step"].search([("code", "=", code)], limit=1)

    def test_a_solved_complaint(self):
        survey_round = self._create_round("csat", "complaint", delay_days=1)
        with self.at("2026-03-02"):
            complaint = self._complain()
            other = self._complain(kind="request")
        self.assertFalse(self._run("2026-03-03"))
        with self.at("2026-03-04"):
            self._solve(complaint | other)
        request = self._run("2026-03-04")
        self.assertRecordValues(
            request,
            [
                {
                    "round_id": survey_round.id,
                    "person_id": self.contact.id,
                    "res_id": complaint.id,
                    "date_due": fields.Date.to_date("2026-03-05"),
                }
            ],
        )

    def test_a_complaint_that_is_reopened_is_not_asked_about_until_it_is_solved_again(self):
        self._create_round("csat", "complaint", delay_days=3)
        with self.at("2026-03-02"):
            complaint = self._complain()
            self._solve(complaint)
        request = self._run("2026-03-02")
        with self.at("2026-03-03"):
            complaint.action_reopen()
        self._run("2026-03-06")
        self.assertEqual((request.state, request.reason), ("withdrawn", "gone"))
        with self.at("2026-03-06"):
            self._solve(complaint)
        self._run("2026-03-06")
        self.assertEqual((request.state, request.reason), ("due", False))
        self.assertEqual(request.date_due, fields.Date.to_date("2026-03-09"))
        self._run("2026-03-09")
        self.assertEqual(request.state, "asked")

    def test_a_loss(self):
        self._create_round("nps", "loss", delay_days=0)
        with self.at("2026-03-02"):
            loss = self._create_loss(self.customer)
        request = self._run("2026-03-02")
        self.assertEqual((request.person_id, request.state), (self.customer, "asked"))
        self.assertEqual((request.res_model, request.res_id), ("crm.lifecycle.loss", loss.id))

    def test_an_order_that_is_cancelled(self):
        order = self._buy_on("2026-03-02")
        request = self._run("2026-03-03")
        order._action_cancel()
        self._run("2026-03-09")
        self.assertEqual((request.state, request.reason), ("withdrawn", "gone"))

    def test_a_round_that_is_archived(self):
        self._buy_on("2026-03-02")
        request = self._run("2026-03-03")
        self.round.active = False
        self._run("2026-03-09")
        self.assertEqual((request.state, request.reason), ("withdrawn", "gone"))
        self.round.active = True
        self._run("2026-03-10")
        self.assertEqual(request.state, "asked")

    # ------------------------------------------------------------
    # THE MAIL
    # ------------------------------------------------------------

    def test_the_person_alone_gets_it(self):
        template = self.round.mail_template_id.copy(
            {
                "email_to": "boss@elsewhere.example",
                "email_cc": "friend@elsewhere.example",
                "partner_to": str(self.customer.id),
                "auto_delete": False,
            }
        )
        self.round.mail_template_id = template
        mail = self._asked().mail_id
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertFalse(mail.email_to)
        self.assertFalse(mail.email_cc)
        self.assertTrue(mail.auto_delete)

    def test_a_template_that_is_gone(self):
        self._buy_on("2026-03-02")
        self.round.mail_template_id.unlink()
        request = self._run("2026-03-09")
        self.assertEqual((request.state, request.reason), ("failed", "no_template"))
        self.assertFalse(request.user_input_id)
        self.assertEqual(self.round.asked_count, 0)

    def test_a_template_that_became_one_of_something_else(self):
        own = self.round.mail_template_id.copy()
        self.round.mail_template_id = own
        # As long as it is used for nothing that the other model lacks, the host lets one do so.
        own.flush_recordset()
        self.env.cr.execute(
            "UPDATE mail_template SET model = 'res.partner' WHERE id = %s", [own.id]
        )
        own.invalidate_recordset()
        mail = self._asked().mail_id
        self.assertIn("may we ask", mail.subject)
        self.assertEqual(mail.model, "crm.lifecycle.survey.request")

    def test_a_mail_that_failed_was_not_sent(self):
        request = self._asked()
        request.mail_id.write({"state": "exception"})
        mail = request.mail_id
        self._run("2026-03-10")
        self.assertEqual((request.state, request.reason), ("failed", "mail"))
        self.assertEqual(mail.state, "cancel")
        self.assertEqual(self.round.asked_count, 0)
        self.assertFalse(self.contact._get_lifecycle_last_sent())
        # Another purchase: they are asked as if nothing had been sent.
        self._buy_on("2026-03-10")
        self.assertEqual(self._run("2026-03-17")[-1].state, "asked")
        self.assertEqual(request.state, "failed")

    def test_asking_again(self):
        request = self._asked()
        request.mail_id.state = "exception"
        self._run("2026-03-10")
        with self.at("2026-03-11"):
            request.with_user(self.manager).action_ask_again()
        self.assertEqual(request.state, "due")
        self._run("2026-03-11")
        self.assertEqual((request.state, request.date_asked.day), ("asked", 11))

    def test_one_that_fails_does_not_hold_up_the_rest(self):
        self._buy_on("2026-03-02")
        other = self._create_customer("Other", email="other@other.example")
        self._buy_on("2026-03-02", other)
        send = type(self.requests)._send
        broken = self.contact

        def fail(requests, *args):
            if broken in requests.person_id:
                raise ValueError("broken")
            return send(requests, *args)

        with (
            patch.object(type(self.requests), "_send", fail),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_job_mixin"),
        ):
            requests = self._run("2026-03-09")
        self.assertEqual(requests.mapped("state"), ["due", "asked"])

    # ------------------------------------------------------------
    # ATTEMPTS AND SURVEYS
    # ------------------------------------------------------------

    def test_a_survey_with_one_attempt_is_answered_once_per_request(self):
        self.nps.write({"is_attempts_limited": True, "attempts_limit": 1})
        self.round.gap_days = 0
        first = self._asked()
        self._answer(first, 9)
        second = self._asked("2026-03-11", "2026-03-18")
        self.assertTrue(
            self.nps._has_attempts_left(
                self.contact, self.contact.email, second.user_input_id.invite_token
            )
        )
        self.assertFalse(
            self.nps._has_attempts_left(
                self.contact, self.contact.email, first.user_input_id.invite_token
            )
        )

    def test_a_survey_that_is_closed_waits(self):
        self._buy_on("2026-03-02")
        self.nps.active = False
        self.assertEqual(self._run("2026-03-09").state, "due")
        self.nps.active = True
        self.assertEqual(self._run("2026-03-10").state, "asked")

    def test_what_waited_too_long_is_not_asked(self):
        self._buy_on("2026-03-02")
        self._run("2026-03-03")
        self.nps.active = False
        self.assertEqual(self._run("2026-04-08").state, "due")
        request = self._run("2026-04-09")
        self.assertEqual((request.state, request.reason), ("withdrawn", "late"))
