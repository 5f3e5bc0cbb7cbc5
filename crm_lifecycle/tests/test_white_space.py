from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES, SALES_ALL
from .test_query_counts import QueriesCase
from .value_common import ValueCase


class CategoryCase(ValueCase):
    """Goods of four categories, and what customers bought of them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = {
            name: cls.env["product.product"].create(
                {
                    "name": name,
                    "type": "service",
                    "categ_id": cls.env["product.category"].create({"name": name}).id,
                    "taxes_id": False,
                }
            )
            for name in ("Benches", "Tables", "Lamps", "Advice")
        }

    def _sell(self, customer, *names, day="2026-03-03", **prices):
        with self.at(day):
            return self._post_lines(
                *((self.goods[name], 1, prices.get(name, 100.0), 0) for name in names),
                customer=customer,
            )


@tagged("post_install", "-at_install")
class TestWhiteSpace(CategoryCase):
    """Categories that comparable customers buy and this one does not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.hotels, cls.schools = cls.env["res.partner.industry"].create(
            [{"name": "Hotels"}, {"name": "Schools"}]
        )

    def _create_peers(self, number, industry=None):
        return [
            self._create_customer(f"Peer {place}", industry_id=industry and industry.id)
            for place in range(number)
        ]

    def _classify(self, customers, value_class="b"):
        """Set the class, which a pass would find."""
        with self.at("2026-03-04"):
            self._process_queue()
        for customer in customers:
            self._profile(customer).value_class = value_class
        self.env.flush_all()

    def _openings(self, *customers, day="2026-03-05"):
        """Return what is listed of customers, ``(category, buyers, others, median, by)``."""
        self.env.flush_all()
        self.env.invalidate_all()
        with self.at(day):
            found = self.env["crm.lifecycle.white.space"].search(
                [("partner_id", "in", [customer.id for customer in customers])]
            )
            return [
                (
                    opening.categ_id.name,
                    opening.buyer_count,
                    opening.peer_count,
                    opening.median_amount,
                    opening.compared_by,
                )
                for opening in found
            ]

    def test_what_comparable_customers_buy(self):
        peers = self._create_peers(6, self.hotels)
        self.customer.industry_id = self.hotels
        self._sell(self.customer, "Benches")
        for number, peer in enumerate(peers):
            self._sell(peer, "Benches", *(["Tables"] if number < 4 else []), Tables=100.0 + number)
            self._sell(peer, *(["Lamps"] if number < 2 else ["Advice"]))
        self._classify([self.customer, *peers])
        # Two alone buy lamps.
        self.assertEqual(
            self._openings(self.customer),
            [
                ("Tables", 4, 6, 101.5, "industry"),
                ("Advice", 4, 6, 100.0, "industry"),
            ],
        )

    def test_the_share_is_of_the_others(self):
        peers = self._create_peers(5)
        self._sell(self.customer, "Benches")
        for peer in peers[:4]:
            self._sell(peer, "Tables")
        self._sell(peers[4], "Benches")
        self._classify([self.customer, *peers])
        self.assertEqual(self._openings(self.customer), [("Tables", 4, 5, 100.0, "class")])
        with self.at("2026-03-05"):
            opening = self.env["crm.lifecycle.white.space"].search(
                [("partner_id", "=", self.customer.id)]
            )
            self.assertAlmostEqual(opening.buyer_share, 0.8)

    def test_another_industry_or_class_is_not_comparable(self):
        self.customer.industry_id = self.hotels
        same = self._create_peers(5, self.hotels)
        others = self._create_peers(6, self.schools)
        richer = self._create_peers(6, self.hotels)
        self._sell(self.customer, "Benches")
        for peer in same:
            self._sell(peer, "Tables")
        for peer in others:
            self._sell(peer, "Lamps")
        for peer in richer:
            self._sell(peer, "Advice")
        self._classify([self.customer, *same, *others])
        self._classify(richer, "a")
        self.assertEqual(self._openings(self.customer), [("Tables", 5, 5, 100.0, "industry")])

    def test_with_too_few_of_the_industry_the_class_is_compared(self):
        self.customer.industry_id = self.hotels
        peers = [*self._create_peers(4, self.hotels), *self._create_peers(2, self.schools)]
        self._sell(self.customer, "Benches")
        for peer in peers:
            self._sell(peer, "Tables")
        self._classify([self.customer, *peers])
        self.assertEqual(self._openings(self.customer), [("Tables", 6, 6, 100.0, "class")])

    def test_with_too_few_there_is_nothing(self):
        peers = self._create_peers(4)
        self._sell(self.customer, "Benches")
        for peer in peers:
            self._sell(peer, "Tables")
        self._classify([self.customer, *peers])
        self.assertEqual(self._openings(self.customer, *peers), [])

    def test_who_has_no_class_is_compared_with_nobody(self):
        peers = self._create_peers(6)
        self._sell(self.customer, "Benches")
        for peer in peers:
            self._sell(peer, "Tables")
        self._classify([self.customer, *peers])
        self._classify([self.customer], False)
        self.assertEqual(self._openings(self.customer), [])

    def test_what_is_given_back_or_long_ago_is_not_bought(self):
        peers = self._create_peers(6)
        invoice = self._sell(self.customer, "Tables")
        self._sell(self.customer, "Lamps", day="2025-03-05")
        self._sell(self.customer, "Benches", day="2025-03-06")
        with self.at("2026-03-03"):
            self._refund(invoice)
        for peer in peers:
            self._sell(peer, "Tables", "Lamps", "Benches")
        self._classify([self.customer, *peers])
        self.assertEqual(
            [opening[:3] for opening in self._openings(self.customer)],
            [("Tables", 6, 6), ("Lamps", 6, 6)],
        )

    def test_against_plain_counting(self):
        names = list(self.goods)
        customers = [self.customer, *self._create_peers(11)]
        bought = {}
        for number, customer in enumerate(customers):
            bought[customer] = {
                name for place, name in enumerate(names) if (number * 7 + place * 5) % 3
            }
            self._sell(customer, *sorted(bought[customer]))
        self._classify(customers)
        for customer in customers:
            expected = {
                (name, count, 11)
                for name in names
                if name not in bought[customer]
                and (count := sum(name in bought[other] for other in customers)) >= 3
            }
            with self.subTest(customer.name):
                found = self._openings(customer)
                self.assertEqual({opening[:3] for opening in found}, expected)
        self.assertTrue(self._openings(*customers))

    def test_salespeople_see_their_own_customers_and_no_amounts(self):
        users = {
            "own": self._create_user("white_own", "base.group_user", SALES),
            "all": self._create_user("white_all", "base.group_user", SALES_ALL),
            "invoicing": self._create_user("white_inv", "base.group_user", INVOICING),
            "auditor": self._create_user("white_aud", "base.group_user", READONLY_ACCOUNTING),
        }
        peers = self._create_peers(6)
        self.customer.user_id = users["own"]
        peers[0].user_id = users["all"]
        self._sell(self.customer, "Benches")
        for peer in peers:
            self._sell(peer, "Tables")
        self._sell(peers[5], "Benches")
        self._sell(peers[4], "Benches")
        self._classify([self.customer, *peers])
        names = {customer.id for customer in (self.customer, peers[0])}
        for role, user in users.items():
            with self.subTest(role), self.at("2026-03-05"):
                openings = self.env["crm.lifecycle.white.space"].with_user(user)
                openings = openings.with_context(allowed_company_ids=self.company.ids)
                found = openings.search([("partner_id", "in", list(names))])
                expected = self.customer if role == "own" else self.customer | peers[0]
                self.assertEqual(set(found.partner_id.ids), set(expected.ids))
                read = found.read()[0]
                self.assertEqual("median_amount" in read, role != "own")


@tagged("post_install", "-at_install")
class TestWhiteSpaceQueries(QueriesCase):
    """One customer's openings, or everybody's, take as many queries."""

    def test_reading(self):
        categories = self.env["product.category"].create([{"name": "One"}, {"name": "Other"}])
        goods = self.env["product.product"].create(
            [
                {"name": category.name, "categ_id": category.id, "taxes_id": False}
                for category in categories
            ]
        )
        with self.at("2026-03-03"):
            for number, customer in enumerate(self.customers):
                invoice = self._create_invoice(customer)
                invoice.invoice_line_ids.product_id = goods[number % 2]
                invoice.action_post()
            self._process_queue()
        self.env["crm.lifecycle.profile"].search(
            [("partner_id", "in", self.customers.ids)]
        ).value_class = "b"
        self.env.flush_all()

        def read(customers):
            openings = self.env["crm.lifecycle.white.space"].search(
                [("partner_id", "in", customers.ids)]
            )
            self.assertEqual(len(openings), len(customers))
            openings.web_read(
                {
                    "partner_id": {"fields": {"display_name": {}}},
                    "categ_id": {"fields": {"display_name": {}}},
                    "buyer_count": {},
                    "median_amount": {},
                }
            )

        with self.at("2026-04-01"):
            self.assertSameCount(read, 8)
