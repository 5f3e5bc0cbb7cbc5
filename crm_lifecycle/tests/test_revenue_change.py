from odoo import Command
from odoo.tests import tagged

from ..engine.revenue_change import PARTS
from .value_common import ValueCase


class ChangeCase(ValueCase):
    """Customers with an invoice here and there, and what became of it a year later."""

    def _sell(self, customer, day, *lines, **vals):
        """Post an invoice; each line is (product, quantity, unit price)."""
        with self.at(day):
            return self._post_lines(*((*line, 0) for line in lines), customer=customer, **vals)

    def _changes(self, day="2026-06-30", period="12m", companies=None):
        self.env.flush_all()
        self.env.invalidate_all()
        companies = companies or self.company
        with self.at("2027-03-01"):
            changes = self.env["crm.lifecycle.revenue.change"].with_context(
                lifecycle_date=day, lifecycle_period=period
            )
            return changes.search([("company_id", "in", companies.ids)])

    def assertChange(self, customer, *args, previous, current, **parts):
        """Check both periods, and which parts make the change; the others are nothing."""
        change = self._changes(*args).filtered(lambda change: change.partner_id == customer)
        self.assertEqual((change.previous, change.current), (previous, current))
        self.assertEqual(
            {name: change[name] for name in PARTS}, {**dict.fromkeys(PARTS, 0.0), **parts}
        )
        self.assertEqual(change.difference, round(current - previous, 2))
        self.assertEqual(round(sum(change[name] for name in PARTS), 2), change.difference)


@tagged("post_install", "-at_install")
class TestParts(ChangeCase):
    """Each customer's change has one reason, of those who stay up to two."""

    def test_who_was_never_invoiced_before_is_new(self):
        self._sell(self.customer, "2025-07-01", (self.product, 3, 100.0))
        self.assertChange(self.customer, previous=0.0, current=300.0, new=300.0)

    def test_who_bought_earlier_is_won_back(self):
        self._sell(self.customer, "2024-06-30", (self.product, 1, 100.0))
        self._sell(self.customer, "2026-06-30", (self.product, 2, 100.0))
        self.assertChange(self.customer, previous=0.0, current=200.0, won_back=200.0)

    def test_who_buys_nothing_now_is_lost(self):
        self._sell(self.customer, "2024-07-01", (self.product, 1, 100.0))
        self._sell(self.customer, "2025-06-30", (self.product, 1, 50.0))
        self.assertChange(self.customer, previous=150.0, current=0.0, lost=-150.0)

    def test_who_gets_everything_back_is_lost(self):
        self._sell(self.customer, "2025-06-30", (self.product, 1, 50.0))
        invoice = self._sell(self.customer, "2026-03-03", (self.product, 1, 70.0))
        with self.at("2026-03-04"):
            self._refund(invoice)
        self.assertChange(self.customer, previous=50.0, current=0.0, lost=-50.0)

    def test_who_buys_more_at_the_same_price_has_expanded(self):
        self._sell(self.customer, "2025-03-03", (self.product, 2, 100.0))
        self._sell(self.customer, "2026-03-03", (self.product, 5, 100.0))
        self.assertChange(self.customer, previous=200.0, current=500.0, expanded=300.0)

    def test_who_buys_less_has_contracted(self):
        self._sell(self.customer, "2025-03-03", (self.product, 5, 100.0))
        self._sell(self.customer, "2026-03-03", (self.product, 2, 100.0))
        self.assertChange(self.customer, previous=500.0, current=200.0, contracted=-300.0)

    def test_a_dearer_product_is_a_matter_of_price(self):
        self._sell(self.customer, "2025-03-03", (self.product, 4, 100.0))
        self._sell(self.customer, "2026-03-03", (self.product, 3, 110.0))
        # 3 at 10 more; one less at 100.
        self.assertChange(
            self.customer, previous=400.0, current=330.0, price_effect=30.0, contracted=-100.0
        )

    def test_prices_are_averages_over_the_period(self):
        for day, quantity, price in (
            ("2024-10-01", 1, 90.0),
            ("2025-03-03", 3, 110.0),
            ("2025-10-01", 2, 100.0),
            ("2026-03-03", 1, 130.0),
        ):
            self._sell(self.customer, day, (self.product, quantity, price))
        # 105 a unit before, 110 now, 3 units now.
        self.assertChange(
            self.customer, previous=420.0, current=330.0, price_effect=15.0, contracted=-105.0
        )

    def test_a_product_of_one_period_alone_has_no_price_effect(self):
        self._sell(self.customer, "2025-03-03", (self.product, 1, 100.0))
        self._sell(self.customer, "2026-03-03", (self.advice, 1, 900.0), (False, 1, 20.0))
        self.assertChange(self.customer, previous=100.0, current=920.0, expanded=820.0)

    def test_a_discount_is_a_lower_price(self):
        self._sell(self.customer, "2025-03-03", (self.product, 2, 100.0))
        with self.at("2026-03-03"):
            self._post_lines((self.product, 2, 100.0, 25.0))
        self.assertChange(self.customer, previous=200.0, current=150.0, price_effect=-50.0)

    def test_a_dozen_is_twelve(self):
        self._sell(self.customer, "2025-03-03", (self.product, 12, 100.0))
        with self.at("2026-03-03"):
            invoice = self._create_invoice(self.customer)
            invoice.invoice_line_ids.product_uom_id = self.env.ref("uom.product_uom_dozen")
            invoice.invoice_line_ids.price_unit = 1320.0
            invoice.action_post()
        self.assertChange(self.customer, previous=1200.0, current=1320.0, price_effect=120.0)

    def test_a_refund_takes_its_quantity_off(self):
        self._sell(self.customer, "2025-03-03", (self.product, 2, 100.0))
        invoice = self._sell(self.customer, "2026-03-03", (self.product, 3, 120.0))
        with self.at("2026-03-04"):
            self._post_lines((self.product, 1, 120.0, 0), move_type="out_refund")
        self.assertTrue(invoice)
        self.assertChange(self.customer, previous=200.0, current=240.0, price_effect=40.0)

    def test_refunds_alone_are_a_contraction(self):
        invoice = self._sell(self.customer, "2023-03-03", (self.product, 1, 100.0))
        with self.at("2026-03-03"):
            self._refund(invoice)
        self.assertChange(self.customer, previous=0.0, current=-100.0, contracted=-100.0)

    def test_what_does_not_divide_is_rounded_into_volume(self):
        self._sell(self.customer, "2025-03-03", (self.product, 3, 33.33), (self.advice, 7, 1.43))
        self._sell(self.customer, "2026-03-03", (self.product, 7, 35.55), (self.advice, 3, 1.51))
        # 248.85 - 99.99 * 7/3 = 15.54; 4.53 - 10.01 * 3/7 = 0.24
        self.assertChange(
            self.customer,
            previous=110.0,
            current=253.38,
            price_effect=15.78,
            expanded=round(253.38 - 110.0 - 15.78, 2),
        )

    def test_foreign_currency_counts_as_the_ledger_has_it(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            [
                {
                    "name": day,
                    "currency_id": dollar.id,
                    "company_id": self.company.id,
                    "rate": rate,
                }
                for day, rate in (("2024-01-01", 2.0), ("2026-01-01", 4.0))
            ]
        )
        for day in ("2025-03-03", "2026-03-03"):
            self._sell(self.customer, day, (self.product, 1, 100.0), currency_id=dollar.id)
        self.assertChange(self.customer, previous=50.0, current=25.0, price_effect=-25.0)

    def test_contacts_count_for_their_company(self):
        buyer = self.env["res.partner"].create({"name": "Ada", "parent_id": self.customer.id})
        self._sell(self.customer, "2025-03-03", (self.product, 1, 100.0))
        self._sell(buyer, "2026-03-03", (self.product, 2, 100.0))
        self.assertChange(self.customer, previous=100.0, current=200.0, expanded=100.0)

    def test_who_was_invoiced_in_neither_period_is_left_out(self):
        self._sell(self.customer, "2023-03-03", (self.product, 1, 100.0))
        self.assertFalse(self._changes())


@tagged("post_install", "-at_install")
class TestPeriods(ChangeCase):
    """Which days are compared, as of any day."""

    def setUp(self):
        super().setUp()
        # A different amount each day, so that a sum tells which days are in it.
        for number, day in enumerate(
            (
                "2023-12-31",
                "2024-01-01",
                "2024-02-29",
                "2024-06-30",
                "2024-07-01",
                "2024-12-31",
                "2025-01-01",
                "2025-06-30",
                "2025-07-01",
                "2025-12-31",
                "2026-01-01",
                "2026-06-30",
                "2026-07-01",
            )
        ):
            self._sell(self.customer, day, (self.product, 1, float(2**number)))

    def _sum(self, *numbers):
        return float(sum(2**number for number in numbers))

    def test_each_period_as_of_days(self):
        for day, period, previous, current in (
            ("2026-06-30", "12m", (4, 5, 6, 7), (8, 9, 10, 11)),
            ("2026-07-01", "12m", (5, 6, 7, 8), (9, 10, 11, 12)),
            ("2025-02-28", "12m", (), (2, 3, 4, 5, 6)),
            ("2026-06-30", "ytd", (6, 7), (10, 11)),
            ("2026-07-01", "ytd", (6, 7, 8), (10, 11, 12)),
            ("2026-06-29", "ytd", (6,), (10,)),
            ("2026-06-30", "year", (1, 2, 3, 4, 5), (6, 7, 8, 9)),
            ("2025-12-31", "year", (1, 2, 3, 4, 5), (6, 7, 8, 9)),
            ("2025-12-30", "year", (0,), (1, 2, 3, 4, 5)),
        ):
            with self.subTest(day=day, period=period):
                if (day, period) == ("2025-02-28", "12m"):
                    # A year before February 28 ends before the leap day.
                    previous = (0, 1)
                change = self._changes(day, period)
                self.assertEqual(
                    (change.previous, change.current), (self._sum(*previous), self._sum(*current))
                )

    def test_the_last_twelve_months_are_the_values(self):
        for day in ("2026-06-30", "2026-07-01", "2025-02-28", "2024-02-29", "2025-03-01"):
            with self.subTest(day):
                [value] = self.env["crm.lifecycle.value"]._derive(self.customer.ids, day)
                self.assertEqual(self._changes(day).current, value["revenue_12m"])

    def test_without_a_context_today_counts(self):
        with self.at("2026-06-30"):
            self.env.flush_all()
            change = self.env["crm.lifecycle.revenue.change"].search(
                [("partner_id", "=", self.customer.id)]
            )
            self.assertEqual(change.current, self._sum(8, 9, 10, 11))


@tagged("post_install", "-at_install")
class TestTotals(ChangeCase):
    """Over all customers the parts tie to the ledger."""

    def _balance(self, start, end):
        [[balance]] = self.env["account.move.line"]._read_group(
            [
                ("company_id", "=", self.company.id),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "income"),
                ("date", ">=", start),
                ("date", "<=", end),
            ],
            [],
            ["balance:sum"],
        )
        return round(-balance, 2)

    def test_sums_are_the_ledgers(self):
        customers = [self._create_customer(f"Hotel {number}") for number in range(6)]
        days = ("2023-05-05", "2024-09-09", "2025-04-04", "2025-08-08", "2026-06-06")
        for number, customer in enumerate(customers):
            for place, day in enumerate(days):
                if (number + place) % 3 == 0:
                    continue
                invoice = self._sell(
                    customer,
                    day,
                    (self.product, number + 1, 99.99 + place),
                    (self.advice, 3, 33.33 + number),
                )
                if place % 2:
                    with self.at(day):
                        self._refund(invoice, 0.333)
        changes = self._changes()
        self.assertEqual(
            (
                round(sum(changes.mapped("previous")), 2),
                round(sum(changes.mapped("current")), 2),
            ),
            (
                self._balance("2024-07-01", "2025-06-30"),
                self._balance("2025-07-01", "2026-06-30"),
            ),
        )
        [totals] = changes._read_group(
            [("company_id", "=", self.company.id)],
            [],
            ["previous:sum", *(f"{name}:sum" for name in PARTS), "current:sum", "difference:sum"],
        )
        previous, *parts, current, difference = totals
        self.assertEqual(round(sum(parts), 2), round(difference, 2))
        self.assertEqual(round(previous + difference, 2), round(current, 2))
        self.assertGreater(sum(part != 0 for part in parts), 2)

    def test_last_years_biggest_come_first(self):
        small, big = self._create_customer("Small"), self._create_customer("Big")
        for customer, amount in ((small, 10.0), (big, 1000.0), (self.customer, 100.0)):
            self._sell(customer, "2025-03-03", (self.product, 1, amount))
        self._sell(big, "2026-03-03", (self.product, 1, 1200.0))
        self._sell(small, "2026-03-03", (self.product, 1, 5.0))
        changes = self._changes()
        self.assertEqual(changes.partner_id, big | self.customer | small)
        self.assertEqual(changes.mapped("difference"), [200.0, -100.0, -5.0])
        behind = changes.search([("id", "in", changes.ids), ("difference", "<", 0)])
        self.assertEqual(behind.partner_id, self.customer | small)

    def test_companies_are_told_apart(self):
        dollars = self._create_company("Lifecycle Dollar Company", "base.USD")
        self.env.user.company_ids = [Command.link(dollars.id)]
        self._sell(self.customer, "2026-03-03", (self.product, 1, 100.0))
        with self.at("2025-03-03"):
            self.env["account.move"].with_company(dollars).create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2025-03-03",
                    "company_id": dollars.id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.advice.id,
                                "price_unit": 70.0,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            ).action_post()
        both = self.company | dollars
        self.env = self.env(context={**self.env.context, "allowed_company_ids": both.ids})
        found = {
            change.currency_id.name: (change.new, change.lost)
            for change in self._changes(companies=both)
        }
        self.assertEqual(found, {"EUR": (100.0, 0.0), "USD": (0.0, -70.0)})

    def test_in_one_query(self):
        for number in range(12):
            customer = self._create_customer(f"Hotel {number}")
            self._sell(customer, "2025-03-03", (self.product, number + 1, 100.0))
            self._sell(customer, "2026-03-03", (self.product, 3, 110.0))
        self.assertEqual(len(self._changes()), 12)
        changes = self.env["crm.lifecycle.revenue.change"].with_context(lifecycle_date="2026-06-30")
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            changes.search_fetch(
                [("company_id", "=", self.company.id)], ["previous", "price_effect", "partner_id"]
            )

    def test_entries_behind_a_row(self):
        for day, price in (
            ("2024-03-03", 70.0),
            ("2025-03-03", 80.0),
            ("2026-03-03", 100.0),
            ("2026-07-03", 900.0),
        ):
            self._sell(self.customer, day, (self.product, 1, price))
        self._process_queue()
        with self.at("2026-08-01"):
            change = self._changes().with_context(lifecycle_date="2026-06-30")
            self.assertEqual((change.previous, change.current), (80.0, 100.0))
            action = change.action_open_entries()
            entries = self.env[action["res_model"]].with_context(**action["context"])
            entries = entries.search(action["domain"])
            self.assertEqual(
                sorted(entries.mapped(lambda entry: (entry.date.year, entry.amount))),
                [(2025, 80.0), (2026, 100.0)],
            )
