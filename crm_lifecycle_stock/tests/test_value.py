from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.value_common import ValueCase

from .test_deliveries import TestDeliveries


class GoodsCase(ValueCase):
    """Tables that are bought for 60, valued in the ledger or not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"]
        cls.expense = accounts.search(
            [("code", "=", "100004"), ("company_ids", "=", cls.company.id)]
        )
        cls.stock = accounts.create(
            {"name": "Stock", "code": "100007", "account_type": "asset_current"}
        )

    def _create_goods(self, valuation="real_time", cost_method="standard", cost=60.0):
        category = self.env["product.category"].create(
            {
                "name": valuation,
                "property_valuation": valuation,
                "property_cost_method": cost_method,
                "property_stock_valuation_account_id": self.stock.id,
                "property_account_expense_categ_id": self.expense.id,
            }
        )
        return self.env["product.product"].create(
            {
                "name": "Garden Table",
                "type": "consu",
                "is_storable": True,
                "categ_id": category.id,
                "standard_price": cost,
                "taxes_id": [Command.clear()],
            }
        )

    def _costs(self):
        return [
            entry[1:]
            for entry in self._entries("kind", "cost_basis", "amount")
            if entry[0] == "cost"
        ]

    def _balance(self, *account_types):
        """Return what accounts of some types have in the company's books."""
        [[balance]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "in", account_types),
            ],
            [],
            ["balance:sum"],
        )
        return balance


@tagged("post_install", "-at_install")
class TestLedgerCost(GoodsCase):
    """Where stock is valued in the ledger, goods cost what the invoice booked."""

    def test_the_invoice_books_the_cost(self):
        with self.at("2026-03-03"):
            table = self._create_goods()
            self._post_lines((table, 3, 100.0, 0), (self.advice, 1, 50.0, 0))
            self.assertEqual(self._balance("expense"), 180.0)
            self.assertValue(revenue=350.0, margin=170.0, costed=300.0)
            self.assertEqual(self._costs(), [("ledger", -180.0), ("unknown", 0.0)])

    def test_what_is_booked_stays(self):
        with self.at("2026-03-03"):
            table = self._create_goods()
            self._post_lines((table, 1, 100.0, 0))
            table.standard_price = 90.0
            self._look_again(self.customer)
            self.assertValue(margin=40.0)

    def test_a_refund_takes_the_cost_back(self):
        with self.at("2026-03-03"):
            table = self._create_goods()
            invoice = self._post_lines((table, 3, 100.0, 0))
            table.standard_price = 90.0
            self._refund(invoice)
            self.assertEqual(self._balance("expense"), 0.0)
            self.assertValue(revenue=0.0, margin=0.0, refund=300.0)
            self.assertEqual(self._costs(), [("ledger", -180.0), ("ledger", 180.0)])

    def test_a_refund_that_cancels_the_invoice_takes_the_cost_back(self):
        with self.at("2026-03-03"):
            table, chair = self._create_goods(), self._create_goods(cost=20.0)
            invoice = self._post_lines(
                (table, 1, 100.0, 0), (table, 3, 90.0, 0), (chair, 2, 40.0, 0)
            )
            self.assertEqual(self._balance("expense"), 280.0)
            # The host copies the booked lines without a word of which line they are for.
            invoice._reverse_moves([{"invoice_date": invoice.invoice_date}], cancel=True)
            self.assertEqual(self._balance("expense"), 0.0)
            self.assertValue(revenue=0.0, margin=0.0, refund=450.0)
            self.assertEqual(
                self._costs(),
                [
                    ("ledger", -60.0),
                    ("ledger", -180.0),
                    ("ledger", -40.0),
                    ("ledger", 60.0),
                    ("ledger", 180.0),
                    ("ledger", 40.0),
                ],
            )

    def test_a_delivered_order(self):
        with self.at("2026-03-03"):
            table = self._create_goods()
            order = self._create_order(self.customer, 100.0)
            order.order_line.product_id = table
            order.order_line.price_unit = 100.0
            order.order_line.tax_ids = [Command.clear()]
            order.action_confirm()
            order.picking_ids.move_ids.write({"quantity": 1, "picked": True})
            order.picking_ids.button_validate()
            self._invoice_order(order)
            self.assertValue(revenue=100.0, margin=40.0)
            self.assertEqual(self._costs(), [("ledger", -60.0)])

    def test_margins_over_customers_are_the_ledgers(self):
        with self.at("2026-03-03"):
            table, chair = self._create_goods(), self._create_goods(cost=19.99)
            for name in ("Hotel Rosa", "Hotel Blu"):
                customer = self._create_customer(name)
                lines = (table, 2, 99.99, 12.5), (chair, 3, 33.33, 0)
                invoice = self._post_lines(*lines, customer=customer)
                self._refund(invoice, 0.333)
                self._post_lines(*lines, customer=customer)._reverse_moves(
                    [{"invoice_date": "2026-03-03"}], cancel=True
                )
                self._post_lines(*lines, customer=customer)
            self._process_queue()
        [[margin]] = self.env["crm.lifecycle.value"]._read_group(
            [("company_id", "=", self.company.id)], [], ["margin_total:sum"]
        )
        self.assertGreater(margin, 0.0)
        self.assertAlmostEqual(margin, -self._balance("income", "expense"), 2)


@tagged("post_install", "-at_install")
class TestProductCost(GoodsCase):
    """Where it is not, goods cost what the product did on that day."""

    def test_a_standard_cost_is_that_of_the_day(self):
        with self.at("2026-03-03"):
            table = self._create_goods("periodic")
            self._post_lines((table, 1, 100.0, 0))
        with self.at("2026-04-03"):
            table.standard_price = 80.0
            self._post_lines((table, 1, 100.0, 0))
            self.assertValue(revenue=200.0, margin=60.0)
        self.assertEqual(self._costs(), [("product_then", -60.0), ("product_then", -80.0)])

    def test_before_the_first_note_the_first_cost_counts(self):
        with self.at("2026-04-01"):
            table = self._create_goods("periodic")
        with self.at("2026-04-02"):
            table.standard_price = 80.0
        with self.at("2026-03-03"):
            self._post_lines((table, 1, 100.0, 0))
            self.assertValue(margin=40.0)

    def test_a_cost_that_is_entered_late_counts_from_the_beginning(self):
        with self.at("2026-03-03"):
            table = self._create_goods("periodic", cost=0.0)
            self._post_lines((table, 1, 100.0, 0))
            self.assertValue(margin=100.0, costed=0.0)
        with self.at("2026-04-03"):
            table.standard_price = 70.0
        with self.at("2026-05-03"):
            table.standard_price = 80.0
            self._look_again(self.customer)
            self.assertValue(margin=30.0, costed=100.0)

    def test_an_average_cost_is_that_of_today(self):
        with self.at("2026-03-03"):
            table = self._create_goods("periodic", "average")
            self._post_lines((table, 1, 100.0, 0))
        with self.at("2026-04-03"):
            table.standard_price = 80.0
            self._look_again(self.customer)
            self.assertValue(margin=20.0)
        self.assertEqual(self._costs(), [("product", -80.0)])


@tagged("post_install", "-at_install")
class TestDeliveryCost(GoodsCase):
    """Each delivery, and each return, costs what the company says."""

    _confirm_goods = TestDeliveries._confirm_goods
    _deliver = TestDeliveries._deliver
    _send_back = TestDeliveries._send_back

    def test_an_average_cost_is_that_of_the_delivery(self):
        self.goods = self._create_goods("periodic", "average", cost=20.0)
        with self.at("2026-03-03"):
            order = self._confirm_goods()
            self._deliver(order)
            # As without Margins: no order line knows a cost.
            order.order_line.purchase_price = 0.0
            self._invoice_order(order)
            self.assertValue(revenue=100.0, margin=60.0)
        with self.at("2026-04-03"):
            self.goods.standard_price = 45.0
            self._look_again(self.customer)
            self.assertValue(margin=60.0)
        self.assertEqual(self._costs(), [("delivery", -40.0)])

    def test_parts_of_a_kit_share_its_price(self):
        self.goods = self._create_goods("periodic")
        part = self._create_goods("periodic", cost=5.0)
        with self.at("2026-03-03"):
            delivery = self._deliver(self._confirm_goods())
        with self.at("2026-03-09"):
            back = self._send_back(delivery)
            # What kits of four parts do to an order line of two: one kit comes back.
            for moves, quantity in ((delivery.move_ids, 8), (back.move_ids, 4)):
                self.env.flush_all()
                self.env.cr.execute(
                    "UPDATE stock_move SET product_id = %s, product_uom_qty = %s, quantity = %s"
                    " WHERE id = ANY(%s)",
                    [part.id, quantity, quantity, moves.ids],
                )
                self.env.invalidate_all()
            self._look_again(self.customer)
            self.assertValue(**{"return": 50.0})

    def test_deliveries_and_returns_cost_their_rate(self):
        self.goods = self._create_goods("periodic", cost=0.0)
        self.env["crm.lifecycle.service.rate"].create(
            {"company_id": self.company.id, "kind": "delivery", "amount": 12.0}
        )
        with self.at("2026-03-03"):
            order = self._confirm_goods()
            self.assertFalse(self._value())
            delivery = self._deliver(order)
            self.assertValue(service=12.0, contribution=-12.0)
        with self.at("2026-03-09"):
            back = self._send_back(delivery)
            self.assertValue(service=24.0, contribution=-24.0)
        self.assertEqual(
            self._entries("kind", "service_kind", "amount", "res_model", "res_id"),
            [
                ("service", "delivery", -12.0, "stock.picking", delivery.id),
                ("service", "delivery", -12.0, "stock.picking", back.id),
                ("return", False, 100.0, "stock.picking", back.id),
            ],
        )

    def test_a_transfer_without_an_order_counts_for_the_receiver(self):
        self.goods = self._create_goods("periodic", cost=0.0)
        self.env["crm.lifecycle.service.rate"].create(
            {"company_id": self.company.id, "kind": "delivery", "amount": 12.0}
        )
        with self.at("2026-03-03"):
            delivery = self._deliver(self._confirm_goods())
            delivery.sale_id = False
            self._look_again(self.customer)
            self.assertValue(service=12.0)
