from odoo.exceptions import UserError
from odoo.tests import tagged

from .reward_common import RewardCase


@tagged("post_install", "-at_install")
class TestReferralDeletion(RewardCase):
    """What is deleted leaves nothing behind that is paid, named or waited for."""

    def _claims(self):
        return self.referrals.search([("partner_id", "=", self.customer.id)])

    def _create_contact(self):
        return self.env["res.partner"].create({"name": "Ada jr", "parent_id": self.referrer.id})

    def test_a_deleted_claim_is_not_paid_twice(self):
        self._create_bills()
        reward, _order = self._earn()
        bill = self._make_bill(reward)
        reward.referral_id.with_user(self.manager).unlink()
        self.assertFalse(reward.exists())
        self.assertEqual(bill.state, "cancel")
        again = self._refer()
        self._follow()
        self._make_bill(again.reward_ids)
        self.assertEqual(again.reward_ids.move_id.state, "draft")

    def test_a_claim_with_a_posted_bill_stays(self):
        self._create_bills()
        reward, _order = self._earn()
        self._make_bill(reward, post=True)
        with self.assertRaises(UserError):
            reward.referral_id.with_user(self.manager).unlink()
        with self.assertRaises(UserError):
            self.referrer.unlink()
        self.assertEqual((reward.state, reward.referral_id.state), ("given", "won"))

    def test_a_deleted_referrer_is_not_paid(self):
        self._create_bills()
        person = self._create_customer("Grace", is_company=False)
        reward, _order = self._earn(referrer=person)
        bill = self._make_bill(reward)
        bill.partner_id = self.other
        person.unlink()
        self.assertFalse(reward.exists())
        self.assertEqual(bill.state, "cancel")

    def test_a_deleted_claim_does_not_come_back(self):
        claim = self._refer()
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)
        self._buy_and_follow()
        claim.with_user(self.manager).unlink()
        self.assertFalse(self.customer.lifecycle_referrer_id)
        self._follow()
        self.assertFalse(self._claims())

    def test_a_deleted_claim_to_a_lead_does_not_come_back(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Lead",
                "company_id": self.company.id,
                "team_id": False,
                "lifecycle_referrer_id": self.referrer.id,
            }
        )
        claims = self.referrals.search([("lead_id", "=", lead.id)])
        self.assertEqual(claims.state, "accepted")
        claims.with_user(self.manager).unlink()
        self._follow()
        self.assertFalse(self.referrals.search([("lead_id", "=", lead.id)]))

    def test_who_another_company_accepted_is_still_named(self):
        abroad = self._create_company("Deleting Abroad", "base.USD")
        claim = self._refer()
        self._refer(company_id=abroad.id)
        claim.unlink()
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_a_deleted_claim_that_waited_blocks_nothing(self):
        self.company.lifecycle_referral_rule = "decide"
        first, second = self._refer(), self._refer(self.other)
        self._buy_and_follow()
        self.assertFalse(first.reward_ids)
        second.with_user(self.manager).unlink()
        self._follow()
        self.assertEqual(self._reward_of(first).state, "due")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_a_deleted_contact_leaves_the_claim_to_their_customer(self):
        self._create_bills()
        contact = self._create_contact()
        reward, _order = self._earn(referrer=contact)
        bill = self._make_bill(reward)
        contact.unlink()
        claim = self._claims()
        self.assertEqual((claim.referrer_id, claim.state), (self.referrer, "won"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)
        self._follow()
        self.assertEqual((self._claims(), reward.state), (claim, "due"))
        self.assertEqual((claim.reward_ids, bill.state), (reward, "draft"))

    def test_a_deleted_contact_of_whom_a_lead_tells_leaves_it_to_their_customer(self):
        contact = self._create_contact()
        lead = self.env["crm.lead"].create(
            {
                "name": "Lead",
                "company_id": self.company.id,
                "team_id": False,
                "lifecycle_referrer_id": contact.id,
            }
        )
        claim = self.referrals.search([("lead_id", "=", lead.id)])
        contact.unlink()
        self.assertEqual((lead.lifecycle_referrer_id, claim.state), (self.referrer, "accepted"))
        self.assertEqual(claim.referrer_id, self.referrer)

    def test_a_contact_deleted_with_their_customer_takes_the_claim_along(self):
        contact = self._create_contact()
        self._refer(contact)
        (contact | self.referrer).unlink()
        self.assertFalse(self._claims())
        self.assertFalse(self.customer.lifecycle_referrer_id)
