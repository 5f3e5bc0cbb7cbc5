from odoo import fields
from odoo.tests import tagged

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestGuard(SurveyCase):
    """Nobody is asked too often, nor who wants no contact, by whichever address."""

    def test_a_customer_is_asked_once_in_a_while(self):
        self._asked()
        colleague = self._create_contact("Cy", "cy@ada.example")
        self._buy_on("2026-03-10", colleague)
        request = self._run("2026-03-17")[-1]
        self.assertEqual((request.state, request.reason), ("withdrawn", "lately"))
        # 90 days after March 9th.
        self._buy_on("2026-05-30", colleague)
        self.assertEqual(self._run("2026-06-06")[-1].reason, "lately")
        self._buy_on("2026-05-31", colleague)
        self.assertEqual(self._run("2026-06-07")[-1].state, "asked")

    def test_two_rounds_on_one_day(self):
        self._create_round("csat", "purchase", gap_days=0)
        self.round.gap_days = 0
        self._buy_on("2026-03-02")
        requests = self._run("2026-03-09")
        self.assertEqual(requests.mapped("state"), ["asked", "withdrawn"])
        self.assertEqual(requests[1].reason, "lately")
        self.assertEqual(requests[0].round_id, self.round)

    def test_two_rounds_on_one_day_in_two_runs(self):
        self.round.gap_days = 0
        self._asked()
        later = self._create_round("csat", "loss", gap_days=0, delay_days=0)
        with self.at("2026-03-09"):
            self._create_loss(self.customer)
        request = self._run("2026-03-09 15:00:00").filtered(lambda row: row.round_id == later)
        self.assertEqual((request.state, request.reason), ("withdrawn", "lately"))

    def test_one_address_of_two_customers(self):
        other = self._create_customer("Other", email='"Other" <BO@ada.example>')
        self._buy_on("2026-03-02")
        self._buy_on("2026-03-02", other)
        requests = self._run("2026-03-09")
        self.assertEqual(requests.mapped("state"), ["asked", "withdrawn"])
        third = self._create_customer("Third", email="Bo@Ada.example")
        self._buy_on("2026-03-10", third)
        self.assertEqual(self._run("2026-03-17")[-1].reason, "lately")

    def test_who_wants_no_contact(self):
        self._buy_on("2026-03-02")
        self.customer.lifecycle_opt_out = True
        request = self._run("2026-03-09")
        self.assertEqual((request.state, request.reason), ("withdrawn", "refused"))

    def test_who_is_on_the_blacklist(self):
        self.env["mail.blacklist"]._add(self.contact.email)
        self._buy_on("2026-03-02")
        self.assertEqual(self._run("2026-03-09").reason, "refused")

    def test_who_wants_quiet_is_asked_later(self):
        self._buy_on("2026-03-02")
        self.contact.lifecycle_quiet_until = "2026-03-12"
        request = self._run("2026-03-09")
        self.assertEqual(
            (request.state, request.date_retry), ("due", fields.Date.to_date("2026-03-12"))
        )
        self.assertEqual(self._run("2026-03-11").state, "due")
        self.assertEqual(self._run("2026-03-12").state, "asked")

    def test_who_has_no_address(self):
        self.contact.email = "nonsense"
        self._buy_on("2026-03-02")
        request = self._run("2026-03-09")
        self.assertEqual((request.state, request.reason), ("withdrawn", "no_address"))

    def test_the_customer_is_asked_for_who_left(self):
        self._buy_on("2026-03-02")
        self.contact.active = False
        request = self._run("2026-03-09")
        self.assertEqual((request.person_id, request.state), (self.customer, "asked"))
        self.assertEqual(request.mail_id.recipient_ids, self.customer)

    def test_a_customer_who_left(self):
        self._buy_on("2026-03-02")
        self.contact.active = False
        self.customer.active = False
        self.assertEqual(self._run("2026-03-09").reason, "refused")

    def test_others_wait_after_a_survey(self):
        self._asked()
        self.customer.lifecycle_contact_gap = 10
        self.assertEqual(
            self.contact._get_lifecycle_last_sent(),
            {self.contact: fields.Date.to_date("2026-03-09")},
        )
        for day, blocked in (("2026-03-18", True), ("2026-03-19", False)):
            with self.subTest(day), self.at(day):
                blocks = self.customer._get_contact_block(channel="mail")
                self.assertEqual(bool(blocks), blocked)

    def test_another_company_does_not_know_of_it(self):
        self._asked()
        foreign = self._create_company("Foreign", "base.EUR")
        self.assertFalse(self.contact.with_company(foreign)._get_lifecycle_last_sent())
