import json
from datetime import date

from odoo import Command, fields
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.tests.common import SALES_MANAGER

from ..engine import sources
from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestGuardShared(SurveyCase):
    """Who was sent a survey by a colleague is not asked by a round soon after."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._create_user(
            "survey_colleague", SALES_MANAGER, "survey.group_survey_user"
        )

    def _share(self, day, partners=(), emails="", survey=None, user=None):
        """Send a survey as a colleague does, from the survey itself."""
        user = user or self.colleague
        with self.at(day):
            wizard = (
                self.env["survey.invite"]
                .with_user(user)
                .with_context(allowed_company_ids=user.company_ids.ids)
                .create(
                    {
                        "survey_id": (survey or self.csat).id,
                        "subject": "Tell us",
                        "body": "Tell us",
                        "partner_ids": [Command.set([partner.id for partner in partners])],
                        "emails": emails,
                    }
                )
            )
            wizard.action_invite()
            self.env.flush_all()

    def _ask(self, person=None, day="2026-03-02", asked_on="2026-03-09"):
        """Return the state and the reason of a request after a purchase."""
        order = self._buy_on(day, person)
        request = self._run(asked_on).filtered(lambda request: request.res_id == order.id)
        return request.state, request.reason

    def test_a_survey_that_a_colleague_sent(self):
        self._share("2026-03-08", [self.contact])
        self.assertEqual(self._ask(), ("withdrawn", "lately"))
        # 90 days after March 8th.
        self.assertEqual(self._ask(None, "2026-05-29", "2026-06-05"), ("withdrawn", "lately"))
        self.assertEqual(self._ask(None, "2026-05-30", "2026-06-06"), ("asked", False))

    def test_another_contact_of_the_customer(self):
        self._share("2026-03-08", [self._create_contact("Cy", "cy@ada.example")])
        self.assertEqual(self._ask(), ("withdrawn", "lately"))

    def test_an_address_that_was_nobodys_then(self):
        self._share("2026-03-08", emails='"Bo of old" <BO@b.example>\ncy@c.example')
        for address in ("bo@b.example", "Cy <cy@c.example>"):
            with self.subTest(address):
                customer = self._create_customer(address, email=address)
                self.assertEqual(self._ask(customer), ("withdrawn", "lately"))
        other = self._create_customer("Other", email="of.old@b.example")
        self.assertEqual(self._ask(other), ("asked", False))

    def test_the_same_address_of_another_customer(self):
        self._share("2026-03-08", [self._create_customer("Other", email='"O" <BO@ada.example>')])
        self.assertEqual(self._ask(), ("withdrawn", "lately"))

    def test_a_survey_that_was_sent_once_more(self):
        self._share("2025-03-01", [self.contact])
        self._share("2026-03-08", [self.contact])
        self.assertEqual(self.csat.user_input_ids.partner_id, self.contact)
        self.assertEqual(self._ask(), ("withdrawn", "lately"))

    def test_the_survey_of_a_round_that_was_sent_once_more(self):
        request = self._asked()
        self._share("2026-06-01", [self.contact], survey=self.nps)
        self.assertEqual(len(request.user_input_id.survey_id.user_input_ids), 1)
        self.assertEqual(self._ask(None, "2026-06-10", "2026-06-17"), ("withdrawn", "lately"))

    def test_an_answer_that_was_made_for_somebody(self):
        """As it was before the addon came, or as others do who send surveys."""
        with self.at("2026-03-08"):
            self.csat.with_user(self.colleague)._create_answer(
                partner=self.contact, check_attempts=False
            )
            self.env.flush_all()
        self.assertEqual(self._ask(), ("withdrawn", "lately"))

    def test_a_test_of_the_survey(self):
        with self.at("2026-03-08"):
            self.csat.with_user(self.colleague)._create_answer(
                user=self.colleague, partner=self.contact, test_entry=True
            ).sudo().partner_id = self.contact
            self.env.flush_all()
        self.assertEqual(self._ask(), ("asked", False))

    def test_who_begins_a_survey_by_themselves(self):
        self.csat.access_mode = "public"
        visitor = new_test_user(self.env, "visitor", groups="base.group_portal")
        visitor.partner_id.write({"parent_id": self.customer.id})
        public = self.env.ref("base.public_user")
        with self.at("2026-03-08"):
            for user, email in ((visitor, False), (public, self.contact.email)):
                self.csat.with_user(user).sudo()._create_answer(user=user, email=email)
            self.env.flush_all()
        self.assertEqual(len(self.csat.user_input_ids), 2)
        self.assertEqual(self._ask(), ("asked", False))

    def test_a_colleague_who_is_no_customer(self):
        """Whoever tries a survey out by its link was sent nothing."""
        self.csat.access_mode = "public"
        self.colleague.partner_id.parent_id = self.customer
        with self.at("2026-03-08"):
            self.csat.with_user(self.colleague)._create_answer(user=self.colleague)
            self.env.flush_all()
        self.assertEqual(self._ask(), ("asked", False))

    def test_a_colleague_of_another_company(self):
        foreign = self._create_company("Foreign", "base.EUR")
        self.colleague.write({"company_id": foreign.id, "company_ids": [Command.set(foreign.ids)]})
        self._share("2026-03-08", [self.contact])
        self.assertEqual(self._ask(), ("asked", False))
        self.assertTrue(self.contact.with_company(foreign)._get_lifecycle_last_sent())

    def test_what_an_automation_sent(self):
        self._share("2026-03-08", [self.contact], user=self.env.ref("base.user_root"))
        self.assertEqual(self._ask(), ("withdrawn", "lately"))

    def test_what_a_round_could_not_send_counts_for_nothing(self):
        request = self._asked()
        answer = request.user_input_id
        self.env.cr.execute(
            SQL(
                "UPDATE survey_user_input SET create_uid = %s WHERE id = %s",
                self.colleague.id,
                answer.id,
            )
        )
        request.mail_id.state = "exception"
        self._run("2026-03-10")
        self.assertEqual(request.state, "failed")
        self.assertFalse(self.contact._get_lifecycle_last_sent())
        self.assertEqual(self._ask(None, "2026-03-10", "2026-03-17"), ("asked", False))

    def test_others_wait_after_it(self):
        self._share("2026-03-08", [self.contact])
        self.customer.lifecycle_contact_gap = 10
        self.assertEqual(
            self.customer._get_lifecycle_last_sent(),
            {self.customer: fields.Date.to_date("2026-03-08")},
        )
        for day, blocked in (("2026-03-17", True), ("2026-03-18", False)):
            with self.subTest(day), self.at(day):
                blocks = self.contact._get_contact_block(channel="mail")
                self.assertEqual(bool(blocks), blocked)

    def test_the_later_of_both(self):
        self._asked()
        self._share("2026-03-12", [self.contact])
        self.assertEqual(
            self.contact._get_lifecycle_last_sent(),
            {self.contact: fields.Date.to_date("2026-03-12")},
        )
        self._share("2026-04-12", [self.contact])
        self.assertEqual(self.contact._get_lifecycle_last_sent()[self.contact], date(2026, 4, 12))

    def test_the_day_is_the_companys(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        self._share("2026-03-08 20:00:00", [self.contact])
        self.assertEqual(self.contact._get_lifecycle_last_sent()[self.contact], date(2026, 3, 9))

    def test_it_is_looked_up_by_indexes(self):
        self._share("2026-03-08", [self.contact])
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        query = sources.last_shared(
            fields.Datetime.now(), self.company.id, self.customer.ids, ["bo@ada.example"]
        )
        [[plan]] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query))
        plan = json.dumps(plan)
        self.assertIn("survey_user_input__partner_id_index", plan)
        self.assertIn("survey_user_input_lifecycle_address_idx", plan)
