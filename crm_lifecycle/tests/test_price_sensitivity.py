import math
import random
from collections import defaultdict
from datetime import date
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.type_evidence import HostColumns
from .type_common import TypeCase

DAY = date(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestPriceSensitivity(TypeCase):
    """How quantities answer to prices over a customer's own order lines."""

    def _buy_at(self, prices, quantities, product=None, first=10, **vals):
        """Order a product once a day, at prices and in quantities."""
        for place, (price, quantity) in enumerate(zip(prices, quantities, strict=True)):
            self._order_lines(
                f"2025-12-{first + place:02}", (product or self.product, quantity, price, 0), **vals
            )

    def _measured(self, day="2026-01-01"):
        profile = self._look(day)
        return profile.price_sample, round(profile.price_elasticity, 4), profile.price_sensitivity

    def test_twice_as_much_at_half_the_price_is_an_elasticity_of_minus_one(self):
        self._buy_at([100, 50] * 4, [1, 2] * 4)
        self.assertEqual(self._measured(), (8, -1.0, "moderate"))

    def test_limits_of_the_bands(self):
        for elasticity, band in (
            (0.5, "insensitive"),
            (0.0, "insensitive"),
            (-0.49, "insensitive"),
            (-0.5, "moderate"),
            (-1.49, "moderate"),
            (-1.5, "sensitive"),
            (-3.0, "sensitive"),
        ):
            with self.subTest(elasticity), self.env.cr.savepoint() as savepoint:
                # The unit keeps two digits, so in thousands.
                self._buy_at([100, 50] * 4, [100000, round(100000 * 2**-elasticity, 2)] * 4)
                self.assertEqual(self._measured(), (8, elasticity, band))
                savepoint.rollback()
            self.env.invalidate_all()

    def test_too_few_lines_leave_it_empty(self):
        self._buy_at([100, 50, 100, 50, 100, 50, 100], [1, 2, 1, 2, 1, 2, 1])
        profile = self._look("2026-01-01")
        self.assertEqual(self._measured(), (7, 0.0, False))
        self.assertIn("Only 7 of 8 order lines", profile.sensitivity_reason)
        self._set_rules(sensitivity_minimum=7)
        self.assertEqual(self._measured(), (7, -1.0, "moderate"))

    def test_a_constant_price_tells_nothing(self):
        self._buy_at([100] * 9, range(1, 10))
        profile = self._look("2026-01-01")
        self.assertEqual(self._measured(), (0, 0.0, False))
        self.assertIn("No product was bought at two prices", profile.sensitivity_reason)
        self.assertFalse(
            self.env["crm.lifecycle.profile"].search(
                [("id", "=", profile.id), ("price_sensitivity", "!=", False)]
            )
        )

    def test_prices_that_hardly_vary_tell_nothing(self):
        self._buy_at([100, 101] * 4, [2, 1] * 4)
        profile = self._look("2026-01-01")
        self.assertEqual(self._measured(), (8, 0.0, False))
        self.assertIn("varied too little", profile.sensitivity_reason)
        # The standard deviation is 0.4975 %.
        self._set_rules(sensitivity_variation=0.49)
        self.assertEqual(self._measured()[2], "sensitive")

    def test_products_are_compared_with_themselves_alone(self):
        # A dear product is bought less than a cheap one, each whatever its price.
        dear, cheap = self._create_products(2)
        self._buy_at([1000, 800] * 4, [1, 1] * 4, dear)
        self._buy_at([10, 8] * 4, [100, 100] * 4, cheap)
        self.assertEqual(self._measured(), (16, 0.0, "insensitive"))

    def test_a_product_of_one_price_is_no_part_of_the_sample(self):
        other = self._create_products(1)
        self._buy_at([100, 50] * 4, [1, 2] * 4)
        self._buy_at([70] * 5, [1, 5, 9, 2, 4], other)
        self.assertEqual(self._measured(), (8, -1.0, "moderate"))

    def test_discounts_are_prices(self):
        for place in range(8):
            discount = 50 * (place % 2)
            self._order_lines(
                f"2025-12-{10 + place}", (self.product, 1 + place % 2, 100.0, discount)
            )
        self.assertEqual(self._measured(), (8, -1.0, "moderate"))

    def test_two_currencies(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": usd.id,
                "company_id": self.company.id,
                "rate": 2.0,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": usd.id, "company_id": self.company.id}
        )
        for place in range(8):
            in_dollars = place > 3
            # 200 dollars are 100 euros.
            price = (200.0 if in_dollars else 100.0) / (1 + place % 2)
            self._order_lines(
                f"2025-12-{10 + place}",
                (self.product, 1 + place % 2, price, 0),
                **({"pricelist_id": pricelist.id} if in_dollars else {}),
            )
        self.assertEqual(self._measured(), (8, -1.0, "moderate"))

    def test_an_exchange_rate_that_moves_is_no_price(self):
        usd = self.env.ref("base.USD")
        usd.active = True
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": usd.id, "company_id": self.company.id}
        )
        for place in range(8):
            self.env["res.currency.rate"].create(
                {
                    "name": f"2025-12-{10 + place}",
                    "currency_id": usd.id,
                    "company_id": self.company.id,
                    "rate": 1 + place % 2,
                }
            )
            self._order_lines(
                f"2025-12-{10 + place}",
                (self.product, 1 + place, 100.0, 0),
                pricelist_id=pricelist.id,
            )
        self.assertEqual(self._measured(), (0, 0.0, False))

    def test_what_came_back_was_not_bought(self):
        self._buy_at([100, 50] * 4, [1, 2] * 4)
        # Eight lines of another product that say the same, at first.
        other = self._create_products(1)
        orders = [
            self._order_lines(f"2025-12-{10 + place}", (other, quantity, price, 0))
            for place, (price, quantity) in enumerate([(100, 10), (50, 20)] * 4)
        ]
        invoices = []
        for order in orders:
            with self.at("2025-12-20"):
                invoices.append(self._invoice_order(order))
        self.assertEqual(self._measured(), (16, -1.0, "moderate"))
        logs = [math.log(10), math.log(20)] * 4
        for name, vals, lines, last in (
            ("all", {}, 15, None),
            ("half", {"quantity": 10}, 16, math.log(10)),
            # Nobody knew of it while ordering.
            ("an allowance", {"price_unit": 20.0}, 16, math.log(20)),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                self._refund_lines("2025-12-22", invoices[-1], **vals)
                kept = logs[:-1] + ([] if last is None else [last])
                self.assertEqual(self._profile(self.customer).price_sample, 16)
                profile = self._look("2026-01-01")
                self.assertEqual(profile.price_sample, lines)
                self.assertAlmostEqual(profile.price_elasticity, self._pooled(kept), delta=0.0001)
                with self.subTest("refund and invoice again"):
                    with self.at("2025-12-23"):
                        self._invoice_order(orders[-1])
                    self.assertEqual(self._measured(), (16, -1.0, "moderate"))
                savepoint.rollback()
            self.env.invalidate_all()

    def _pooled(self, quantities):
        """Return the slope of eight lines of elasticity -1, and of others at 100 and 50."""
        groups = [
            [(math.log(100), math.log(1)), (math.log(50), math.log(2))] * 4,
            list(zip([math.log(100), math.log(50)] * 4, quantities, strict=False)),
        ]
        square = product = 0
        for points in groups:
            price = sum(x for x, _y in points) / len(points)
            quantity = sum(y for _x, y in points) / len(points)
            square += sum((x - price) ** 2 for x, _y in points)
            product += sum((x - price) * (y - quantity) for x, y in points)
        return product / square

    def test_what_costs_nothing_and_what_is_passed_on_tells_nothing(self):
        self._buy_at([100, 50] * 4, [1, 2] * 4)
        self._buy_at([0] * 3, [9, 9, 9], first=20)
        order = self._order_lines("2025-12-25", (self.product, 9, 33.0, 0))
        self.assertEqual(self._measured()[0], 9)
        order.order_line.is_expense = True
        self.assertEqual(self._measured(), (8, -1.0, "moderate"))

    def test_what_the_delivery_costs_tells_nothing(self):
        self._buy_at([100, 50] * 4, [1, 2] * 4)
        delivery = self._create_products(1)
        self._buy_at([5, 9, 5, 9], [1, 1, 1, 1], delivery)
        profiles = self.env["crm.lifecycle.profile"]
        # As where Delivery adds its column.
        host = HostColumns(is_delivery=SQL("line.product_id = %s", delivery.id))
        for columns, lines, categories in ((profiles._get_host_columns(), 12, 2), (host, 8, 1)):
            with (
                self.at(str(DAY)),
                patch.object(type(profiles), "_get_host_columns", lambda _self, c=columns: c),
            ):
                [row] = profiles._derive_types(self.customer.ids)
            self.assertEqual(
                (row["price_sample"], row["type_figures"]["categories"]), (lines, categories)
            )
        names = self.env["sale.order.line"]._fields
        self.assertEqual(
            profiles._get_host_columns().is_delivery.code,
            "line.is_delivery" if "is_delivery" in names else "FALSE",
        )

    def test_units_are_converted(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        for place in range(8):
            with self.at(f"2025-12-{10 + place}"):
                in_dozens = place > 3
                # 12 units at 100 each, or 24 at 50, as units and as dozens.
                count = 1 + place % 2
                order = self._confirm_order(
                    self.customer,
                    order_line=[
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "product_uom_id": (dozen if in_dozens else self.product.uom_id).id,
                                "product_uom_qty": count if in_dozens else 12 * count,
                                "price_unit": (1200.0 if in_dozens else 100.0) / count,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                )
                self.assertEqual(order.amount_untaxed, 1200.0)
        self.assertEqual(self._measured(), (8, -1.0, "moderate"))

    def test_only_confirmed_orders_within_the_window(self):
        self._buy_at([100, 50] * 4, [1, 2] * 4)
        with self.at("2025-12-20"):
            self._create_order(self.customer, 10.0)
            self._confirm_order(self.customer, 10.0)._action_cancel()
        self.assertEqual(self._measured("2026-01-01"), (8, -1.0, "moderate"))
        # 24 months after the first line.
        self.assertEqual(self._measured("2027-12-09"), (8, -1.0, "moderate"))
        self.assertEqual(self._measured("2027-12-10"), (7, 0.0, False))
        self.assertEqual(str(self._profile(self.customer).type_review_date), "2027-12-11")
        self._set_rules(sensitivity_months=36)
        self.assertEqual(self._measured("2027-12-10"), (8, -1.0, "moderate"))

    def test_a_down_payment_and_the_discount_product_are_no_prices(self):
        product = self._create_products(1)
        self.company.sale_discount_product_id = product
        self._buy_at([100, 50] * 4, [1, 2] * 4)
        order = self._order_lines("2025-12-20", (product, 1, 5.0, 0), (product, 1, 9.0, 0))
        with self.at("2025-12-20"):
            self._invoice_down_payment(order, 10)
        self.assertEqual(self._measured(), (8, -1.0, "moderate"))

    def test_as_of_any_day(self):
        self._buy_at([100, 50] * 4, [1, 2] * 4)
        self._buy_at([100, 50], [1, 8], first=20)
        with self.at("2026-03-01"):
            for day, expected in (
                ("2025-12-16", (7, None)),
                ("2025-12-17", (8, -1.0)),
                ("2025-12-31", (10, -1.4)),
            ):
                [row] = self.env["crm.lifecycle.profile"]._derive_types(
                    self.customer.ids, fields.Date.to_date(day)
                )
                elasticity = row["price_elasticity"]
                found = (row["price_sample"], elasticity and float(elasticity))
                with self.subTest(day):
                    self.assertEqual(found, expected)

    # ------------------------------------------------------------
    # AGAINST AN INDEPENDENT CALCULATION
    # ------------------------------------------------------------

    def _calculate(self, day=DAY, months=24, minimum=8, variation=0.02):
        """Return (lines, elasticity) of the customer by the host's own records."""
        lines = self.env["sale.order.line"].search(
            [
                ("order_id.partner_id", "child_of", self.customer.id),
                ("order_id.state", "=", "sale"),
                ("company_id", "=", self.company.id),
            ]
        )
        points = defaultdict(list)
        for line in lines:
            ordered = line.order_id.date_order.date()
            if not day - relativedelta(months=months) < ordered <= day:
                continue
            quantity = self._in_own_unit(line, line.product_uom_qty)
            price = line.price_subtotal / quantity
            for bill in line.invoice_lines:
                if bill.move_id.move_type == "out_refund" and bill.move_id.state == "posted":
                    quantity -= self._in_own_unit(bill, bill.quantity)
            if quantity > 0:
                points[line.product_id, line.currency_id].append(
                    (math.log(price), math.log(quantity))
                )
        xs, ys = [], []
        for found in points.values():
            prices = [math.exp(price) for price, _quantity in found]
            if min(prices) >= 0.999 * max(prices):
                continue
            mean_price = sum(price for price, _quantity in found) / len(found)
            mean_quantity = sum(quantity for _price, quantity in found) / len(found)
            xs += [price - mean_price for price, _quantity in found]
            ys += [quantity - mean_quantity for _price, quantity in found]
        squares = sum(x * x for x in xs)
        if len(xs) < minimum or math.sqrt(squares / len(xs)) < variation:
            return len(xs), 0.0
        return len(xs), sum(x * y for x, y in zip(xs, ys, strict=True)) / squares

    def _in_own_unit(self, line, quantity):
        return line.product_uom_id._compute_quantity(quantity, line.product_id.uom_id, round=False)

    def assertElasticity(self):
        lines, elasticity = self._calculate()
        profile = self._look(str(DAY))
        self.assertEqual(profile.price_sample, lines)
        self.assertAlmostEqual(profile.price_elasticity, elasticity, delta=0.0001)

    def test_random_orders_agree_with_an_independent_calculation(self):
        generator = random.Random(20260101)
        products = self._create_products(3)
        dozen = self.env.ref("uom.product_uom_dozen")
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": usd.id,
                "company_id": self.company.id,
                "rate": 1.3,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": usd.id, "company_id": self.company.id}
        )
        contact = self.env["res.partner"].create({"name": "Ada", "parent_id": self.customer.id})
        for _order in range(24):
            day = DAY - relativedelta(days=generator.randint(-20, 900))
            with self.at(str(day)):
                order = self._confirm_order(
                    generator.choice((self.customer, contact)),
                    order_line=[
                        Command.create(
                            {
                                "product_id": generator.choice(products).id,
                                "product_uom_id": generator.choice((products[0].uom_id, dozen)).id,
                                "product_uom_qty": generator.randint(1, 20),
                                "price_unit": generator.choice((80.0, 90.0, 100.0)),
                                "discount": generator.choice((0.0, 0.0, 10.0, 25.0)),
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for _line in range(generator.randint(1, 2))
                    ],
                    **({"pricelist_id": pricelist.id} if generator.random() < 0.3 else {}),
                )
                if generator.random() < 0.4:
                    self._refund_some(generator, order)
        self.assertElasticity()
        self.assertGreater(self._profile(self.customer).price_sample, 8)

    def _refund_some(self, generator, order):
        """Invoice an order, and refund all or some of it."""
        refund = self._invoice_order(order)._reverse_moves([{"invoice_date": fields.Date.today()}])
        for line in refund.invoice_line_ids:
            line.quantity = generator.randint(1, round(line.quantity))
        refund.action_post()
