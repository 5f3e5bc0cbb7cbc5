from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.lifecycle_limit_mixin import LifecycleLimitMixin
from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestLimits(PointCase):
    """Programmes for some customers only: by level, stage or type."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.promotion = cls._create_promotion("Old Friends")
        cls.code = cls._create_program(
            "By Code",
            "promo_code",
            applies_on="current",
            trigger="with_code",
            rule_ids=[
                Command.clear(),
                Command.create({"mode": "with_code", "code": "FRIEND", "minimum_qty": 0}),
            ],
            reward_ids=[
                Command.clear(),
                Command.create({"discount": 20.0, "required_points": 1.0}),
            ],
        )
        cls.first_buyer = cls.stages["first_buyer"]
        cls.buyer = cls._create_customer("Buyer")
        cls("_set_up_buyer")._set_up_buyer()

    def _set_up_buyer(self):
        self._buy(self.buyer, "2026-03-01")
        with self.at("2026-03-10"):
            self._process_queue()

    def _programs(self, customer):
        """Return the programmes that an order of a customer gets by itself."""
        order = self._create_order(customer)
        order._update_programs_and_rewards()
        return order.coupon_point_ids.coupon_id.program_id & self.promotion

    def test_nothing_chosen_is_everybody(self):
        for customer in (self.buyer, self.customer):
            self.assertEqual(self._programs(customer), self.promotion)

    def test_by_stage(self):
        self.promotion.lifecycle_stage_ids = self.first_buyer
        self.assertEqual(self._programs(self.buyer), self.promotion)
        self.assertFalse(self._programs(self.customer))
        self.promotion.lifecycle_stage_ids = self.stages["partner"]
        self.assertFalse(self._programs(self.buyer))

    def test_contacts_are_their_customer(self):
        self.promotion.lifecycle_stage_ids = self.first_buyer
        person = self._create_customer("Bo", is_company=False, parent_id=self.buyer.id)
        self.assertEqual(self._programs(person), self.promotion)

    def test_by_type(self):
        types = self.env["crm.lifecycle.limit.type"]
        profile = self.env["crm.lifecycle.profile"].search(
            [("partner_id", "=", self.buyer.id), ("company_id", "=", self.company.id)]
        )
        profile.customer_type = "hybrid"
        own = types.search([("code", "=", "hybrid")])
        self.promotion.lifecycle_type_ids = own
        self.assertEqual(self._programs(self.buyer), self.promotion)
        self.promotion.lifecycle_type_ids = types.search([]) - own
        self.assertFalse(self._programs(self.buyer))

    def test_by_level(self):
        """Also one that is archived: nobody is of it any more, and so it is for nobody."""
        level = self.env["crm.lifecycle.loyalty.level"].create(
            {"name": "Everybody", "minimum": 0, "company_id": self.company.id, "sequence": 1}
        )
        self.env["crm.lifecycle.loyalty.level"].search(
            [("company_id", "=", self.company.id), ("id", "!=", level.id)]
        ).minimum = 100
        profile = self.env["crm.lifecycle.profile"].search(
            [("partner_id", "=", self.buyer.id), ("company_id", "=", self.company.id)]
        )
        self.promotion.lifecycle_level_ids = level
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_profile SET loyalty_index = 50 WHERE id = %s", [profile.id]
        )
        self.env.invalidate_all()
        self.assertEqual(self._programs(self.buyer), self.promotion)
        self.assertFalse(self._programs(self.customer))
        level.active = False
        self.env.invalidate_all()
        self.assertFalse(self._programs(self.buyer))

    def test_all_that_is_chosen_has_to_hold(self):
        self.promotion.write(
            {
                "lifecycle_stage_ids": [Command.set(self.first_buyer.ids)],
                "lifecycle_level_ids": [
                    Command.create({"name": "X", "minimum": 100, "company_id": self.company.id})
                ],
            }
        )
        self.assertFalse(self._programs(self.buyer))

    def test_what_no_longer_holds_comes_off_the_order(self):
        order = self._create_order(self.buyer)
        order._update_programs_and_rewards()
        [coupon] = order.coupon_point_ids.coupon_id
        order._apply_program_reward(self.promotion.reward_ids, coupon)
        self.assertEqual(order.amount_total, 90.0)
        self.promotion.lifecycle_stage_ids = self.stages["partner"]
        order.action_confirm()
        self.assertEqual((order.state, order.amount_total), ("sale", 100.0))

    def test_codes_say_whom_they_are_for(self):
        self.code.lifecycle_stage_ids = self.first_buyer
        status = self._create_order(self.customer)._try_apply_code("FRIEND")
        self.assertEqual(
            status["error"],
            "By Code is only for these customers: First-time buyer. Park Hotel is none of them.",
        )
        self.assertNotIn("error", self._create_order(self.buyer)._try_apply_code("FRIEND"))
        status = self._create_order(self.customer)._try_apply_code("NONSENSE")
        self.assertEqual(status["error"], "This code is invalid (NONSENSE).")

    def test_customers_are_not_told_what_we_think_of_them(self):
        self.code.lifecycle_stage_ids = self.first_buyer
        portal = new_test_user(self.env, "limit_portal", "base.group_portal")
        order = self._create_order(self.customer).with_user(portal).sudo()
        self.assertEqual(
            order._try_apply_code("FRIEND")["error"], "This code is not meant for your account."
        )

    def test_coupons_of_the_programme_too(self):
        coupons = self._create_program(
            "Coupons", "coupons", applies_on="current", trigger="with_code"
        )
        coupons.reward_ids.required_points = 1.0
        card = self.env["loyalty.card"].create({"program_id": coupons.id, "points": 1.0})
        coupons.lifecycle_stage_ids = self.first_buyer
        self.assertIn(
            "only for these customers",
            self._create_order(self.customer)._try_apply_code(card.code)["error"],
        )
        self.assertNotIn("error", self._create_order(self.buyer)._try_apply_code(card.code))

    def test_coupons_are_made_for_those_alone_whom_it_is_for(self):
        coupons = self._create_program(
            "Coupons", "coupons", applies_on="current", trigger="with_code"
        )
        person = self._create_customer("Bo", is_company=False, parent_id=self.buyer.id)
        wizard = self.env["loyalty.generate.wizard"].create(
            {
                "program_id": coupons.id,
                "mode": "selected",
                "customer_ids": [Command.set((self.buyer | person | self.customer).ids)],
                "description": "For friends",
            }
        )
        self.assertEqual(wizard._get_partners(), self.buyer | person | self.customer)
        coupons.lifecycle_stage_ids = self.first_buyer
        wizard.invalidate_recordset()
        self.assertEqual(wizard.generate_coupons().partner_id, self.buyer | person)
        wizard.customer_ids = self.customer
        wizard.coupon_qty = 3
        with self.assertRaises(UserError) as refused:
            wizard.generate_coupons()
        self.assertEqual(
            str(refused.exception),
            "Coupons is only for these customers: First-time buyer. None of the chosen ones is one"
            " of them.",
        )
        wizard.write({"mode": "anonymous", "coupon_qty": 2})
        self.assertEqual(len(wizard.generate_coupons()), 2)

    def test_coupons_are_made_where_we_cannot_tell(self):
        self.code.lifecycle_stage_ids = self.first_buyer
        wizard = self.env["loyalty.generate.wizard"].create(
            {
                "program_id": self.code.id,
                "mode": "selected",
                "customer_ids": [Command.set(self.customer.ids)],
            }
        )
        with (
            patch.object(type(wizard), "_leave_out_lifecycle_barred", side_effect=ValueError),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"),
        ):
            self.assertEqual(wizard.generate_coupons().partner_id, self.customer)

    def test_cards_keep_their_points_and_give_nothing_meanwhile(self):
        card = self.env["loyalty.card"].create(
            {"program_id": self.program.id, "partner_id": self.customer.id, "points": 200.0}
        )
        self.assertIn(card, self._claimable(self.customer))
        self.program.lifecycle_stage_ids = self.first_buyer
        self.assertFalse(self._claimable(self.customer))
        order = self._create_order(self.customer)
        self.assertIn("error", order._try_apply_program(self.program, card))
        order.action_confirm()
        self.assertEqual((order.amount_total, card.points), (100.0, 200.0))

    def _claimable(self, customer):
        """Return the cards that the window for rewards offers on an order."""
        order = self._create_order(customer)
        order.action_open_reward_wizard()
        wizard = self.env["sale.loyalty.reward.wizard"].create({"order_id": order.id})
        cards = order._get_claimable_rewards()
        self.assertEqual(bool(cards), bool(wizard.reward_ids))
        return self.env["loyalty.card"].union(*cards) if cards else self.env["loyalty.card"]

    def test_a_code_that_is_not_for_another_customer_comes_off_with_them(self):
        self.code.lifecycle_stage_ids = self.first_buyer
        order = self._create_order(self.buyer)
        [(card, rewards)] = order._try_apply_code("FRIEND").items()
        order._apply_program_reward(rewards, card)
        self.assertEqual(order.amount_total, 80.0)
        order.partner_id = self.customer
        order._update_programs_and_rewards()
        self.assertEqual(order.amount_total, 100.0)

    def test_visitors_of_the_website_are_nobody(self):
        self.promotion.lifecycle_stage_ids = self.first_buyer
        public = self.env.ref("base.public_user")
        order = self._create_order(public.partner_id).with_user(public).sudo()
        order._update_programs_and_rewards()
        self.assertFalse(order.coupon_point_ids)
        self._buy(public.partner_id, "2026-03-02")
        self._process_queue()
        self.assertFalse(self._programs(public.partner_id))

    def test_gift_cards_and_wallets_are_the_customers_own_money(self):
        for program_type in ("gift_card", "ewallet"):
            with self.subTest(program_type):
                program = self._create_program(program_type, program_type, applies_on="future")
                program.lifecycle_stage_ids = self.stages["partner"]
                order = self._create_order(self.customer)
                self.assertTrue(program.filtered_domain(order._get_program_domain()))

    def test_other_companies_look_at_their_own_customers(self):
        other = self._create_company("Other Company", "base.EUR")
        shared = self.promotion
        shared.write(
            {"company_id": False, "lifecycle_stage_ids": [Command.set(self.first_buyer.ids)]}
        )
        order = self._create_order(self.buyer)
        self.assertTrue(shared.filtered_domain(order._get_program_domain()))
        elsewhere = self.env["sale.order"].create(
            {"partner_id": self.buyer.id, "company_id": other.id}
        )
        self.assertFalse(shared.filtered_domain(elsewhere._get_program_domain()))

    def test_salespeople_see_it_by_their_own_rights(self):
        self.promotion.lifecycle_stage_ids = self.first_buyer
        for customer, found in ((self.buyer, True), (self.customer, False)):
            order = self._create_order(customer, user_id=self.salesperson.id)
            order.with_user(self.salesperson)._update_programs_and_rewards()
            self.assertEqual(bool(order.coupon_point_ids), found)

    def test_orders_go_on_where_we_cannot_tell(self):
        self.promotion.lifecycle_stage_ids = self.first_buyer
        order = self._create_order(self.buyer)
        with (
            patch.object(LifecycleLimitMixin, "_find_lifecycle_barred", side_effect=ValueError),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"),
        ):
            order._update_programs_and_rewards()
            self.assertTrue(order._try_apply_code("NONSENSE")["not_found"])
            order.action_confirm()
        self.assertEqual(order.state, "sale")
