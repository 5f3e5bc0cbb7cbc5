from freezegun import freeze_time as freeze

from odoo.exceptions import UserError
from odoo.tests import tagged

from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralIdentity(ReferralCase):
    """Claims when contacts are merged, moved, archived or deleted."""

    def test_merged_customers_keep_one_accepted_claim(self):
        double = self._create_customer("Park Hotel Ltd")
        older = self._refer(self.other, double, day="2026-03-01")
        newer = self._refer(day="2026-03-05")
        self._merge(double, self.customer)
        self.assertEqual((older.partner_id, older.state), (self.customer, "accepted"))
        self.assertEqual(newer.state, "rejected")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)

    def test_the_claim_that_led_to_a_purchase_is_kept(self):
        double = self._create_customer("Park Hotel Ltd")
        older = self._refer(self.other, double, day="2026-03-01")
        newer = self._refer(day="2026-03-05")
        self._buy_and_follow()
        self._merge(double, self.customer)
        self._follow()
        self.assertEqual((newer.state, older.state), ("won", "rejected"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_a_merged_customer_brings_a_claim_along(self):
        double = self._create_customer("Park Hotel Ltd")
        claim = self._refer(customer=double)
        self._merge(double, self.customer)
        self.assertEqual((claim.partner_id, claim.state), (self.customer, "accepted"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)
        self.assertEqual(self.referrals.search_count([("partner_id", "=", self.customer.id)]), 1)

    def test_referrer_and_referred_merged(self):
        claim = self._refer()
        self._merge(self.referrer, self.customer)
        self.assertEqual(claim.state, "rejected")
        self.assertFalse(self.customer.lifecycle_referrer_id)

    def test_merged_referrers(self):
        claim = self._refer()
        self._merge(self.referrer, self.other)
        self.assertEqual((claim.referrer_id, claim.referrer_customer_id), (self.other, self.other))
        self.assertEqual(claim.state, "accepted")

    def test_a_claimed_contact_becomes_part_of_a_customer(self):
        person = self._create_customer("Grace", is_company=False)
        claim = self._refer(customer=person)
        person.parent_id = self.customer
        self.assertEqual((claim.partner_id, claim.state), (self.customer, "accepted"))
        # One whose customer was brought by somebody else before.
        late = self._create_customer("Joan", is_company=False)
        double = self._refer(self.other, late)
        late.parent_id = self.customer
        self.assertEqual(double.state, "rejected")

    def test_a_referrer_becomes_a_contact_of_whom_they_brought(self):
        person = self._create_customer("Grace", is_company=False)
        claim = self._refer(person)
        person.parent_id = self.customer
        self.assertEqual(claim.state, "rejected")

    def test_a_move_makes_no_circle(self):
        person = self._create_customer("Grace", is_company=False)
        mill = self._create_customer("Mill")
        # Grace brought the mill, and the mill the hotel.
        first, second = self._refer(person, mill, day="2026-03-01"), self._refer(mill)
        person.parent_id = self.customer
        self.assertEqual((first.state, second.state), ("accepted", "rejected"))
        self.assertEqual(second.reason, "Nobody brings themselves.")

    def test_what_was_rewarded_stays(self):
        with freeze("2026-01-01"):
            self.company.write({"lifecycle_reward": True, "lifecycle_reward_amount": 50.0})
        person = self._create_customer("Grace", is_company=False)
        claim = self._refer(person)
        self._buy_and_follow()
        claim.reward_ids.with_user(self.manager).action_give()
        for record in (claim, person, self.customer):
            with self.subTest(record), self.assertRaises(UserError):
                record.with_user(self.env.user).unlink()
        self.assertTrue(claim.reward_ids.exists())

    def test_an_archived_customer_keeps_it(self):
        claim = self._refer()
        self.customer.active = False
        self._follow()
        self.assertEqual(claim.state, "accepted")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_a_deleted_contact_takes_claims_along(self):
        claim = self._refer()
        self.referrer.unlink()
        self.assertFalse(claim.exists())
        self.assertFalse(self.customer.lifecycle_referrer_id)

    def test_a_claim_to_a_contact_of_the_customer_counts_for_the_customer(self):
        """As the engine reads it, so whoever brought them is looked at with them."""
        person = self._create_customer("Person", is_company=False)
        self._refer(customer=person)
        self.env.flush_all()
        # As an import by SQL does, past all that moves claims.
        self.env.cr.execute(
            "UPDATE res_partner SET parent_id = %(id)s, commercial_partner_id = %(id)s"
            " WHERE id = %(person)s",
            {"id": self.customer.id, "person": person.id},
        )
        self.env.invalidate_all()
        self.assertEqual(self.customer._get_lifecycle_referrers(), self.referrer)
        self.assertEqual(self.customer._get_lifecycle_referrers(self.company), self.referrer)
