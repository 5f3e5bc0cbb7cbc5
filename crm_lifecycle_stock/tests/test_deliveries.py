from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.crm_lifecycle.tests.common import LifecycleCase

from .goods_common import order_line_of


@tagged("post_install", "-at_install")
class TestDeliveries(LifecycleCase):
    """Deliveries and returns are events of the customer they went to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create(
            {
                "name": "Garden Table",
                "type": "consu",
                "taxes_id": [Command.clear()],
            }
        )
        cls.customer = cls._create_customer()

    def _confirm_goods(self):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "order_line": [order_line_of(self.goods)],
            }
        )
        order.action_confirm()
        return order

    def _deliver(self, order):
        picking = order.picking_ids
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking.button_validate()
        return picking

    def _send_back(self, picking):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 2
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        returned.move_ids.picked = True
        returned.button_validate()
        return returned

    def _events(self, kinds):
        self.env.flush_all()
        events = self.env["crm.lifecycle.event"].search(
            [("partner_id", "=", self.customer.id), ("kind", "in", kinds)], order="date, id"
        )
        return [(event.kind, str(event.date), event.res_id) for event in events]

    def test_a_delivery_and_its_return_are_events_on_their_own_days(self):
        with self.at("2026-03-03"):
            order = self._confirm_goods()
            self.assertEqual(self._events(["delivery", "return"]), [], "Nothing is delivered yet")
        with self.at("2026-03-05"):
            delivery = self._deliver(order)
        with self.at("2026-03-09"):
            back = self._send_back(delivery)
        self.assertEqual(
            self._events(["delivery", "return"]),
            [("delivery", "2026-03-05", delivery.id), ("return", "2026-03-09", back.id)],
        )

    def test_a_delivery_queues_its_customer(self):
        order = self._confirm_goods()
        self._process_queue()
        self.assertEqual(self.queue._count_waiting(), 0)
        self._deliver(order)
        self.env.cr.flush()
        self.assertIn(self.customer.id, self.queue.search([]).mapped("partner_ref"))

    def test_a_defect_in_the_hook_leaves_the_delivery_done(self):
        order = self._confirm_goods()
        with (
            mute_logger("odoo.addons.crm_lifecycle_stock.models.stock_move"),
            patch.object(type(self.queue), "_mark", side_effect=ValueError("defect")),
        ):
            picking = self._deliver(order)
        self.assertEqual(picking.state, "done")

    def test_a_delivery_opens_from_its_event(self):
        order = self._confirm_goods()
        picking = self._deliver(order)
        self.env.flush_all()
        event = self.env["crm.lifecycle.event"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("kind", "=", "delivery"),
            ]
        )
        action = event.action_open_document()
        self.assertEqual((action["res_model"], action["res_id"]), ("stock.picking", picking.id))
