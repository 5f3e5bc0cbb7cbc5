from lxml import etree

from odoo import Command
from odoo.tests import tagged

from .common import SALES_ALL
from .rules_common import RuleCase

NOW = "2026-03-31"


@tagged("post_install", "-at_install")
class TestSwitching(RuleCase):
    """Revenue that moved to competitors equals what one counts by hand in a small company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_indicator_minimum = 3
        categories = cls.env["product.category"]
        cls.furniture = categories.create({"name": "Furniture"})
        cls.benches, cls.tables = categories.create(
            [{"name": name, "parent_id": cls.furniture.id} for name in ("Benches", "Tables")]
        )
        cls.lamps = categories.create({"name": "Lamps"})
        cls.products = {
            category: cls.env["product.product"].create(
                {"name": category.name, "type": "service", "categ_id": category.id}
            )
            for category in (cls.benches, cls.tables, cls.lamps)
        }
        cls.rival, cls.other_rival = cls.env["crm.lifecycle.competitor"].create(
            [{"name": name, "company_id": cls.company.id} for name in ("Benches & Co", "Lamp Shop")]
        )
        cls.bo, cls.cy, cls.di = (
            cls._create_customer(name) for name in ("Bo's Inn", "Cy's Café", "Di's Farm")
        )
        cls("_set_up_invoices")._set_up_invoices()

    def _set_up_invoices(self):
        """Before: Ada 100 of benches and 60 of lamps, Bo 200 of benches, Cy 40 of tables, Di
        nothing. Now: Ada 30 of lamps, Cy 70 of tables, Di 500.
        """
        for customer, category, amount, day in (
            (self.customer, self.benches, 100.0, "2025-03-31"),
            (self.customer, self.lamps, 60.0, "2024-06-01"),
            (self.customer, self.lamps, 30.0, "2025-04-01"),
            (self.customer, self.benches, 900.0, "2024-03-31"),  # too long ago
            (self.bo, self.benches, 200.0, "2024-12-01"),
            (self.cy, self.tables, 40.0, "2024-12-01"),
            (self.cy, self.tables, 70.0, "2026-01-01"),
            (self.di, self.benches, 500.0, "2026-02-01"),
        ):
            self._invoice(customer, category, amount, day)

    def _invoice(self, customer, category, amount, day):
        with self.at(day):
            invoice = self._create_invoice(customer, amount)
            invoice.invoice_line_ids.product_id = self.products[category]
            invoice.invoice_line_ids.price_unit = amount
            invoice.invoice_line_ids.tax_ids = False
            invoice.action_post()

    def _note(self, customer, competitor=None, categories=None, **vals):
        return self.env["crm.lifecycle.competitor.presence"].create(
            {
                "partner_id": customer.id,
                "competitor_id": (competitor or self.rival).id,
                "company_id": self.company.id,
                "categ_ids": [Command.set(categories.ids)] if categories else [],
                "date_start": "2025-09-01",
                **vals,
            }
        )

    def _rows(self, day=None):
        self.env.flush_all()
        self.env.invalidate_all()
        with self.at(NOW):
            rows = (
                self.env["crm.lifecycle.switching"]
                .with_context(lifecycle_date=day)
                .search([("company_id", "=", self.company.id)])
            )
            return {
                row.partner_id: (row.previous, row.moved, row.how, row.competitor_id)
                for row in rows
            }

    def _rate(self, groupby=(), day=None, user=None):
        self.env.flush_all()
        with self.at(NOW):
            return (
                self.env["crm.lifecycle.switching"]
                .with_user(user or self.env.user)
                .with_context(lifecycle_date=day)
                ._read_group(
                    [("company_id", "=", self.company.id)],
                    groupby,
                    ["moved_share:avg", "moved:sum", "customer_count:sum"],
                )
            )

    def test_without_a_competitor_nothing_moved(self):
        with self.at("2025-10-01"):
            self._create_loss(self.bo)
        none = self.rival.browse()
        self.assertEqual(
            self._rows(),
            {
                self.customer: (160, 0, False, none),
                self.bo: (200, 0, False, none),
                self.cy: (40, 0, False, none),
            },
        )
        self.assertEqual(self._rate(), [(0, 0, 3)])

    def test_lost_to_a_competitor_and_product_lines_that_went(self):
        with self.at("2025-10-01"):
            self._create_loss(self.bo)
        self._note(self.bo)
        self._note(self.bo, self.other_rival, threat="high")
        # Of furniture Ada stopped buying benches; lamps they still buy.
        self._note(self.customer, categories=self.furniture | self.lamps)
        # Cy still buys tables, and never bought lamps.
        self._note(self.cy, categories=self.tables | self.lamps)
        self.assertEqual(
            self._rows(),
            {
                self.customer: (160, 100, "category", self.rival),
                self.bo: (200, 200, "lost", self.other_rival),
                self.cy: (40, 0, False, self.rival.browse()),
            },
        )
        # (100 + 200) of (160 + 200 + 40).
        self.assertEqual(self._rate(), [(0.75, 300, 3)])

    def test_a_competitor_for_nothing_particular_takes_no_product_line(self):
        self._note(self.customer)
        self.assertEqual(self._rows()[self.customer][:3], (160, 0, False))

    def test_what_is_no_loss(self):
        self._note(self.bo)
        for is_bought, day, is_active, moved in (
            (False, "2025-03-31", True, 0),  # in the year before
            (False, "2025-10-01", False, 0),  # taken back
            (False, "2025-10-01", True, 200),
            (True, "2025-10-01", True, 0),  # who buys again is lost no more
        ):
            with self.subTest(day, is_bought=is_bought, is_active=is_active):
                with self.env.cr.savepoint() as savepoint:
                    with self.at("2025-10-01"):
                        self._create_loss(self.bo, date=day, active=is_active)
                    if is_bought:
                        self._invoice(self.bo, self.benches, 10.0, "2025-11-01")
                    self.assertEqual(self._rows()[self.bo][1], moved)
                    savepoint.rollback()
                    self.env.invalidate_all()

    def test_who_left_step_by_step_moved_what_they_brought_less(self):
        self._invoice(self.bo, self.benches, 50.0, "2025-05-01")
        with self.at("2025-10-01"):
            self._create_loss(self.bo)
        self._note(self.bo)
        self.assertEqual(self._rows()[self.bo][:3], (200, 150, "lost"))

    def test_as_of_a_past_day(self):
        with self.at("2025-11-15"):
            self._create_loss(self.bo)
        self._note(self.bo)
        for day, moved in (("2025-08-31", None), ("2025-12-01", 200), (None, 200)):
            with self.subTest(day):
                found = self._rows(day)
                self.assertEqual(found[self.bo][1] if self.bo in found else None, moved)
        # Declared on a later day than asked about, or noted later.
        self.env["crm.lifecycle.loss"].search([("partner_id", "=", self.bo.id)]).date = "2025-12-02"
        self.assertEqual(self._rows("2025-12-01")[self.bo][1], 0)
        self.assertEqual(self._rows("2025-12-02")[self.bo][1], 200)

    def test_too_few_are_empty(self):
        self._note(self.customer, categories=self.benches)
        self.company.lifecycle_indicator_minimum = 4
        self.assertEqual(self._rate(), [(False, 100, 3)])
        self.company.lifecycle_indicator_minimum = 2
        self.assertEqual(
            set(self._rate(["competitor_id"])),
            {(self.rival, False, 100, 1), (self.rival.browse(), 0, 0, 2)},
        )

    def test_the_list_shows_rate_and_n_of_all(self):
        """The host adds up the rows of a list, which gives no rate; a group's row has one."""
        self._note(self.customer, categories=self.benches)
        arch = etree.fromstring(
            self.env["crm.lifecycle.switching"].get_view(view_type="list")["arch"]
        )
        shown = {node.get("name") for node in arch.iter("field") if node.get("optional") != "hide"}
        self.assertLessEqual({"moved_share", "customer_count"}, shown)
        groupby = arch.get("default_group_by")
        [(company, rate, moved, n)] = self._rate([groupby])
        [(total_rate, total_moved, total_n)] = self._rate()
        self.assertEqual(company, self.company)
        self.assertEqual((rate, moved, n), (total_rate, total_moved, total_n))
        self.assertTrue(rate)

    def test_currencies_are_not_added_up(self):
        dollars = self._create_company("Dollar Company", "base.USD")
        dollars.lifecycle_indicator_minimum = 1
        with self.at("2025-02-01"):
            invoice = self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "company_id": dollars.id,
                    "partner_id": self.di.id,
                    "invoice_line_ids": [
                        Command.create({"name": "Bench", "price_unit": 10.0, "tax_ids": []})
                    ],
                }
            )
            invoice.action_post()
        self.env.flush_all()
        both = (self.company | dollars).ids
        model = self.env["crm.lifecycle.switching"].with_context(allowed_company_ids=both)
        with self.at(NOW):
            domain = [("company_id", "in", both)]
            self.assertEqual(
                model._read_group(domain, [], ["moved_share:avg", "previous:sum"]),
                [(False, False)],
            )
            self.assertEqual(
                set(model._read_group(domain, ["company_id"], ["moved_share:avg", "previous:sum"])),
                {(self.company, 0, 400), (dollars, 0, 10)},
            )

    def test_whoever_sees_amounts_reads_it(self):
        self._note(self.customer, categories=self.benches)
        seller = self._create_user("switching_seller", SALES_ALL)
        self.assertEqual(self._rate(user=seller), [(0.25, 100, 3)])
