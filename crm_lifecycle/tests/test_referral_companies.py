from datetime import date

from odoo.tests import tagged

from ..engine.rules import STAGES
from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralCompanies(ReferralCase):
    """Here Ada brought the hotel, abroad it was the brewery, and both of them buy in both."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_abroad()

    def setUp(self):
        super().setUp()
        for company in self.both:
            for customer in self.referrer | self.other:
                with self.at("2026-01-05"):
                    self._confirm_order(customer, company_id=company.id)
        self._process_queue()

    def _claim_in_both(self):
        """Have each company name a referrer of its own."""
        here = self._refer(day="2026-02-01")
        abroad = self._refer(self.other, day="2026-02-01", company_id=self.abroad.id)
        return here, abroad

    def _sell_in_both(self, customer=None, day="2026-02-10"):
        orders = {}
        for company in self.both:
            with self.at(day):
                orders[company] = self._confirm_order(
                    customer or self.customer, company_id=company.id
                )
        self._process_queue()
        return orders

    def _follow_both(self):
        self._process_queue()
        for company in self.both:
            for step in self.job._get_steps():
                self.job._work_off(company, step)
        self._process_queue()

    def assertStrategic(self, *expected):
        """Check who is strategic, as (customer, company), by what is recorded."""
        self._process_queue()
        profiles = self.env["crm.lifecycle.profile"].search(
            [
                ("partner_id", "in", (self.referrer | self.other).ids),
                ("company_id", "in", self.both.ids),
            ]
        )
        found = {
            (profile.partner_id, profile.company_id)
            for profile in profiles
            if profile.stage_id.code == "strategic"
        }
        self.assertEqual(found, set(expected))

    def _counted(self, day=None):
        """Return how many each referred, by customer and company, as of a day."""
        rows = self.env["crm.lifecycle.event"]._derive((self.referrer | self.other).ids, as_of=day)
        return {
            (row["partner_id"], row["company_id"]): row["figures"]["referrals_0"] for row in rows
        }

    def test_each_company_counts_whom_it_names_itself(self):
        self._claim_in_both()
        self._sell_in_both()
        self.assertStrategic((self.referrer, self.company), (self.other, self.abroad))
        self.assertEqual(
            self._counted(),
            {
                (self.referrer.id, self.company.id): 1,
                (self.referrer.id, self.abroad.id): 0,
                (self.other.id, self.company.id): 0,
                (self.other.id, self.abroad.id): 1,
            },
        )

    def test_the_job_leaves_it_at_that(self):
        self._claim_in_both()
        self._sell_in_both()
        self._follow_both()
        self.assertEqual(self.referrals.search_count([("partner_id", "=", self.customer.id)]), 2)
        self.assertStrategic((self.referrer, self.company), (self.other, self.abroad))

    def test_a_claim_counts_from_its_day_on(self):
        self._sell_in_both(day="2026-02-01")
        with self.at("2026-02-20"):
            self.customer.with_company(self.company).lifecycle_referrer_id = self.referrer
        here = (self.referrer.id, self.company.id)
        for day, count in (("2026-02-10", 0), ("2026-02-19", 0), ("2026-02-20", 1), (None, 1)):
            with self.subTest(day):
                self.assertEqual(self._counted(day and date.fromisoformat(day))[here], count)
        self._process_queue()
        move = self._profile(self.referrer).stage_transition_id
        self.assertEqual(move.effective_date, date(2026, 2, 20))

    def test_a_draft_goes_by_the_same_claims(self):
        self._claim_in_both()
        self._sell_in_both()
        policies = self.env["crm.lifecycle.policy"]._get_active_rulesets()
        rows = self.env["crm.lifecycle.event"]._derive(
            (self.referrer | self.other).ids, drafts=policies
        )
        stages = {
            (row["partner_id"], row["company_id"]): STAGES[row["stage_rank"] - 1] for row in rows
        }
        self.assertEqual(stages[self.referrer.id, self.company.id], "strategic")
        self.assertEqual(stages[self.referrer.id, self.abroad.id], "first_buyer")

    def test_what_was_refunded_before_the_claim_never_counts(self):
        with self.at("2026-01-10"):
            invoice = self._post_invoice(self.customer)
        with self.at("2026-01-15"):
            self._refund(invoice)
        self._refer(day="2026-02-01")
        self.assertEqual(self._counted()[self.referrer.id, self.company.id], 0)
        self._process_queue()
        moves = self._profile(self.referrer).transition_ids
        self.assertNotIn("strategic", moves.to_stage_id.mapped("code"))

    def test_a_rejection_takes_it_back_where_it_was_said(self):
        here, _abroad = self._claim_in_both()
        self._sell_in_both()
        self.assertStrategic((self.referrer, self.company), (self.other, self.abroad))
        here._reject("No")
        self.assertStrategic((self.other, self.abroad))
        # The contact names whom is left.
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)
        here.with_user(self.manager).action_accept()
        self.assertStrategic((self.referrer, self.company), (self.other, self.abroad))

    def test_only_what_is_said_queues_anybody(self):
        here, _abroad = self._claim_in_both()
        self._sell_in_both()
        self.queue.search([]).unlink()
        for name, change, found in (
            ("what became of it", lambda: here.write({"state": "won"}), []),
            ("a note", lambda: here.write({"note": "At the fair"}), []),
            ("its day", lambda: here.write({"date": "2026-02-02"}), [self.referrer, self.customer]),
            ("rejected", lambda: here._reject("No"), [self.referrer, self.customer]),
            ("rejected already", lambda: here.write({"date": "2026-02-03"}), []),
            ("deleted", here.unlink, []),
        ):
            with self.subTest(name):
                change()
                self.env.flush_all()
                self.env.cr.precommit.run()
                queued = self.queue.search([])
                self.assertEqual(
                    set(queued.mapped("partner_ref")), {customer.id for customer in found}
                )
                queued.unlink()

    def test_it_is_part_of_the_loyalty_index_where_it_was_said(self):
        self._sell_in_both()
        before = {
            (customer, company): self._profile(customer, company).loyalty_index
            for customer in self.referrer | self.other
            for company in self.both
        }
        self._claim_in_both()
        self._process_queue()
        risen = {
            (customer, company)
            for (customer, company), index in before.items()
            if self._profile(customer, company).loyalty_index > index
        }
        self.assertEqual(risen, {(self.referrer, self.company), (self.other, self.abroad)})

    def test_merged_customers_keep_a_claim_in_each_company(self):
        double = self._create_customer("Park Hotel Ltd")
        self._refer(day="2026-02-01")
        self._refer(self.other, double, day="2026-02-01", company_id=self.abroad.id)
        self._sell_in_both(double)
        self.assertStrategic((self.other, self.abroad))
        self._merge(double, self.customer)
        self.assertStrategic((self.referrer, self.company), (self.other, self.abroad))

    def test_merged_referrers_take_over_both(self):
        self._claim_in_both()
        self._sell_in_both()
        self._merge(self.other, self.referrer)
        self.assertStrategic((self.referrer, self.company), (self.referrer, self.abroad))

    def test_rebuilt_it_reads_the_same(self):
        here, _abroad = self._claim_in_both()
        self._sell_in_both()
        here.date = "2026-02-20"
        self._process_queue()
        customers = self.referrer | self.other | self.customer

        def read():
            self.env.flush_all()
            self.env.cr.execute(
                """SELECT partner_id, company_id, from_stage_id, to_stage_id, effective_date,
                          cause, evidence
                     FROM crm_lifecycle_transition
                    WHERE partner_id = ANY(%s) AND superseded_at IS NULL
                 ORDER BY partner_id, company_id, effective_date, id""",
                [customers.ids],
            )
            return self.env.cr.fetchall()

        lived = read()
        self.assertTrue(lived)
        self.env.cr.execute(
            "DELETE FROM crm_lifecycle_profile WHERE partner_id = ANY(%s)", [customers.ids]
        )
        self.env.invalidate_all()
        self.env["crm.lifecycle.profile"]._refresh(customers.ids)
        self.assertEqual(read(), lived)

    def test_what_the_contact_says_counts_until_the_company_says_otherwise(self):
        self._refer(day="2026-02-01")
        # The hotel asks for an offer abroad, too, where nobody was told of a referrer.
        with self.at("2026-02-02"):
            self._create_order(self.customer, company_id=self.abroad.id)
        self._follow_both()
        [known] = self.referrals.search([("company_id", "=", self.abroad.id)])
        self.assertEqual((known.how, known.referrer_id), ("known", self.referrer))
        told = self._refer(self.other, day="2026-03-10", company_id=self.abroad.id)
        self.assertEqual((known.state, told.state), ("rejected", "accepted"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_who_is_removed_from_the_contact_leaves_others_claims_alone(self):
        here, abroad = self._claim_in_both()
        self.customer.lifecycle_referrer_id = False
        self.assertEqual((here.state, abroad.state), ("rejected", "accepted"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)

    def test_each_company_may_see_it_the_other_way_round(self):
        """Here Ada brought the brewery; abroad the brewery brought Ada. Contacts say one."""
        here = self._refer(self.referrer, self.other, day="2026-01-05")
        abroad = self._refer(self.other, self.referrer, day="2026-01-05", company_id=self.abroad.id)
        self.assertEqual((here.state, abroad.state), ("accepted", "accepted"))
        self.assertEqual(self.other.lifecycle_referrer_id, self.referrer)
        self.assertFalse(self.referrer.lifecycle_referrer_id)
        self.assertStrategic((self.referrer, self.company), (self.other, self.abroad))
