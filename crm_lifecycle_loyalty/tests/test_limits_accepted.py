from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_ALL

from .point_common import PointCase


@tagged("post_install", "-at_install")
class TestAcceptedOffers(PointCase):
    """What customers accepted stays as it was offered, whatever they have become since."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._show_pricelists()
        cls.welcome = cls._create_promotion("Welcome")
        cls.welcome.lifecycle_stage_ids = cls.stages["prospect"]
        cls.first = cls.env["product.pricelist"].create(
            {
                "name": "First Time",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
            }
        )
        cls.first.lifecycle_stage_ids = cls.stages["prospect"]
        cls.seller = cls._create_user("accepted_seller", SALES_ALL)
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Transfer", "company_id": cls.company.id}
        )
        cls.method = cls.env["payment.method"].with_context(active_test=False).search([], limit=1)

    def _offer(self, customer=None, **vals):
        """Offer a prospect the reward that is for prospects only."""
        order = self._create_order(customer or self.customer, **vals)
        order._update_programs_and_rewards()
        [coupon] = order.coupon_point_ids.coupon_id
        order._apply_program_reward(self.welcome.reward_ids, coupon)
        self.assertEqual(order.amount_total, 90.0)
        return order

    def _make_prospect(self):
        with self.at("2026-03-01"):
            self._create_opportunity(self.customer)
            self._process_queue()
        self.assertEqual(self._stage(), self.stages["prospect"])

    def _stage(self):
        self.env.invalidate_all()
        return self.customer.with_company(self.company).lifecycle_stage_id

    def _move_on(self):
        """The customer buys, and is a prospect no more."""
        self._buy(self.customer, "2026-03-02")
        with self.at("2026-03-10"):
            self._process_queue()
        self.assertEqual(self._stage(), self.stages["first_buyer"])

    def _sign(self, order):
        order.write({"signed_by": "Ada", "signed_on": "2026-03-09 10:00:00"})

    def _pay(self, order, state="done"):
        payment = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.method.id,
                "reference": f"{order.name} {state}",
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        self.env.flush_all()
        # Not every provider knows of authorizing, as the host would check.
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = %s WHERE id = %s", [state, payment.id]
        )
        payment.invalidate_recordset()

    def test_what_was_paid_keeps_its_reward(self):
        """Two offers, both paid; the first one made the customer a first-time buyer."""
        for state in ("done", "authorized", "pending"):
            with self.subTest(state):
                self.customer = self._create_customer(f"Paying {state}")
                self._make_prospect()
                first, second = self._offer(), self._offer()
                self._pay(first, state)
                first.action_confirm()
                self._process_queue()
                self.assertEqual(self._stage(), self.stages["first_buyer"])
                self._pay(second, state)
                second.action_confirm()
                self.assertEqual((first.amount_total, second.amount_total), (90.0, 90.0))

    def test_what_was_neither_signed_nor_paid_does_not(self):
        self._make_prospect()
        for state in (None, "draft", "cancel", "error"):
            with self.subTest(state):
                order = self._offer()
                if state:
                    self._pay(order, state)
        self._move_on()
        for order in self.env["sale.order"].search(
            [("partner_id", "=", self.customer.id), ("amount_total", "=", 90.0)]
        ):
            order.action_confirm()
            self.assertEqual(order.amount_total, 100.0)

    def test_a_colleague_confirms_what_was_signed(self):
        self._make_prospect()
        order = self._offer(pricelist_id=self.first.id)
        other = self._offer(pricelist_id=self.first.id)
        self._move_on()
        self._sign(order)
        order.with_user(self.seller).action_confirm()
        self.assertEqual(
            (order.state, order.amount_total, order.pricelist_id), ("sale", 90.0, self.first)
        )
        with self.assertRaises(UserError):
            other.with_user(self.seller).action_confirm()
        self._pay(other, "pending")
        other.with_user(self.seller).action_confirm()
        self.assertEqual((other.state, other.amount_total), ("sale", 90.0))

    def test_buttons_of_confirmed_orders_leave_the_reward(self):
        self._make_prospect()
        order = self._offer()
        order.action_confirm()
        with self.at("2026-03-10"):
            self._process_queue()
        self.assertEqual(self._stage(), self.stages["first_buyer"])
        as_seller = order.with_user(self.seller)
        as_seller.action_open_reward_wizard()
        self.assertTrue(as_seller._try_apply_code("NONSENSE")["not_found"])
        as_seller._update_programs_and_rewards()
        self.assertEqual(order.amount_total, 90.0)

    def test_nothing_else_is_added_to_what_was_accepted(self):
        """What is not for the customer, and was not offered, is not for accepted orders either."""
        self._make_prospect()
        order = self._create_order(self.customer)
        self._move_on()
        self._sign(order)
        order._update_programs_and_rewards()
        self.assertFalse(order.coupon_point_ids.coupon_id.program_id & self.welcome)
