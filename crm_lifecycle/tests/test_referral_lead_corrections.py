from odoo.tests import tagged

from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralLeadCorrections(ReferralCase):
    """What is corrected on a lead is corrected on its claim, which keeps its day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_abroad()
        cls.inn = cls._create_customer("New Inn")

    def _tell(self, customer=None, referrer=None, **vals):
        """Create a lead that tells of its referrer, and return it with its claim."""
        lead = self._lead(referrer, customer, **vals)
        return lead, self._claims_of(lead)

    def test_a_claim_that_was_late_for_the_wrong_customer_keeps_its_day(self):
        self._buy_and_follow(day="2026-02-01")
        with self.at("2026-03-01"):
            lead, claim = self._tell(self.customer)
        self.assertEqual((claim.state, claim.is_late), ("rejected", True))
        self._buy_and_follow(self.inn, day="2026-03-04")
        with self.at("2026-03-05"):
            lead.partner_id = self.inn
            self._follow()
        self.assertEqual(self._claims_of(lead), claim)
        self.assertEqual(
            (claim.partner_id, str(claim.date), claim.state, claim.is_late, claim.earns_reward),
            (self.inn, "2026-03-01", "won", False, True),
        )

    def test_a_claim_that_waited_for_the_wrong_customer_is_told_anew(self):
        self.company.lifecycle_referral_late = "decide"
        self._buy_and_follow(day="2026-02-01")
        lead, claim = self._tell(self.customer)
        self.assertEqual((claim.state, claim.is_late), ("claimed", True))
        lead.partner_id = self.inn
        self.assertEqual(
            (claim.state, claim.is_late, claim.earns_reward), ("accepted", False, True)
        )

    def test_who_was_rejected_by_a_person_stays_rejected(self):
        lead, claim = self._tell(self.customer)
        claim.with_user(self.manager).sudo()._reject("Fraud", by_person=True)
        lead.partner_id = self.inn
        self.assertEqual((claim.state, claim.partner_id), ("rejected", self.customer))

    def test_a_lead_of_another_company_takes_its_claim_along(self):
        lead, claim = self._tell(self.customer)
        lead.company_id = self.abroad
        self.assertEqual((claim.company_id, claim.state), (self.abroad, "accepted"))
        self.assertEqual(self._claims_of(lead), claim)
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_it_is_settled_there(self):
        there = self._refer(self.other, company_id=self.abroad.id, day="2026-03-01")
        lead, claim = self._tell(self.customer)
        self.assertEqual(claim.state, "accepted")
        lead.company_id = self.abroad
        self.assertEqual((claim.state, there.state), ("rejected", "accepted"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)

    def test_what_was_rewarded_stays_where_it_was(self):
        with self.at("2026-01-01"):
            self.company.write({"lifecycle_reward": True, "lifecycle_reward_amount": 50.0})
        lead, claim = self._tell(self.customer)
        self._buy_and_follow()
        claim.reward_ids.with_user(self.manager).action_give()
        lead.company_id = self.abroad
        self.job._work_off(self.abroad, "untold")
        self.assertEqual((claim.company_id, claim.state), (self.company, "won"))
        self.assertEqual(self._claims_of(lead), claim)

    def test_what_was_not_given_yet_may_be_earned_there(self):
        with self.at("2026-01-01"):
            self.company.write({"lifecycle_reward": True, "lifecycle_reward_amount": 50.0})
        lead, claim = self._tell(self.customer)
        self._buy_and_follow()
        self.assertEqual(claim.reward_ids.state, "due")
        lead.company_id = self.abroad
        self.assertEqual(claim.company_id, self.abroad)
        self.assertFalse(claim.reward_ids)

    def test_the_job_finds_a_lead_that_went_unnoticed(self):
        lead, claim = self._tell(self.customer)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET company_id = %s WHERE id = %s", [self.abroad.id, lead.id]
        )
        self.env.invalidate_all()
        self.job._work_off(self.abroad, "untold")
        self.assertEqual(claim.company_id, self.abroad)

    def test_a_lost_leads_claim_gives_way(self):
        lead, lost = self._tell(self.customer)
        lead.action_set_lost()
        _lead, claim = self._tell(self.customer, self.other)
        self.assertEqual((lost.state, lost.reason_code), ("rejected", "rival"))
        self._buy_and_follow()
        self.assertEqual((lost.state, claim.state), ("rejected", "won"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)

    def test_what_led_to_a_purchase_does_not_give_way(self):
        lead, won = self._tell(self.customer)
        self._buy_and_follow()
        lead.action_set_lost()
        self._refer(self.other)
        self.assertEqual(won.state, "won")

    def test_a_circular_lead_is_not_looked_at_again_and_again(self):
        mill = self._create_customer("Mill")
        self._refer(self.customer, self.referrer)
        self._refer(self.referrer, mill)
        self.env["res.partner"].flush_model()
        for customer, referrer in (
            (self.customer, self.customer),
            (self.customer, self.referrer),
            (self.customer, mill),
        ):
            self._tell(customer, referrer)
        query = self.job._query_untold(self.company, 0, 100)
        self.env.flush_all()
        self.env.cr.execute(query)
        self.assertFalse(self.env.cr.fetchall())
