from odoo import Command
from odoo.tests import tagged

from .common import SALES
from .value_common import ValueCase

# Amounts have signs of their own between figure and currency.
PLAIN = {0xA0: " ", 0xFEFF: None}


@tagged("post_install", "-at_install")
class TestExplanation(ValueCase):
    """Why a customer is of a class: amount, rank, share, distance to the cut points."""

    def setUp(self):
        super().setUp()
        with self.at("2024-03-01"):
            self._rank_by_unknown_costs()

    def _sell(self, *revenues):
        customers = self.env["res.partner"]
        for number, revenue in enumerate(revenues):
            customer = self._create_customer(f"Customer {number}")
            self._post_lines((self.advice, 1, revenue, 0), customer=customer)
            customers |= customer
        self._gather("night")
        self._process_queue()
        return customers

    def _explain(self, customer):
        """Return the title and the lines, with plain spaces."""
        told = self._value(customer).explanation
        return [line.translate(PLAIN) for line in (told["title"], *told["lines"])]

    def test_class_a(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0, 20.0)
            self.assertEqual(
                self._explain(customers[1]),
                [
                    "Class A",
                    "Margin of the last twelve months: 250.00 €, number 2 of the 6 customers above"
                    " zero.",
                    "That is 25.0% of what they bring together; with everybody above, 75.0%.",
                    "Class A begins at 100.00 €, as measured on 03/03/2026: 150.00 € above it.",
                ],
            )

    def test_class_b(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0, 20.0)
            self.assertEqual(
                self._explain(customers[3])[3:],
                [
                    "Class B begins at 50.00 €, as measured on 03/03/2026: 30.00 € above it.",
                    "Class A begins at 100.00 €: 20.00 € short of it.",
                ],
            )

    def test_class_c_and_a_loss(self):
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            self._post_lines((self.product, 1, 30.0, 0), customer=customers[4])
            loser = self._create_customer("Loser")
            self._post_lines((self.product, 1, 30.0, 0), customer=loser)
            self.assertEqual(
                self._explain(loser),
                [
                    "Class C",
                    "Margin of the last twelve months: -30.00 €.",
                    "Class B begins at 50.00 €, as measured on 03/03/2026: 80.00 € short of it.",
                    "Contribution: -30.00 €. What makes the loss: Cost of goods 30.00 €.",
                ],
            )

    def test_no_class(self):
        with self.at("2024-03-03"):
            former = self._sell(70.0)
        with self.at("2026-03-03"):
            self._sell(500.0, 250.0)
            self.assertEqual(
                self._explain(former)[0::2],
                ["No class", "The company has too few customers to tell classes apart."],
            )
            self._sell(100.0, 80.0, 50.0)
            self._look_again(former)
            self.assertEqual(
                self._explain(former)[-1], "There was no revenue in the last twelve months."
            )

    def test_a_company_that_was_never_measured(self):
        with self.at("2026-03-03"):
            self._post_lines((self.advice, 1, 10.0, 0))
            self._process_queue()
            self.env["crm.lifecycle.value.cut"].search([]).unlink()
            self.assertEqual(
                self._explain(self.customer),
                ["No class", "The company has too few customers to tell classes apart."],
            )

    def test_ranks_are_each_companys_own(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        with self.at("2026-03-03"):
            customers = self._sell(500.0, 250.0, 100.0, 80.0, 50.0)
            order = self._confirm_order(customers[4], 9000.0, company_id=other.id)
            self._invoice_order(order.with_company(other))
            self._gather("night")
            self._process_queue()
            self.assertIn("number 5 of the 5", self._explain(customers[4])[1])


@tagged("post_install", "-at_install")
class TestCoreCustomers(ValueCase):
    """Of class A or B, alive, and with the company for as long as the rules say."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("_set_up_customers")
        case._set_up_customers()

    def _set_up_customers(self):
        """Five who buy each month: of two years, of one; and the same years for small ones."""
        cls = type(self)
        cls.names = {}
        for name, start, amount in (
            ("old and large", "2024-03-01", 900.0),
            ("new and large", "2025-06-01", 900.0),
            ("old and small", "2024-03-01", 5.0),
            ("on the day", "2024-03-03", 700.0),
            ("a day late", "2024-03-04", 700.0),
        ):
            customer = self._create_customer(name)
            cls.names[name] = customer
            for day in (start, "2026-01-10", "2026-02-10", "2026-03-01"):
                with self.at(day):
                    self._post_lines((self.advice, 1, amount, 0), customer=customer)
        gone = self._create_customer("gone")
        cls.names["gone"] = gone
        for day in ("2024-01-10", *(f"2025-0{month}-10" for month in range(1, 7))):
            with self.at(day):
                self._post_lines((self.advice, 1, 900.0, 0), customer=gone)
        with self.at("2026-03-03"):
            self._gather("night")
            self._process_queue()

    def _search(self, profiles=None):
        profiles = profiles if profiles is not None else self.env["crm.lifecycle.profile"]
        return set(
            profiles.search(
                [("is_core", "=", True), ("company_id", "=", self.company.id)]
            ).partner_id.mapped("name")
        )

    def test_core_customers_are_found(self):
        with self.at("2026-03-03"):
            self.assertEqual(self._profile(self.names["gone"]).status, "lapsed")
            self.assertEqual(self._profile(self.names["old and small"]).value_class, "c")
            self.assertEqual(self._search(), {"old and large", "on the day"})

    def test_the_field_says_the_same_as_the_search(self):
        with self.at("2026-03-03"):
            found = self._search()
            for name, customer in self.names.items():
                with self.subTest(name):
                    self.assertEqual(self._profile(customer).is_core, name in found)
            others = self.env["crm.lifecycle.profile"].search(
                [("is_core", "=", False), ("company_id", "=", self.company.id)]
            )
            self.assertEqual(set(others.partner_id.mapped("name")), self.names.keys() - found)

    def test_the_rules_say_for_how_long(self):
        policy = self.env["crm.lifecycle.policy"].create({"name": "Sooner", "core_months": 6})
        policy.action_activate()
        with self.at("2026-03-03"):
            self.assertEqual(
                self._search(), {"old and large", "new and large", "on the day", "a day late"}
            )

    def test_salespeople_find_them_without_seeing_amounts(self):
        user = self._create_user("core_sales", SALES)
        with self.at("2026-03-03"):
            profiles = self.env["crm.lifecycle.profile"].with_user(user)
            self.assertEqual(self._search(profiles), {"old and large", "on the day"})

    def test_the_value_list_filters_by_it(self):
        with self.at("2026-03-03"):
            values = self.env["crm.lifecycle.value"].search(
                [("profile_id.is_core", "=", True), ("company_id", "=", self.company.id)]
            )
            self.assertEqual(set(values.partner_id.mapped("name")), self._search())
