from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralCollisions(ReferralCase):
    """What is told in the same moment, or of leads that become one, is settled by the rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_abroad()
        cls.third = cls._create_customer("Carpenter")

    def _miss(self, tell):
        """Tell of a referrer while another one does, whose claim is not there to be seen yet."""
        with (
            patch.object(type(self.referrals), "_find_rivals", lambda claim, *_: claim.browse()),
            patch.object(type(self.referrals), "_find_same", lambda claim: claim.browse()),
            mute_logger("odoo.sql_db"),
            self.assertLogs("odoo.addons.crm_lifecycle", "ERROR"),
        ):
            return tell()

    def _read(self):
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT id, state, partner_id, lead_id, reason_code FROM crm_lifecycle_referral"
            " WHERE company_id = ANY(%s) ORDER BY id",
            [(self.company | self.abroad).ids],
        )
        return self.env.cr.fetchall()

    def assertSettled(self, **states):
        """Check claims to the customer, now and after the job ran once more."""
        for _run in range(2):
            self._follow()
            self.assertStates(**states)
            before = self._read()
        self.assertEqual(self._read(), before)

    def test_a_lead_that_was_second_is_settled_later(self):
        self._lead(customer=self.customer)
        second = self._miss(lambda: self._lead(self.other, self.customer))
        self.assertFalse(self._claims_of(second))
        self.assertSettled(**{"Ada's Garden": "accepted", "Brewery": "rejected"})
        self.assertEqual(self._claims_of(second).reason_code, "rival")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_or_it_waits_for_a_person(self):
        self.company.lifecycle_referral_rule = "decide"
        self._lead(customer=self.customer)
        self._miss(lambda: self._lead(self.other, self.customer))
        self.assertSettled(**{"Ada's Garden": "accepted", "Brewery": "claimed"})

    def test_a_contact_that_was_second_is_settled_later(self):
        self.customer.lifecycle_referrer_id = self.referrer
        with self.at("2026-03-11"):
            self._miss(lambda: self.customer.write({"lifecycle_referrer_id": self.other.id}))
            self.assertEqual(self.customer.lifecycle_referrer_id, self.other)
            self._create_lead(self.customer)
            self.assertSettled(**{"Ada's Garden": "accepted", "Brewery": "rejected"})
            self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_a_lead_whose_claim_failed_is_claimed_later(self):
        with (
            patch.object(type(self.referrals), "_settle_one", side_effect=ValueError),
            self.assertLogs("odoo.addons.crm_lifecycle", "ERROR"),
        ):
            lead = self._lead()
        self.assertFalse(self._claims_of(lead))
        self._follow()
        self.assertEqual(self._claims_of(lead).state, "accepted")
        before = self._read()
        self._follow()
        self.assertEqual(self._read(), before)

    def test_lost_leads_and_ones_of_the_referrer_are_left(self):
        with (
            patch.object(type(self.referrals), "create", side_effect=ValueError),
            self.assertLogs("odoo.addons.crm_lifecycle", "ERROR"),
        ):
            lost, own = self._lead(), self._lead(self.customer, self.customer)
        lost.action_set_lost()
        self._follow()
        self.assertFalse(self._claims_of(lost | own))

    def test_merged_leads_of_two_companies_go_by_the_rule_of_the_one_that_stays(self):
        for rule, winner in (("first", self.referrer), ("last", self.other)):
            with self.subTest(rule):
                self.company.lifecycle_referral_rule = rule
                self.abroad.lifecycle_referral_rule = "decide"
                with self.at("2026-03-08"):
                    first = self._lead(probability=90)
                second = self._lead(self.other, company_id=self.abroad.id, probability=10)
                claims = self._claims_of(first) | self._claims_of(second)
                self.assertEqual(claims.company_id, self.company | self.abroad)
                head = (first | second).merge_opportunity()
                self.assertEqual((claims.lead_id, claims.company_id), (head, self.company))
                accepted = claims.filtered(lambda claim: claim.state == "accepted")
                self.assertEqual((accepted.referrer_id, head.lifecycle_referrer_id), (winner,) * 2)
                self.assertEqual(len(claims.exists()), 2)

    def test_a_lead_merged_with_one_of_a_customer_goes_by_the_rule(self):
        for rule, winner in (("first", self.other), ("last", self.referrer)):
            with self.subTest(rule), self.env.cr.savepoint() as savepoint:
                self.company.lifecycle_referral_rule = rule
                with self.at("2026-03-08"):
                    unknown = self._lead(self.other)
                known = self._lead(customer=self.customer)
                claims = self._claims_of(unknown) | self._claims_of(known)
                head = (unknown | known).merge_opportunity()
                self.assertEqual(claims.partner_id, self.customer)
                accepted = claims.filtered(lambda claim: claim.state == "accepted")
                self.assertEqual((accepted.referrer_id, head.lifecycle_referrer_id), (winner,) * 2)
                self.assertEqual(self.customer.lifecycle_referrer_id, winner)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_one_that_was_told_before_takes_over_what_led_to_a_purchase(self):
        with self.at("2026-03-01"):
            unknown = self._lead(self.other)
        known = self._lead(customer=self.customer)
        self._buy_and_follow()
        (unknown | known).merge_opportunity()
        self._follow()
        self.assertStates(**{"Ada's Garden": "rejected", "Brewery": "won"})

    def test_claims_to_other_customers_stay_theirs(self):
        known = self._lead(customer=self.customer, probability=90)
        other = self._lead(self.other, self.third, probability=10)
        claims = self._claims_of(known) | self._claims_of(other)
        (known | other).merge_opportunity()
        self.assertEqual(set(claims.mapped("state")), {"accepted"})
        self.assertEqual(claims.partner_id, self.customer | self.third)
        self.assertEqual(self.third.lifecycle_referrer_id, self.other)

    def test_a_claim_abroad_stays_abroad(self):
        here = self._lead(customer=self.customer, probability=90)
        there = self._lead(self.other, self.customer, company_id=self.abroad.id, probability=10)
        claims = self._claims_of(here) | self._claims_of(there)
        (here | there).merge_opportunity()
        self.assertEqual(set(claims.mapped("state")), {"accepted"})
        self.assertEqual(claims.company_id, self.company | self.abroad)
