from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.value_common import ValueCase

from . import test_deliveries


@tagged("post_install", "-at_install")
class TestReturnedGoods(ValueCase):
    """Goods that came back, at the price of the order line that they were sold by."""

    _confirm_goods = test_deliveries.TestDeliveries._confirm_goods
    _deliver = test_deliveries.TestDeliveries._deliver

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create(
            {"name": "Garden Table", "type": "consu", "taxes_id": [Command.clear()]}
        )

    def _send_back(self, picking, quantity):
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = quantity
        returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        returned.move_ids.picked = True
        returned.button_validate()
        return returned

    def _sell(self, **line):
        order = self._create_order(self.customer, 100.0)
        order.order_line.write({"product_id": self.goods.id, "product_uom_qty": 2, **line})
        order.order_line.tax_ids = [Command.clear()]
        order.action_confirm()
        delivery = order.picking_ids
        delivery.move_ids.quantity = delivery.move_ids.product_uom_qty
        delivery.move_ids.picked = True
        delivery.button_validate()
        self._invoice_order(order)
        return delivery

    def test_quantity_by_the_price_of_the_order_line(self):
        with self.at("2026-03-03"):
            delivery = self._sell(price_unit=80.0, discount=25.0)
            self.assertValue(**{"return": 0.0})
        with self.at("2026-03-10"):
            returned = self._send_back(delivery, 1)
            self.assertValue(revenue=120.0, **{"return": 60.0})
            self.assertEqual(self._value().return_rate, 0.5)
            self.assertTrue(self._value().returned_much)
        self.assertEqual(
            [
                entry
                for entry in self._entries("kind", "amount", "contribution", "res_id")
                if entry[0] == "return"
            ],
            [("return", 60.0, 0.0, returned.id)],
        )

    def test_a_return_is_neither_revenue_nor_cost(self):
        with self.at("2026-03-03"):
            delivery = self._sell(price_unit=80.0)
            self._send_back(delivery, 2)
            self.assertValue(revenue=160.0, refund=0.0, **{"return": 160.0})
            kinds = [kind for [kind] in self._entries("kind")]
            self.assertEqual(kinds.count("revenue"), 1)
            self.assertEqual(kinds.count("cost"), 1)

    def test_units_of_measure(self):
        with self.at("2026-03-03"):
            delivery = self._sell(
                price_unit=1200.0,
                product_uom_qty=1,
                product_uom_id=self.env.ref("uom.product_uom_dozen").id,
            )
            returned = self._send_back(delivery, delivery.move_ids.product_uom_qty / 4)
            pieces = sum(move.product_qty for move in returned.move_ids)
            self.assertValue(**{"return": round(pieces * 100.0, 2)})
            self.assertEqual(pieces, 3.0)

    def test_foreign_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 2.0,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": dollar.id, "company_id": self.company.id}
        )
        with self.at("2026-03-03"):
            self.customer.with_company(self.company).specific_property_product_pricelist = pricelist
            delivery = self._sell(price_unit=80.0)
            self.assertEqual(delivery.sale_id.currency_id, dollar)
            self._send_back(delivery, 1)
            self.assertValue(revenue=80.0, **{"return": 40.0})

    def test_without_an_order_nobody_knows_the_price(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0))
            stock = self.env["stock.warehouse"].search(
                [("company_id", "=", self.company.id)], limit=1
            )
            picking = self.env["stock.picking"].create(
                {
                    "partner_id": self.customer.id,
                    "picking_type_id": stock.in_type_id.id,
                    "location_id": self.env.ref("stock.stock_location_customers").id,
                    "location_dest_id": stock.lot_stock_id.id,
                    "move_ids": [
                        Command.create(
                            {
                                "product_id": self.goods.id,
                                "product_uom_qty": 1,
                                "location_id": self.env.ref("stock.stock_location_customers").id,
                                "location_dest_id": stock.lot_stock_id.id,
                            }
                        )
                    ],
                }
            )
            picking.action_confirm()
            picking.move_ids.quantity = 1
            picking.move_ids.picked = True
            picking.button_validate()
            self.assertValue(revenue=100.0, **{"return": 0.0})

    def test_it_drops_out_after_twelve_months(self):
        with self.at("2026-03-03"):
            self._send_back(self._sell(price_unit=80.0), 1)
        for day, recent in (("2027-03-02", 80.0), ("2027-03-03", 0.0)):
            with self.subTest(day), self.at(day):
                self._look_again(self.customer)
                self.assertValue(**{"return": recent})
                self.assertValue(span="total", **{"return": 80.0})

    def test_as_of_a_day(self):
        with self.at("2026-03-03"):
            delivery = self._sell(price_unit=80.0)
        with self.at("2026-03-10"):
            self._send_back(delivery, 1)
            self._process_queue()
        with self.at("2026-04-01"):
            for day, amount in (("2026-03-09", 0.0), ("2026-03-10", 80.0)):
                with self.subTest(day):
                    found = (
                        self.env["crm.lifecycle.value.asof"]
                        .with_context(lifecycle_date=day)
                        .search([("partner_id", "=", self.customer.id)])
                    )
                    self.assertEqual(found.return_12m, amount)
                    self.assertEqual(found.return_rate, amount / 160.0)
