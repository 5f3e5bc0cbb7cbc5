from datetime import date

from lxml import etree

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .point_common import PointCase

THANKS = "Thank you for your recommendation"


@tagged("post_install", "-at_install")
class TestPoints(PointCase):
    """Points for a referral that bought: once, and as long as it holds."""

    def _point(self):
        return self.points.search([("company_id", "=", self.company.id)])

    def test_phones_get_cards_of_rules(self):
        action = self.env.ref("crm_lifecycle_loyalty.crm_lifecycle_point_rule_action")
        self.assertEqual([mode for _id, mode in action.views][:2], ["list", "kanban"])
        arch = etree.fromstring(
            self.env["crm.lifecycle.point.rule"].get_view(view_type="kanban")["arch"]
        )
        self.assertLessEqual(
            {"source", "points"}, {node.get("name") for node in arch.iter("field")}
        )

    def test_once_for_each_referral(self):
        claim = self._refer()
        self._follow_and_give()
        self.assertFalse(self._card())
        self._buy_and_give()
        point = self._point()
        self.assertEqual(
            (point.person_id, point.points, point.state, point.date, point.res_id),
            (self.referrer, 50.0, "given", date(2026, 3, 10), claim.id),
        )
        self.assertEqual(point.card_id, self._card())
        self.assertEqual(self._card().points, 50.0)
        self._buy_and_give()
        self._run_job()
        self.assertEqual((self._card().points, self._point()), (50.0, point))
        self.assertEqual(self._history(), [(THANKS, 50.0, 0.0)])

    def test_they_go_on_the_card_that_is_there(self):
        card = self.env["loyalty.card"].create(
            {"partner_id": self.referrer.id, "program_id": self.program.id, "points": 7.0}
        )
        self._refer()
        self._buy_and_give()
        self.assertEqual((self._card(), card.points), (card, 57.0))

    def test_customers_read_it_in_their_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.rule.with_context(lang="zh_CN").name = "感谢推荐"
        self.referrer.lang = "zh_CN"
        self._refer()
        self._buy_and_give()
        self.assertEqual(self._history(), [("感谢推荐", 50.0, 0.0)])
        self.assertFalse(self._card().history_ids.order_model)

    def test_a_cancelled_order_takes_them_back_and_another_brings_them_again(self):
        self._refer()
        order = self._buy_and_give()
        order._action_cancel()
        self._follow_and_give()
        point = self._point()
        self.assertEqual(
            (point.state, point.taken, point.owed, self._card().points),
            ("taken_back", 50.0, 0.0, 0.0),
        )
        self._run_job()
        self.assertEqual(self._history()[1:], [(f"Taken back: {THANKS}", 0.0, 50.0)])
        self._buy_and_give()
        self.assertEqual((point.state, point.taken, self._card().points), ("given", 0.0, 50.0))
        self.assertEqual(self._history()[2:], [(THANKS, 50.0, 0.0)])

    def test_a_refund_takes_them_back(self):
        self._refer()
        order = self._buy_and_give()
        invoice = self._invoice_order(order)
        self._refund(invoice, 0.5)
        self._follow_and_give()
        self.assertEqual(self._card().points, 50.0)
        self._refund(invoice, 0.5)
        self._follow_and_give()
        self.assertEqual((self._point().state, self._card().points), ("taken_back", 0.0))

    def test_who_loses_the_claim_loses_the_points(self):
        self._refer()
        self._buy_and_give()
        other = self._refer(self.other)
        other.with_user(self.manager).action_accept()
        self._follow_and_give()
        self.assertEqual((self._card().points, self._card(self.other).points), (0.0, 50.0))

    def test_none_while_it_is_open_who_brought_them(self):
        self.company.lifecycle_referral_rule = "decide"
        self._refer()
        second = self._refer(self.other)
        self._buy_and_give()
        self.assertFalse(self._point())
        second._reject("No", by_person=True)
        self._follow_and_give()
        self.assertEqual(self._point().person_id, self.referrer)

    def test_none_for_what_was_before(self):
        self.rule.since = "2026-03-11"
        self._refer()
        self._buy_and_give()
        self.assertFalse(self._point())

    def test_none_where_the_rule_the_programme_or_the_rewards_are_off(self):
        self._refer()
        self._buy(self.customer, "2026-03-10")
        self._follow()
        for record, name in (
            (self.rule, "active"),
            (self.program, "active"),
            (self.company, "lifecycle_reward"),
        ):
            with self.subTest(name, record=record._name):
                record[name] = False
                self._run_job()
                self.assertFalse(self._point())
                record[name] = True
        self.company.lifecycle_reward_since = "2026-01-01"
        self.program.date_to = "2026-03-09"
        self._run_job()
        self.assertFalse(self._point())
        self.program.date_to = "2026-03-10"
        self._run_job()
        self.assertTrue(self._point())

    def test_money_or_points_never_both(self):
        claim = self._refer()
        self._buy_and_give()
        self.assertFalse(claim.reward_ids)
        self.company.lifecycle_reward_kind = "amount"
        claim._mark_stale()
        self._follow_and_give()
        self.assertFalse(claim.reward_ids)
        hotel = self._create_customer("Lake Hotel")
        paid = self._refer(customer=hotel)
        self._buy_and_give(hotel)
        self.assertEqual(paid.reward_ids.amount, 70.0)
        self.company.lifecycle_reward_kind = "points"
        self._run_job()
        self.assertEqual(self._card().points, 50.0)

    # ------------------------------------------------------------
    # SPENT POINTS
    # ------------------------------------------------------------

    def test_what_was_spent_is_owed_and_made_up_for_by_later_points(self):
        self._refer()
        order = self._buy_and_give()
        self._spend(30.0)
        order._action_cancel()
        self._follow_and_give()
        point = self._point()
        self.assertEqual((point.taken, point.owed, self._card().points), (20.0, 30.0, 0.0))
        self.assertEqual(self.referrer.lifecycle_points_owed, 30.0)
        hotel = self._create_customer("Lake Hotel")
        self._refer(customer=hotel)
        self._buy_and_give(hotel)
        self.assertEqual((point.taken, point.owed, self._card().points), (50.0, 0.0, 20.0))

    def test_points_of_orders_make_up_for_it_too(self):
        self._refer()
        order = self._buy_and_give()
        self._spend(50.0)
        order._action_cancel()
        self._follow_and_give()
        self._card().points += 20.0
        self._run_job()
        self.assertEqual((self._point().owed, self._card().points), (30.0, 0.0))

    def test_what_is_owed_is_settled_when_it_holds_again(self):
        self._refer()
        order = self._buy_and_give()
        self._spend(30.0)
        order._action_cancel()
        self._follow_and_give()
        self._buy_and_give()
        self.assertEqual((self._point().owed, self._card().points), (0.0, 20.0))

    def test_a_manager_lets_it_go(self):
        self._refer()
        order = self._buy_and_give()
        self._spend(30.0)
        order._action_cancel()
        self._follow_and_give()
        point = self._point()
        with self.assertRaises(AccessError):
            point.with_user(self.colleague).action_let_go()
        point.with_user(self.manager).action_let_go()
        self.assertEqual((point.owed, point.let_go_by_id), (0.0, self.manager))
        with self.assertRaises(UserError):
            point.with_user(self.manager).action_let_go()
        self._card().points = 40.0
        self._run_job()
        self.assertEqual(self._card().points, 40.0)

    def test_a_card_that_is_gone_owes_nothing(self):
        self._refer()
        order = self._buy_and_give()
        self._card().unlink()
        order._action_cancel()
        self._follow_and_give()
        self.assertEqual((self._point().state, self._point().owed), ("taken_back", 0.0))

    # ------------------------------------------------------------
    # IDENTITY
    # ------------------------------------------------------------

    def test_merged_referrers_have_one_card_with_all_points(self):
        hotel = self._create_customer("Lake Hotel")
        self._refer()
        self._refer(self.other, hotel)
        first = self._buy_and_give()
        self._buy_and_give(hotel)
        self._merge(self.other, self.referrer)
        self._follow_and_give()
        [card] = self._card()
        self.assertEqual((card.points, self._point().card_id), (100.0, card))
        self.assertEqual(self._history(), [(THANKS, 50.0, 0.0)] * 2)
        first._action_cancel()
        self._follow_and_give()
        self.assertEqual(self._card().points, 50.0)

    def test_a_merged_referrer_without_card(self):
        self._refer(self.other)
        self._buy_and_give()
        self._merge(self.other, self.referrer)
        self._follow_and_give()
        [point] = self._point()
        self.assertEqual((point.person_id, self._card().points), (self.referrer, 50.0))

    def test_merged_customers_bring_points_once(self):
        double = self._create_customer("Park Hotel Ltd")
        self._refer()
        self._refer(customer=double)
        self._buy_and_give()
        self._buy_and_give(double)
        self.assertEqual(self._card().points, 100.0)
        self._merge(double, self.customer)
        self._follow_and_give()
        self.assertEqual(self._card().points, 50.0)

    def test_a_referrer_who_joins_another_customer_keeps_them(self):
        grace = self._create_customer("Grace", is_company=False)
        self._refer(grace)
        self._buy_and_give()
        grace.parent_id = self.other
        self._follow_and_give()
        [point] = self._point()
        self.assertEqual((point.partner_id, self._card(grace).points), (self.other, 50.0))
        self.assertEqual(self.other.lifecycle_points, 50.0)

    def test_who_joins_whom_they_brought_loses_them(self):
        grace = self._create_customer("Grace", is_company=False)
        self._refer(grace)
        self._buy_and_give()
        grace.parent_id = self.customer
        self._follow_and_give()
        self.assertEqual((self._point().state, self._card(grace).points), ("taken_back", 0.0))

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    def test_rules_that_gave_points_stay_what_they_are(self):
        self._refer()
        self._buy_and_give()
        with self.assertRaises(UserError):
            self.rule.program_id = self._create_program("Other Points")
        with self.assertRaises(UserError):
            self.rule.unlink()
        with self.assertRaises(UserError):
            self._point().unlink()
        self.rule.points = 60.0
        self.assertEqual(self._point().points, 50.0)

    def test_programmes_without_cards_are_refused(self):
        promotion = self._create_program("Promotion", "promotion", applies_on="current")
        with self.assertRaises(ValidationError):
            self.rule.program_id = promotion
