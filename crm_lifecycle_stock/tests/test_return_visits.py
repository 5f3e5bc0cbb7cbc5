from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.reminder_common import ReminderCase

from .goods_common import order_line_of


@tagged("post_install", "-at_install")
class TestReturnVisitsAfterDelivery(ReminderCase):
    """The customer is called on again once everything arrived, be it long after the invoice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_return_visit_days = 14
        cls.goods = cls.env["product.product"].create(
            {
                "name": "Garden Table",
                "type": "consu",
                "taxes_id": [Command.clear()],
                "invoice_policy": "order",
            }
        )

    def _order_goods(self, day):
        with self.at(day):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "user_id": self.senior.id,
                    "order_line": [order_line_of(self.goods)],
                }
            )
            order.action_confirm()
            self._invoice_order(order)
        return order

    def _deliver(self, order, day, quantity=2):
        with self.at(day):
            picking = order.picking_ids.filtered(lambda transfer: transfer.state != "done")
            picking.move_ids.quantity = quantity
            picking.move_ids.picked = True
            picking._action_done()
        self.env.flush_all()

    def _visit(self, order):
        return self.env["crm.lifecycle.return.visit"].search([("order_id", "=", order.id)])

    def test_a_visit_comes_up_once_everything_arrived(self):
        order = self._order_goods("2026-01-05")
        self._remind("2026-01-06")
        self.assertFalse(self._visit(order))
        self._deliver(order, "2026-04-01", quantity=1)
        self._remind("2026-04-01")
        self.assertFalse(self._visit(order))
        self._deliver(order, "2026-04-08", quantity=1)
        self._remind("2026-04-09")
        self.assertEqual(self._visit(order).date_due, self._day("2026-04-22"))

    def test_days_of_delivery_are_those_of_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        order = self._order_goods("2026-01-05")
        self._deliver(order, "2026-04-08 20:00:00")
        self.assertEqual(
            order.with_company(self.company)._get_lifecycle_delivered_days(),
            {order: self._day("2026-04-09")},
        )

    def test_services_alone_count_from_the_order(self):
        with self.at("2026-03-02"):
            order = self._confirm_order(self.customer)
            self._invoice_order(order)
        self._remind("2026-03-03")
        self.assertEqual(self._visit(order).date_due, self._day("2026-03-16"))
