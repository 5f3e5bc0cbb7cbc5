from contextlib import closing

import psycopg2

from odoo.exceptions import UserError, ValidationError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SALES
from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralDecisions(ReferralCase):
    """Who may say otherwise: nobody for another company, and no colleague for a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_abroad()
        cls.own = cls._create_user("referral_own", SALES)
        cls.own_abroad = cls._create_user("referral_own_abroad", SALES, company=cls.abroad)
        cls.customer.user_id = cls.own

    def _refer_abroad(self, referrer=None, **vals):
        return self._refer(referrer, company_id=self.abroad.id, **vals)

    def _seen_abroad(self):
        """Return the customer as an own-documents salesperson abroad has it."""
        return self.customer.with_user(self.own_abroad).with_context(
            allowed_company_ids=self.abroad.ids
        )

    # ------------------------------------------------------------
    # COMPANIES
    # ------------------------------------------------------------

    def test_the_same_value_says_nothing(self):
        here, abroad = self._refer(), self._refer_abroad(self.other)
        self._seen_abroad().lifecycle_referrer_id = self.referrer
        self.assertEqual((here.state, abroad.state), ("accepted", "accepted"))

    def test_a_merge_abroad_says_nothing(self):
        here, abroad = self._refer(), self._refer_abroad(self.other)
        double = self._create_customer("Park Hotel Ltd")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_company(self.abroad)
        wizard.create({})._merge((double | self.customer).ids, self.customer)
        self.assertEqual((here.state, abroad.state), ("accepted", "accepted"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_who_removes_a_referrer_removes_the_own_companys(self):
        here, abroad = self._refer(), self._refer_abroad()
        self.customer.with_user(self.own).lifecycle_referrer_id = False
        self.assertEqual((here.state, abroad.state), ("rejected", "accepted"))
        # The other company's is named again.
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_who_removes_what_another_company_says_changes_nothing(self):
        here = self._refer()
        self._seen_abroad().lifecycle_referrer_id = False
        self.assertEqual(here.state, "accepted")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_what_was_taken_over_goes_with_where_it_came_from(self):
        here = self._refer()
        self._buy_and_follow()
        with self.at("2026-03-10"):
            self._create_order(self.customer, company_id=self.abroad.id)
        self._process_queue()
        self.job._work_off(self.abroad, "unclaimed")
        [known] = self.referrals.search([("company_id", "=", self.abroad.id)])
        self.assertEqual((known.how, known.state), ("known", "accepted"))
        here.with_user(self.manager).sudo()._reject("Fraud", by_person=True)
        self.assertEqual((known.state, known.reason), ("rejected", "Fraud"))
        self.assertFalse(self.customer.lifecycle_referrer_id)
        self.job._work_off(self.abroad, "unclaimed")
        self.assertEqual(known.state, "rejected")

    def test_what_a_third_company_says_itself_keeps_it(self):
        third = self._create_company("Referrals Third", "base.USD")
        here = self._refer()
        known = self._refer_abroad(how="known")
        self._refer(company_id=third.id)
        here._reject("Fraud", by_person=True)
        self.assertEqual(known.state, "accepted")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    # ------------------------------------------------------------
    # MANAGERS
    # ------------------------------------------------------------

    def test_what_a_manager_accepted_stays_until_a_manager_says_otherwise(self):
        fraud, accepted = self._refer(), self._refer(self.other)
        fraud.with_user(self.manager).sudo()._reject("Fraud", by_person=True)
        accepted.with_user(self.manager).action_accept()
        self.customer.with_user(self.own).lifecycle_referrer_id = self.referrer
        self.assertEqual((fraud.state, fraud.reason_code), ("claimed", "also"))
        self.assertEqual(accepted.state, "accepted")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)
        # Nor by saying it again.
        self.customer.with_user(self.own).lifecycle_referrer_id = self.referrer
        self.assertEqual((fraud.state, accepted.state), ("claimed", "accepted"))
        third = self._create_customer("Third")
        self.customer.with_user(self.own).lifecycle_referrer_id = third
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)
        self.assertStates(**{"Ada's Garden": "claimed", "Brewery": "accepted", "Third": "claimed"})
        self.customer.with_user(self.manager).lifecycle_referrer_id = self.referrer
        self.assertEqual((fraud.state, accepted.state), ("accepted", "rejected"))

    def test_what_a_manager_rejected_waits(self):
        fraud = self._refer()
        fraud.with_user(self.manager).sudo()._reject("Fraud", by_person=True)
        for _again in range(2):
            self.customer.with_user(self.own).lifecycle_referrer_id = self.referrer
            self.assertEqual(fraud.state, "claimed")
            self.assertFalse(self.customer.lifecycle_referrer_id)

    def test_what_the_rule_settled_is_for_whoever_enters_it(self):
        first, second = self._refer(), self._refer(self.other)
        self.assertEqual((first.state, second.state), ("accepted", "rejected"))
        self.customer.with_user(self.own).lifecycle_referrer_id = self.other
        self.assertEqual((first.state, second.state), ("rejected", "accepted"))

    def test_rivals_are_not_accepted_at_once(self):
        self.company.lifecycle_referral_rule = "decide"
        self._refer()
        third = self._create_customer("Third")
        rivals = self._refer(self.other) | self._refer(third)
        with self.assertRaisesRegex(UserError, "Choose one"):
            rivals.with_user(self.manager).action_accept()
        rivals[0].with_user(self.manager).action_accept()
        self.assertEqual(rivals[0].state, "accepted")

    def test_a_corrected_day_is_settled_by_the_rule(self):
        first, second = self._refer(day="2026-03-05"), self._refer(self.other, day="2026-03-06")
        second.with_user(self.manager).date = "2026-03-04"
        self.assertEqual((first.state, second.state), ("rejected", "accepted"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)
        second.with_user(self.manager).date = "2026-03-07"
        self.assertEqual((first.state, second.state), ("accepted", "rejected"))

    def test_a_corrected_day_tells_whether_it_is_late(self):
        self._buy_and_follow(day="2026-03-05")
        claim = self._refer(day="2026-03-08")
        self.assertTrue(claim.is_late)
        claim.with_user(self.manager).date = "2026-03-05"
        self.assertEqual(
            (claim.state, claim.is_late, claim.earns_reward), ("accepted", False, True)
        )
        claim.with_user(self.manager).date = "2026-03-08"
        self.assertEqual((claim.state, claim.is_late), ("rejected", True))

    def test_a_corrected_day_leaves_what_a_person_decided(self):
        first, second = self._refer(day="2026-03-05"), self._refer(self.other, day="2026-03-06")
        second.with_user(self.manager).action_accept()
        second.with_user(self.manager).date = "2026-03-08"
        first.with_user(self.manager).date = "2026-03-01"
        self.assertEqual((first.state, second.state), ("rejected", "accepted"))

    # ------------------------------------------------------------
    # IN THE SAME MOMENT
    # ------------------------------------------------------------

    def test_whoever_enters_a_second_claim_waits_for_the_first(self):
        # Others see but what is committed, so it is none of the test's own customers.
        known = self.env.ref("base.partner_admin").commercial_partner_id
        self.env.flush_all()
        with closing(db_connect(self.env.cr.dbname).cursor()) as elsewhere:
            elsewhere.execute("SET LOCAL lock_timeout = '5s'")
            elsewhere.execute("SELECT FROM res_partner WHERE id = %s FOR NO KEY UPDATE", [known.id])
            self.env.cr.execute("SET LOCAL lock_timeout = '50ms'")
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.LockNotAvailable),
                self.env.cr.savepoint(),
            ):
                self._refer(customer=known)
            elsewhere.rollback()

    # ------------------------------------------------------------
    # WHAT IS TOLD
    # ------------------------------------------------------------

    def test_words_that_are_spelt_as_a_code_are_words(self):
        claim = self._refer()
        wizard = self.env["crm.lifecycle.referral.reject"]
        wizard.create({"referral_ids": claim.ids, "reason": "lost"}).action_apply()
        self.assertEqual((claim.reason, claim.reason_code), ("lost", False))

    def test_a_circle_of_the_companys_claims_is_told(self):
        """Contacts are one for all companies, and say nothing of it."""
        self._refer(self.referrer, self.other)
        self._refer_abroad(self.other, customer=self.referrer)
        mill = self._create_customer("Mill")
        self._refer_abroad(mill, customer=self.other)
        self.assertFalse(self.referrer.lifecycle_referrer_id)
        with self.assertRaisesRegex(ValidationError, "was brought by"):
            mill.with_company(self.abroad).lifecycle_referrer_id = self.referrer
