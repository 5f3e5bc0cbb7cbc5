from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SALES_ALL
from .referral_common import ReferralCase
from .reward_common import RewardCase


@tagged("post_install", "-at_install")
class TestReferralRewards(RewardCase):
    """What a referrer earns: once, as long as the first purchase holds."""

    def test_one_is_due_when_the_first_purchase_holds(self):
        reward, _order = self._earn()
        self.assertEqual((reward.state, reward.amount), ("due", 50.0))
        self.assertEqual(reward.referrer_customer_id, self.referrer)
        self._buy_and_follow()
        self.assertEqual(self._reward_of(reward.referral_id), reward)

    def test_none_where_the_company_does_not_reward(self):
        self.company.lifecycle_reward = False
        reward, _order = self._earn()
        self.assertFalse(reward)
        # Switched on later, it does not look back.
        with self.at("2026-03-20"):
            self.company.lifecycle_reward = True
            self.assertEqual(self.company.lifecycle_reward_since, date(2026, 3, 20))
            self.referrals.search([])._mark_stale()
            self._follow()
        self.assertFalse(self._reward_of(self.referrals.search([("state", "=", "won")])))

    def test_a_percentage_follows_refunds_until_it_is_given(self):
        self._reward_by_percent()
        reward, order = self._earn()
        self.assertEqual(reward.amount, 20.0)
        self._refund(self._invoice_order(order), 0.5)
        self._follow()
        self.assertEqual(reward.amount, 10.0)

    def test_a_percentage_of_nothing_is_taken_back(self):
        self._reward_by_percent()
        reward, order = self._earn()
        invoice = self._invoice_order(order)
        # A cent of it is left, of which a tenth is nothing.
        self._refund(invoice, 199.99 / 200)
        self._follow()
        self.assertEqual(
            (reward.state, reward.taken_back_code, reward.to_recover),
            ("taken_back", "undone", False),
        )
        self._follow()
        self.assertEqual(reward.state, "taken_back")
        # They buy more on that day.
        self._buy_and_follow(amount=100.0)
        self.assertEqual((reward.state, reward.amount), ("due", 10.0))

    def test_what_was_given_stays_as_it_is_when_less_is_bought_again(self):
        self._reward_by_percent()
        reward, order = self._earn()
        reward.with_user(self.accountant).action_give()
        self._cancel_and_follow(order)
        self._buy_and_follow(amount=1.0)
        self.assertEqual((reward.state, reward.amount, reward.to_recover), ("given", 20.0, False))

    def test_a_refund_takes_back_what_is_due(self):
        reward, order = self._earn()
        self._refund(self._invoice_order(order))
        self._follow()
        self.assertEqual((reward.state, reward.to_recover), ("taken_back", False))
        self._buy_and_follow()
        self.assertEqual(reward.state, "due")

    def test_what_was_given_is_listed_to_be_recovered(self):
        reward, order = self._earn()
        reward.with_user(self.accountant).action_give()
        self.assertEqual(
            (reward.state, reward.given_by_id, reward.given_on),
            ("given", self.accountant, date(2026, 3, 10)),
        )
        order._action_cancel()
        self._follow()
        self.assertEqual((reward.state, reward.to_recover), ("taken_back", True))
        # They buy again before anybody asked for it.
        self._buy_and_follow()
        self.assertEqual((reward.state, reward.to_recover), ("given", False))

    def test_what_is_recovered_can_be_earned_again(self):
        reward, order = self._earn()
        reward.with_user(self.accountant).action_give()
        order._action_cancel()
        self._follow()
        reward.with_user(self.accountant).action_recovered()
        self.assertFalse(reward.to_recover)
        with self.assertRaises(UserError):
            reward.with_user(self.accountant).action_recovered()
        self._buy_and_follow()
        self.assertEqual((reward.state, reward.given_on), ("due", False))

    def test_who_loses_the_claim_loses_the_reward(self):
        reward, _order = self._earn()
        other = self._refer(self.other)
        other.with_user(self.manager).action_accept()
        self._follow()
        self.assertEqual((reward.state, other.reward_ids.state), ("taken_back", "due"))

    def test_nothing_while_it_is_open_who_brought_them(self):
        self.company.lifecycle_referral_rule = "decide"
        first, second = self._refer(), self._refer(self.other)
        self._buy_and_follow()
        self.assertFalse(first.reward_ids | second.reward_ids)
        second._reject("No", by_person=True)
        self._follow()
        self.assertEqual(self._reward_of(first).state, "due")

    def test_late_claims_earn_when_a_manager_says_so(self):
        self.company.lifecycle_referral_late = "decide"
        self._buy_and_follow(day="2026-03-01")
        claim = self._refer()
        claim.with_user(self.manager).action_accept()
        self._follow()
        self.assertFalse(claim.reward_ids)
        claim.with_user(self.manager).earns_reward = True
        self._follow()
        self.assertEqual(self._reward_of(claim).state, "due")

    def test_merged_customers_leave_one(self):
        double = self._create_customer("Park Hotel Ltd")
        reward, _order = self._earn()
        other, _order = self._earn(referrer=self.other, customer=double)
        self._merge(double, self.customer)
        self._follow()
        self.assertEqual((reward.state, other.state), ("due", "taken_back"))
        self.assertEqual(other.partner_id, self.customer)

    def test_a_customer_who_joins_another_one(self):
        person = self._create_customer("Grace", is_company=False)
        reward, _order = self._earn(customer=person)
        person.parent_id = self.customer
        self._follow()
        self.assertEqual((reward.state, reward.partner_id), ("due", self.customer))

    def test_what_is_let_go_is_given_once(self):
        reward, order = self._earn()
        reward.with_user(self.accountant).action_give()
        order._action_cancel()
        self._follow()
        reward.with_user(self.accountant).action_write_off()
        self.assertEqual((reward.to_recover, reward.is_written_off), (False, True))
        self._buy_and_follow()
        self.assertEqual((reward.state, reward.is_written_off), ("given", False))

    def test_a_posted_bill_gives_it(self):
        self._create_bills()
        reward, order = self._earn()
        reward.with_user(self.accountant).action_make_bill()
        for user in (self.accountant, self.manager):
            with self.assertRaises(UserError):
                reward.with_user(user).action_give()
        reward.move_id.invoice_date = "2026-03-10"
        reward.move_id.action_post()
        self.assertEqual((reward.state, reward.given_on), ("given", date(2026, 3, 10)))
        reward.move_id.button_draft()
        self.assertEqual((reward.state, reward.given_on), ("due", False))
        reward.move_id.action_post()
        order._action_cancel()
        self._follow()
        self.assertEqual((reward.state, reward.to_recover), ("taken_back", True))
        reward.move_id.button_draft()
        reward.move_id.button_cancel()
        self.assertFalse(reward.to_recover)

    def test_a_drafted_bill_goes_with_the_purchase(self):
        self._create_bills()
        reward, order = self._earn()
        reward.with_user(self.accountant).action_make_bill()
        order._action_cancel()
        self._follow()
        self.assertEqual((reward.state, reward.to_recover), ("taken_back", False))
        self.assertEqual(reward.move_id.state, "cancel")

    def test_a_drafted_bill_follows_a_refund(self):
        self._create_bills()
        self._reward_by_percent()
        reward, order = self._earn()
        reward.with_user(self.accountant).action_make_bill()
        self._refund(self._invoice_order(order), 0.5)
        self._follow()
        self.assertEqual((reward.amount, reward.move_id.amount_total), (10.0, 10.0))

    def test_a_defect_of_ours_posts_the_bill(self):
        self._create_bills()
        reward, _order = self._earn()
        reward.with_user(self.accountant).action_make_bill()
        reward.move_id.invoice_date = "2026-03-10"
        with (
            patch.object(type(reward), "_follow_bills", side_effect=ZeroDivisionError),
            self.assertLogs("odoo.addons.crm_lifecycle", "ERROR"),
        ):
            reward.move_id.action_post()
        self.assertEqual((reward.move_id.state, reward.state), ("posted", "due"))

    def test_a_bill_is_drafted_once(self):
        self._create_bills()
        reward, _order = self._earn()
        action = reward.with_user(self.accountant).action_make_bill()
        bill = self.env["account.move"].browse(action["res_id"])
        self.assertEqual(
            (bill.move_type, bill.state, bill.partner_id, bill.amount_total),
            ("in_invoice", "draft", self.referrer, 50.0),
        )
        again = reward.with_user(self.accountant).action_make_bill()
        self.assertEqual((again["res_id"], reward.bill_ids), (bill.id, bill))

    def test_who_may_give_and_change(self):
        reward, _order = self._earn()
        seller = self._create_user("referral_seller", SALES_ALL)
        for method in ("action_give", "action_recovered", "action_write_off", "action_make_bill"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(reward.with_user(seller), method)()
        for vals in ({"state": "given"}, {"amount": 900.0}, {"to_recover": True}):
            for user in (self.accountant, self.manager):
                with self.subTest(vals, user=user.login), self.assertRaises(UserError):
                    reward.with_user(user).write(vals)
        reward.with_user(self.accountant).reference = "Voucher 7"
        reward.with_user(self.manager).action_give()
        with self.assertRaises(UserError):
            reward.with_user(self.manager).action_give()

    def test_others_see_no_amounts(self):
        own = self._create_user("referral_own", "sales_team.group_sale_salesman")
        reward, _order = self._earn()
        self.assertNotIn("amount", reward.with_user(own).fields_get())
        self.assertEqual(reward.with_user(own).state, "due")


@tagged("post_install", "-at_install")
class TestReferralThanks(ReferralCase):
    """Whoever brought a customer is thanked once."""

    def setUp(self):
        super().setUp()
        self.company.lifecycle_referral_thanks = True

    def _mails(self):
        return self.env["mail.mail"].search([("recipient_ids", "in", self.referrer.ids)])

    def test_once(self):
        claim = self._refer()
        self._follow()
        self.assertFalse(self._mails())
        order = self._buy_and_follow()
        self.assertEqual(claim.thanks, "sent")
        [mail] = self._mails()
        self.assertIn("recommended us", mail.body_html)
        order._action_cancel()
        self._follow()
        self._buy_and_follow()
        self.assertEqual(self._mails(), mail)

    def test_nobody_is_named_in_the_mail_who_did_not_agree(self):
        self._refer()
        self._buy_and_follow()
        mail = self._mails()
        self.assertTrue(mail)
        self.assertNotIn("Park Hotel", mail.body_html)

    def test_who_agreed_is_named_in_the_mail(self):
        self._refer(consent_on="2026-03-09 00:00:00")
        self._buy_and_follow()
        self.assertIn("Park Hotel", self._mails().body_html)

    def test_not_where_it_is_off_and_not_for_what_was_before(self):
        self.company.lifecycle_referral_thanks = False
        claim = self._refer()
        self._buy_and_follow()
        self.company.lifecycle_referral_thanks = True
        claim._mark_stale()
        self._follow()
        self.assertFalse(claim.thanks)

    def test_not_who_wants_no_contact_or_has_no_address(self):
        for vals in ({"lifecycle_opt_out": True}, {"email": False}):
            with self.subTest(vals), self.env.cr.savepoint() as savepoint:
                self.referrer.write(vals)
                claim = self._refer()
                self._buy_and_follow()
                self.assertEqual(claim.thanks, "skipped")
                self.assertFalse(self._mails())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_later_who_wants_quiet_now(self):
        self.referrer.lifecycle_quiet_until = "2026-03-15"
        claim = self._refer()
        self._buy_and_follow()
        self.assertEqual(claim.thanks, "due")
        with self.at("2026-03-16"):
            self._follow()
        self.assertEqual(claim.thanks, "sent")

    def test_not_by_night(self):
        with self.at("2026-03-10 22:00:00"):
            claim = self._refer()
            self._buy(self.customer, "2026-03-10 21:00:00")
            self._follow()
            self.assertEqual(claim.thanks, "due")
