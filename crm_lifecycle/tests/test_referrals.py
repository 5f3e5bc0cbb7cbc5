from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import SALES
from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferrals(ReferralCase):
    """A claim, from the day on which it is told until the customer buys."""

    def test_the_first_claim_is_accepted_and_told_to_the_customer(self):
        claim = self._refer()
        self.assertEqual(claim.state, "accepted")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)
        self.assertEqual(claim.display_name, "Ada's Garden → Park Hotel")

    def test_it_is_won_by_a_purchase_that_holds(self):
        claim = self._refer()
        self._follow()
        self.assertEqual(claim.state, "accepted")
        order = self._buy_and_follow(amount=250.0)
        self.assertEqual(
            (claim.state, claim.first_date, claim.first_amount), ("won", date(2026, 3, 10), 250.0)
        )
        order._action_cancel()
        self._follow()
        self.assertEqual(
            (claim.state, claim.first_date, claim.first_amount), ("accepted", False, 0)
        )

    def test_the_first_amount_is_net_of_refunds(self):
        claim = self._refer()
        order = self._buy_and_follow(amount=200.0)
        invoice = self._invoice_order(order)
        self._refund(invoice, 0.25)
        self._follow()
        self.assertEqual((claim.state, claim.first_amount), ("won", 150.0))

    def test_nothing_changes_by_following_again(self):
        claim = self._refer()
        self._buy_and_follow()
        before = claim.write_date
        with self.at("2026-03-11"):
            self._follow()
        self.env.invalidate_all()
        self.assertEqual(claim.write_date, before)
        self.assertFalse(claim.is_stale)

    def test_the_referrer_on_the_contact_is_a_claim(self):
        self.customer.lifecycle_referrer_id = self.referrer
        claim = self.referrals.search([("partner_id", "=", self.customer.id)])
        self.assertEqual((claim.state, claim.referrer_id), ("accepted", self.referrer))
        # Another one entered there is a person's decision.
        self.customer.lifecycle_referrer_id = self.other
        self.assertStates(**{"Ada's Garden": "rejected", "Brewery": "accepted"})
        self.customer.lifecycle_referrer_id = False
        self.assertStates(**{"Ada's Garden": "rejected", "Brewery": "rejected"})
        # And back again: no third claim.
        self.customer.lifecycle_referrer_id = self.referrer
        self.assertStates(**{"Ada's Garden": "accepted", "Brewery": "rejected"})

    def test_what_contacts_told_before_becomes_a_claim_that_earns_nothing(self):
        self._buy(self.customer, "2026-03-01")
        self.customer.lifecycle_referrer_id = self.referrer
        # As if it had been told before there were claims.
        self.env.cr.flush()
        self.env.cr.execute("DELETE FROM crm_lifecycle_referral")
        self.env.invalidate_all()
        self._follow()
        # The customer is looked at first, for the claim is news of them, too.
        self._follow()
        claim = self.referrals.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(
            (claim.how, claim.state, claim.date, claim.earns_reward),
            ("known", "won", date(2026, 3, 1), False),
        )
        self._follow()
        self.assertEqual(self.referrals.search_count([("partner_id", "=", self.customer.id)]), 1)

    def test_nobody_brings_themselves_even_over_others(self):
        self._refer()
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        third = self._create_customer("Third")
        self._refer(self.customer, third)
        for referrer, customer in (
            (contact, self.customer),
            (self.customer, self.referrer),
            (third, self.referrer),
        ):
            with self.subTest(referrer.name), self.assertRaises(ValidationError):
                self._refer(referrer, customer)

    def test_a_person_decides(self):
        first, second = self._refer(), self._refer(self.other)
        with self.assertRaises(AccessError):
            second.with_user(self.colleague).action_accept()
        second.with_user(self.manager).action_accept()
        self.assertEqual((first.state, second.state), ("rejected", "accepted"))
        self.assertEqual(second.decided_by_id, self.manager)
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)

    def test_a_person_rejects_with_a_reason(self):
        claim = self._refer()
        wizard = self.env["crm.lifecycle.referral.reject"].with_user(self.manager)
        wizard.create({"referral_ids": claim.ids, "reason": "They knew us"}).action_apply()
        self.assertEqual((claim.state, claim.reason), ("rejected", "They knew us"))
        self.assertFalse(self.customer.lifecycle_referrer_id)

    def test_colleagues_claim_for_today_and_once(self):
        claims = self.referrals.with_user(self.colleague)
        vals = {
            "referrer_id": self.referrer.id,
            "partner_id": self.customer.id,
            "company_id": self.company.id,
        }
        for change, error in (
            ({"date": "2026-03-01"}, AccessError),
            ({"state": "won"}, UserError),
            ({"earns_reward": True}, UserError),
            ({"partner_id": False}, ValidationError),
        ):
            with self.subTest(change), self.assertRaises(error):
                claims.create({**vals, **change})
        claim = claims.create({**vals, "note": "At the fair"})
        self.assertEqual(claim.state, "accepted")
        with self.assertRaises(ValidationError):
            claims.create(vals)
        for change in (
            {"state": "rejected"},
            {"referrer_id": self.other.id},
            {"date": "2026-03-01"},
        ):
            with self.subTest(change), self.assertRaises(UserError):
                claim.write(change)

    def test_nobody_forges_what_the_rule_settles(self):
        self._buy_and_follow(day="2026-03-01")
        own = self._create_user("referral_own_forger", SALES)
        context = {
            "lifecycle_referral_unsettled": True,
            "default_state": "accepted",
            "default_how": "known",
            "default_is_late": False,
            "default_earns_reward": True,
            "default_user_id": self.manager.id,
            "default_first_date": "2026-03-09",
            "default_thanks": "due",
        }
        claim = (
            self.referrals.with_user(own)
            .with_context(**context)
            .create({"referrer_id": self.referrer.id, "partner_id": self.customer.id})
            .sudo()
        )
        self.assertEqual(
            (claim.state, claim.how, claim.is_late, claim.earns_reward, claim.user_id),
            ("rejected", "hand", True, False, own),
        )
        self.assertFalse(claim.first_date or claim.thanks)

    def test_defaults_of_the_user_settle_nothing(self):
        self._buy_and_follow(day="2026-03-01")
        own = self._create_user("referral_own_default", SALES)
        for name, value in (("state", "accepted"), ("is_late", False), ("thanks", "due")):
            self.env["ir.default"].set(self.referrals._name, name, value, user_id=own.id)
        claim = self.referrals.with_user(own).create(
            {"referrer_id": self.referrer.id, "partner_id": self.customer.id}
        )
        self.assertEqual((claim.state, claim.is_late, claim.thanks), ("rejected", True, False))

    def test_nobody_forges_by_a_contact(self):
        self._buy_and_follow(day="2026-03-01")
        self.customer.user_id = self.colleague
        partner = self.customer.with_user(self.colleague).with_context(
            lifecycle_referral_settled=True,
            default_how="link",
            default_state="won",
            default_thanks="due",
            default_consent_on="2026-03-10 00:00:00",
        )
        partner.lifecycle_referrer_id = self.referrer
        claim = self.referrals.search([("partner_id", "=", self.customer.id)])
        self.assertEqual(
            (claim.state, claim.how, claim.is_late, claim.earns_reward, claim.thanks),
            ("accepted", "hand", True, False, False),
        )
        self.assertFalse(claim.consent_on)

    def test_another_contact_of_the_referrer_is_the_same_referrer(self):
        claim = self._refer()
        self._buy_and_follow()
        person = self.env["res.partner"].create({"name": "Ada", "parent_id": self.referrer.id})
        self.customer.lifecycle_referrer_id = person
        self.assertEqual((claim.state, claim.referrer_id), ("won", person))
        self.assertEqual(self.referrals.search_count([("partner_id", "=", self.customer.id)]), 1)

    def test_contacts_name_the_rejected_referrer_no_more(self):
        grace = self.env["res.partner"].create(
            {
                "name": "Grace",
                "parent_id": self.customer.id,
                "lifecycle_referrer_id": self.referrer.id,
            }
        )
        for referrer in (self.referrer, self.other):
            self._buy(referrer, "2026-02-01")
        self._buy_and_follow()
        rival = self._refer(self.other)
        rival.with_user(self.manager).action_accept()
        self._follow()
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)
        self.assertFalse(grace.lifecycle_referrer_id)
        counts = [
            partner.lifecycle_profile_id.figures["referrals_0"]
            for partner in (self.referrer, self.other)
        ]
        self.assertEqual(counts, [0, 1])

    def test_a_contact_of_a_customer_is_the_customer(self):
        contact = self.env["res.partner"].create({"name": "Bo", "parent_id": self.customer.id})
        bringing = self.env["res.partner"].create({"name": "Cy", "parent_id": self.referrer.id})
        claim = self._refer(bringing, contact)
        self.assertEqual(claim.partner_id, self.customer)
        self.assertEqual(claim.referrer_customer_id, self.referrer)


@tagged("post_install", "-at_install")
class TestReferralRules(ReferralCase):
    """Two claims to one customer, under each rule."""

    def test_the_first_wins(self):
        self._refer(day="2026-03-05")
        late = self._refer(self.other, day="2026-03-06")
        self.assertStates(**{"Ada's Garden": "accepted", "Brewery": "rejected"})
        self.assertIn("Ada's Garden", late.reason)
        # One who was first and is entered later.
        third = self._create_customer("Third")
        self._refer(third, day="2026-03-04")
        self.assertEqual(self.customer.lifecycle_referrer_id, third)
        self.assertStates(
            **{"Ada's Garden": "rejected", "Brewery": "rejected", "Third": "accepted"}
        )

    def test_the_last_before_the_first_purchase_wins(self):
        self.company.lifecycle_referral_rule = "last"
        self._refer(day="2026-03-05")
        self._refer(self.other, day="2026-03-06")
        self.assertStates(**{"Ada's Garden": "rejected", "Brewery": "accepted"})
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)
        self._buy_and_follow(day="2026-03-07")
        with self.at("2026-03-07"):
            self._refer(self._create_customer("Third"))
        self.assertStates(**{"Ada's Garden": "rejected", "Brewery": "won", "Third": "rejected"})

    def test_a_person_decides(self):
        self.company.lifecycle_referral_rule = "decide"
        self._refer(day="2026-03-05")
        second = self._refer(self.other, day="2026-03-06")
        self.assertStates(**{"Ada's Garden": "accepted", "Brewery": "claimed"})
        second.with_user(self.manager).action_accept()
        self.assertStates(**{"Ada's Garden": "rejected", "Brewery": "accepted"})
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)

    def test_after_the_first_purchase_it_is_too_late(self):
        self._buy_and_follow(day="2026-03-01")
        claim = self._refer()
        self.assertEqual((claim.state, claim.is_late), ("rejected", True))
        self.assertIn("03/01/2026", claim.reason)
        self.assertFalse(self.customer.lifecycle_referrer_id)

    def test_or_a_person_decides_on_late_claims(self):
        self.company.lifecycle_referral_late = "decide"
        self._buy_and_follow(day="2026-03-01")
        claim = self._refer()
        self.assertEqual((claim.state, claim.earns_reward), ("claimed", False))
        claim.with_user(self.manager).action_accept()
        self._follow()
        self.assertEqual(claim.state, "won")

    def test_companies_settle_for_themselves(self):
        abroad = self._create_company("Referrals Abroad", "base.USD")
        self._refer()
        claim = self._refer(self.other, company_id=abroad.id)
        self.assertEqual(claim.state, "accepted")
        # The contact is one for both, and keeps who was first.
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)


@tagged("post_install", "-at_install")
class TestReferralLeads(ReferralCase):
    """A lead that somebody brought, until it is a customer."""

    def test_a_lead_is_claimed_and_becomes_a_customer(self):
        lead = self._lead()
        claim = self._claims_of(lead)
        self.assertEqual((claim.state, claim.how, claim.name), ("accepted", "lead", "New Inn"))
        lead.partner_id = self.customer
        self.assertEqual((claim.partner_id, claim.state), (self.customer, "accepted"))
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_the_customer_of_a_lead_was_brought_by_somebody_else(self):
        self._refer(self.other, day="2026-03-01")
        lead = self._lead()
        claim = self._claims_of(lead)
        self.assertEqual(claim.state, "accepted")
        lead.partner_id = self.customer
        self.assertEqual(claim.state, "rejected")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.other)

    def test_a_lost_lead_and_one_that_lives_again(self):
        lead = self._lead()
        claim = self._claims_of(lead)
        lost = self.env["crm.lost.reason"].create({"name": "Too dear"})
        lead.action_set_lost(lost_reason_id=lost.id)
        self._follow()
        self.assertEqual((claim.state, claim.reason), ("lost", "Too dear"))
        lead.action_unarchive()
        self._follow()
        self.assertEqual((claim.state, claim.reason), ("accepted", False))

    def test_a_lead_that_names_somebody_else(self):
        lead = self._lead(customer=self.customer)
        lead.lifecycle_referrer_id = self.other
        self.assertStates(**{"Ada's Garden": "rejected", "Brewery": "accepted"})
        lead.lifecycle_referrer_id = False
        self.assertStates(**{"Ada's Garden": "rejected", "Brewery": "rejected"})
        self.assertFalse(self.customer.lifecycle_referrer_id)

    def test_merged_leads_keep_it(self):
        first, second = self._lead(lifecycle_referrer_id=False), self._lead()
        claim = self._claims_of(second)
        (first | second).merge_opportunity()
        self.assertTrue(claim.exists())
        self.assertTrue(claim.lead_id.exists())
        self.assertEqual(claim.state, "accepted")

    def test_merged_leads_of_two_referrers_go_by_the_rule(self):
        for rule, winner in (("first", self.referrer), ("last", self.other)):
            with self.subTest(rule):
                self.company.lifecycle_referral_rule = rule
                with self.at("2026-03-09"):
                    first = self._lead()
                second = self._lead(self.other)
                claims = self._claims_of(first) | self._claims_of(second)
                head = (first | second).merge_opportunity()
                self.assertEqual(claims.lead_id, head)
                self.assertEqual(
                    claims.filtered(lambda claim: claim.state == "accepted").referrer_id, winner
                )
                self.assertEqual(head.lifecycle_referrer_id, winner)
                self.assertEqual(sorted(claims.mapped("state")), ["accepted", "rejected"])

    def test_merged_leads_of_two_referrers_wait_for_a_person(self):
        self.company.lifecycle_referral_rule = "decide"
        first, second = self._lead(), self._lead(self.other)
        claims = self._claims_of(first) | self._claims_of(second)
        (first | second).merge_opportunity()
        self.assertEqual(
            [(claim.referrer_id, claim.state) for claim in claims.sorted("id")],
            [(self.referrer, "accepted"), (self.other, "claimed")],
        )

    def test_merged_leads_of_one_referrer_have_one_claim(self):
        claims = self._claims_of(first := self._lead()) | self._claims_of(second := self._lead())
        (first | second).merge_opportunity()
        self.assertEqual(sorted(claims.mapped("state")), ["accepted", "rejected"])

    def test_a_lead_does_not_undo_what_led_to_a_purchase(self):
        lead = self._lead(customer=self.customer)
        claim = self._claims_of(lead)
        self._buy_and_follow()
        lead.lifecycle_referrer_id = self.other
        self._follow()
        self.assertEqual(claim.state, "won")
        lead.lifecycle_referrer_id = False
        self.assertEqual(claim.state, "won")
        self.assertEqual(self.customer.lifecycle_referrer_id, self.referrer)

    def test_nobody_forges_by_a_lead(self):
        self._buy_and_follow(day="2026-03-01")
        lead = (
            self.env["crm.lead"]
            .with_user(self.colleague)
            .with_context(
                lifecycle_referral_how="link",
                lifecycle_referral_unsettled=True,
                default_is_late=False,
                default_consent_on="2026-03-10 00:00:00",
            )
            .create(
                {
                    "name": "Forged",
                    "partner_id": self.customer.id,
                    "lifecycle_referrer_id": self.referrer.id,
                    "company_id": self.company.id,
                }
            )
        )
        claim = self._claims_of(lead)
        self.assertEqual((claim.state, claim.how, claim.is_late), ("rejected", "lead", True))
        self.assertFalse(claim.consent_on)

    def test_a_lead_says_who_took_a_claim_back(self):
        lead = self._lead(customer=self.customer)
        claim = self._claims_of(lead)
        lead.with_user(self.colleague).lifecycle_referrer_id = False
        self.assertEqual((claim.state, claim.decided_by_id), ("rejected", self.colleague))

    def test_the_customer_of_a_lead_is_corrected(self):
        inn = self._create_customer("New Inn")
        lead = self._lead(customer=self.customer)
        claim = self._claims_of(lead)
        lead.partner_id = inn
        self.assertEqual((claim.partner_id, claim.state), (inn, "accepted"))
        self.assertFalse(self.customer.lifecycle_referrer_id)
        self.assertEqual(inn.lifecycle_referrer_id, self.referrer)

    def test_who_is_second_in_the_same_moment_is_saved_all_the_same(self):
        self._lead(customer=self.customer)
        with (
            # As if the first one were not there to be seen yet.
            patch.object(type(self.referrals), "_find_rivals", lambda claim, *_: claim.browse()),
            patch.object(type(self.referrals), "_find_same", lambda claim: claim.browse()),
            mute_logger("odoo.sql_db"),
            self.assertLogs("odoo.addons.crm_lifecycle", "ERROR"),
        ):
            second = self._lead(self.other, self.customer)
        self.assertTrue(second.exists())
        self.assertStates(**{"Ada's Garden": "accepted"})

    def test_a_deleted_lead_takes_a_claim_to_nobody_along(self):
        lead = self._lead()
        claim, known = self._claims_of(lead), self._claims_of(self._lead(customer=self.customer))
        lead.unlink()
        self.assertFalse(claim.exists())
        known.lead_id.unlink()
        self.assertEqual(known.state, "accepted")
