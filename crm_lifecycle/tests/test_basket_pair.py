from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from ..engine import basket
from .common import SALES
from .test_white_space import CategoryCase


@tagged("post_install", "-at_install")
class TestBasketPairs(CategoryCase):
    """Pairs that orders, invoices and customers of the last twelve months have."""

    def _order(self, *names, customer=None, day="2026-03-03", confirm=True):
        with self.at(day):
            order = self.env["sale.order"].create(
                {
                    "partner_id": (customer or self.customer).id,
                    "company_id": self.company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.goods[name].id,
                                "price_unit": 10.0,
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for name in names
                    ],
                }
            )
            if confirm:
                order.action_confirm()
            self.env.flush_all()
            return order

    def _pairs(self, in_="document", level="product", day="2026-03-05"):
        """Return what is listed, ``{(one, other): (both, one, other, all)}``."""
        self.env.flush_all()
        self.env.invalidate_all()
        names = (
            ("categ_id", "other_categ_id")
            if level == "category"
            else ("product_id", "other_product_id")
        )
        with self.at(day):
            found = self.env["crm.lifecycle.basket.pair"].search(
                [
                    ("company_id", "=", self.company.id),
                    ("basket", "=", in_),
                    ("level", "=", level),
                ]
            )
            return {
                (pair[names[0]].name, pair[names[1]].name): (
                    pair.pair_count,
                    pair.thing_count,
                    pair.other_count,
                    pair.basket_count,
                )
                for pair in found
            }

    def test_orders_and_invoices_without_one(self):
        for _number in range(2):
            self._order("Benches", "Tables")
        self._sell(self.customer, "Benches", "Tables")
        self._order("Benches")
        self._order("Lamps")
        expected = (3, 4, 3, 5)
        self.assertEqual(
            self._pairs(),
            {("Benches", "Tables"): expected, ("Tables", "Benches"): (3, 3, 4, 5)},
        )
        self.assertEqual(self._pairs(level="category"), self._pairs())
        with self.at("2026-03-05"):
            pair = self.env["crm.lifecycle.basket.pair"].search(
                [
                    ("product_id", "=", self.goods["Benches"].id),
                    ("basket", "=", "document"),
                ]
            )
        self.assertAlmostEqual(pair.support, 3 / 5)
        self.assertAlmostEqual(pair.confidence, 3 / 4)
        self.assertAlmostEqual(pair.lift, (3 / 4) / (3 / 5))
        self.assertEqual(pair.display_name, "Benches + Tables")

    def test_an_invoiced_order_counts_once(self):
        for _number in range(3):
            order = self._order("Benches", "Tables")
            with self.at("2026-03-04"):
                self._invoice_order(order)
        self.assertEqual(self._pairs()["Benches", "Tables"], (3, 3, 3, 3))

    def test_what_a_customer_bought_in_a_year(self):
        for number in range(4):
            customer = self._create_customer(f"Hotel {number}")
            self._order("Benches", customer=customer, day="2025-06-01")
            self._order("Tables", customer=customer)
        self.assertEqual(self._pairs(), {})
        self.assertEqual(self._pairs("customer")["Benches", "Tables"], (4, 4, 4, 4))
        # The benches are more than a year ago.
        self.assertEqual(self._pairs("customer", day="2026-06-01"), {})

    def test_two_together_twice_are_chance(self):
        for _number in range(2):
            self._order("Benches", "Tables")
        self.assertEqual(self._pairs(), {})

    def test_what_does_not_count(self):
        for _number in range(3):
            self._order("Benches", "Tables", confirm=False)
            self._order("Benches", "Tables", day="2025-03-05")
            self._order("Benches", "Tables", day="2026-03-06")
            cancelled = self._order("Benches", "Tables")
            cancelled._action_cancel()
            self._sell(self.customer, "Benches", "Tables").button_draft()
        self.assertEqual(self._pairs(), {})

    def test_the_same_twice_in_a_basket_counts_once(self):
        for _number in range(3):
            self._order("Benches", "Benches", "Tables")
        self.assertEqual(self._pairs()["Benches", "Tables"], (3, 3, 3, 3))

    def test_a_discount_is_nothing_that_is_bought(self):
        self.company.sale_discount_product_id = self.goods["Advice"]
        for _number in range(3):
            self._order("Benches", "Advice")
        self.assertEqual(self._pairs(), {})

    def test_a_basket_of_everything_says_nothing(self):
        for _number in range(3):
            self._order("Benches", "Tables")
            self._order("Benches", "Tables", "Lamps")
        self.assertEqual(self._pairs()["Benches", "Tables"], (6, 6, 6, 6))
        with patch.object(basket, "LARGEST_BASKET", 2):
            self.assertEqual(self._pairs()["Benches", "Tables"], (3, 3, 3, 3))

    def test_against_plain_counting(self):
        names = list(self.goods)
        baskets = []
        for number in range(20):
            found = {name for place, name in enumerate(names) if (number * 3 + place * 7) % 4 < 2}
            if found:
                self._order(*sorted(found))
                baskets.append(found)
        expected = {}
        for one in names:
            for other in names:
                both = sum({one, other} <= found for found in baskets)
                if one != other and both >= 3:
                    counts = (sum(name in found for found in baskets) for name in (one, other))
                    expected[one, other] = (both, *counts, len(baskets))
        self.assertTrue(expected)
        self.assertEqual(self._pairs(), expected)

    def test_a_product_opens_its_pairs(self):
        for _number in range(3):
            self._order("Benches", "Tables")
        user = self._create_user("pairs_own", "base.group_user", SALES)
        for record in (self.goods["Benches"], self.goods["Benches"].product_tmpl_id):
            with self.subTest(record._name), self.at("2026-03-05"):
                mine = record.with_user(user).with_context(allowed_company_ids=self.company.ids)
                action = mine.action_lifecycle_open_pairs()
                found = mine.env[action["res_model"]].search(action["domain"])
                self.assertEqual(found.other_product_id.mapped("name"), ["Tables"])
                # In orders, and at the one customer not: that is one basket.
                self.assertEqual(found.mapped("basket"), ["document"])

    def test_in_a_fixed_number_of_queries(self):
        for _number in range(3):
            self._order("Benches", "Tables", "Lamps", "Advice")
        self._pairs()
        self.env.flush_all()
        with self.at("2026-03-05"):
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                found = self.env["crm.lifecycle.basket.pair"].search_fetch(
                    [("company_id", "=", self.company.id)], ["lift", "product_id"]
                )
            self.assertEqual(len(found), 24)
