from unittest.mock import patch

from freezegun import freeze_time as freeze

from odoo.tests import tagged

from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralMeeting(ReferralCase):
    """Claims that meet: nobody is rewarded twice, and what was given stays given."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze("2026-01-01"):
            cls.company.write({"lifecycle_reward": True, "lifecycle_reward_amount": 50.0})
        cls.abroad = cls._create_company("Referrals Abroad", "base.USD")
        cls.env.user.company_ids |= cls.abroad
        cls.person = cls._create_customer("Grace", is_company=False)
        cls.mill = cls._create_customer("Mill")

    def _earn(self, referrer, customer, day="2026-03-01"):
        """Have a referrer bring a customer who buys, and be given the reward."""
        claim = self._refer(referrer, customer, day=day)
        self._buy_and_follow(customer)
        claim.reward_ids.with_user(self.manager).action_give()
        return claim

    def assertKept(self, claim, customer):
        """Check that a claim is to the customer, and its reward the only one they brought."""
        self._follow()
        self.assertEqual((claim.partner_id, claim.state), (customer, "won"))
        self.assertEqual(claim.reward_ids.mapped("state"), ["given"])
        rewards = self.env["crm.lifecycle.referral.reward"].search(
            [("company_id", "=", self.company.id), ("state", "!=", "taken_back")]
        )
        self.assertEqual(rewards, claim.reward_ids)

    def test_a_rewarded_customer_is_merged_into_a_contact_of_another_one(self):
        claim = self._earn(self.referrer, self.person)
        contact = self.env["res.partner"].create(
            {"name": "Grace H.", "parent_id": self.customer.id}
        )
        self._merge(self.person, contact)
        self.assertKept(claim, self.customer)
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_a_rewarded_customer_joins_one_whom_the_same_referrer_brought(self):
        claim = self._earn(self.referrer, self.person)
        other = self._refer(day="2026-02-01")
        self.person.parent_id = self.customer
        self.assertEqual((other.state, other.reason_code), ("rejected", "same"))
        self.assertKept(claim, self.customer)

    def test_a_rewarded_customer_joins_one_whom_somebody_else_brought(self):
        claim = self._earn(self.referrer, self.person)
        rival = self._refer(self.other, day="2026-02-01")
        self.person.parent_id = self.customer
        self.assertEqual((rival.state, rival.reason_code), ("rejected", "rival"))
        self.assertKept(claim, self.customer)
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_one_who_joins_a_rewarded_customer(self):
        claim = self._earn(self.referrer, self.customer)
        rival = self._refer(self.other, self.person, day="2026-02-01")
        self.person.parent_id = self.customer
        self.assertEqual((rival.partner_id, rival.state), (self.customer, "rejected"))
        self.assertKept(claim, self.customer)
        self.assertFalse(self.person.lifecycle_referrer_id)

    def test_one_who_joins_a_customer_who_bought_before_is_late(self):
        self._buy_and_follow(day="2026-02-01")
        claim = self._refer(customer=self.person)
        self.person.parent_id = self.customer
        self.assertEqual((claim.state, claim.reason_code), ("rejected", "late"))

    def test_contacts_of_two_companies_that_say_the_opposite_are_merged(self):
        here = self._refer(self.referrer, self.other)
        abroad = self._refer(self.other, self.referrer, company_id=self.abroad.id)
        double = self._create_customer("Ada's Garden Ltd")
        self._merge(double, self.referrer)
        self.assertEqual((here.state, abroad.state), ("accepted", "accepted"))
        self.assertEqual(self.other.lifecycle_referrer_id, self.referrer)
        self.assertFalse(self.referrer.lifecycle_referrer_id)

    def test_a_circle_over_companies_is_none(self):
        claim = self._earn(self.referrer, self.other)
        abroad = self._refer(self.mill, self.referrer, company_id=self.abroad.id)
        self._merge(self.mill, self.other)
        self.assertKept(claim, self.other)
        self.assertEqual((abroad.referrer_id, abroad.state), (self.other, "accepted"))

    def test_a_circle_gives_up_the_claim_for_which_nothing_was_given(self):
        for name, day in (("earlier", "2026-02-01"), ("later", "2026-03-05")):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                claim = self._earn(self.customer, self.other)
                open_claim = self._refer(self.referrer, self.customer, day=day)
                self._merge(self.referrer, self.other)
                self.assertEqual((open_claim.state, open_claim.reason_code), ("rejected", "circle"))
                self.assertKept(claim, self.other)
                self.assertFalse(self.customer.lifecycle_referrer_id)
                savepoint.rollback()
            self.env.invalidate_all()

    def test_a_circle_that_a_moved_contact_closes(self):
        claim = self._earn(self.person, self.mill, day="2026-03-05")
        open_claim = self._refer(self.mill, day="2026-03-01")
        self.person.parent_id = self.customer
        self.assertEqual((open_claim.state, open_claim.reason_code), ("rejected", "circle"))
        self.assertKept(claim, self.mill)

    def test_merged_referrers_have_one_claim_and_its_reward(self):
        self.company.lifecycle_referral_rule = "decide"
        claim = self._refer()
        waiting = self._refer(self.other)
        self._merge(self.other, self.referrer)
        self.assertEqual((waiting.state, waiting.reason_code), ("rejected", "same"))
        self._buy_and_follow()
        self.assertEqual((claim.state, claim.reward_ids.state), ("won", "due"))

    def test_merged_customers_leave_who_waits_to_a_person(self):
        self.company.lifecycle_referral_rule = "decide"
        double = self._create_customer("Park Hotel Ltd")
        accepted = self._refer(customer=double)
        waiting = self._refer(self.other, double)
        self._merge(double, self.customer)
        self.assertEqual((accepted.state, waiting.state), ("accepted", "claimed"))
        self.assertEqual((accepted | waiting).partner_id, self.customer)

    def test_a_referrer_merged_into_a_contact_is_the_contacts_customer(self):
        contact = self.env["res.partner"].create({"name": "Ada", "parent_id": self.mill.id})
        claim = self._refer(self.person)
        self._merge(self.person, contact)
        self.assertEqual(
            (claim.referrer_id, claim.referrer_customer_id, claim.state),
            (contact, self.mill, "accepted"),
        )

    def test_a_referrer_merged_into_a_contact_of_whom_they_brought(self):
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        claim = self._refer(self.person)
        self._merge(self.person, contact)
        self.assertEqual((claim.state, claim.reason_code), ("rejected", "circle"))
        self.assertFalse(self.customer.lifecycle_referrer_id)

    def test_whatever_goes_wrong_the_contacts_are_merged(self):
        double = self._create_customer("Park Hotel Ltd")
        claims = self._refer(self.other, double) | self._refer()
        with (
            patch.object(type(self.referrals), "_unite_customers", side_effect=ValueError),
            self.assertLogs("odoo.addons.crm_lifecycle", "ERROR"),
        ):
            self._merge(double, self.customer)
        self.assertFalse(double.exists())
        self.assertEqual(claims.partner_id, self.customer)
        self.assertEqual(sorted(claims.mapped("state")), ["accepted", "rejected"])
