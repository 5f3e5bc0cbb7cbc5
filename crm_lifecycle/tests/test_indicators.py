from odoo import Command
from odoo.tests import tagged

from .rules_common import RuleCase

NOW = "2026-03-31"


@tagged("post_install", "-at_install")
class TestIndicators(RuleCase):
    """Each of the seven equals what one counts by hand in a small company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"lifecycle_indicator_minimum": 1, "lifecycle_return_days": 60})
        cls.known = cls.env["crm.lifecycle.source"].create({"name": "Asked for us", "is_brand": 1})
        cls.fair = cls.env["crm.lifecycle.source"].create({"name": "Fair of the test"})
        cls.bo, cls.cy = cls._create_customer("Bo's Inn"), cls._create_customer("Cy's Café")
        for customer, source in ((cls.customer, cls.known), (cls.bo, cls.fair)):
            customer.lifecycle_source_id = source
        cls("_set_up_documents")._set_up_documents()

    def _set_up_documents(self):
        """Ada buys in January (twice), February and March; Bo in January; Cy in February, and in
        2024.
        """
        self._buy(self.cy, "2024-11-05", amount=400.0)
        first = self._buy(self.customer, "2026-01-05")
        self._buy(self.customer, "2026-01-20", "2026-02-10", "2026-03-20")
        self._buy(self.bo, "2026-01-10", amount=300.0)
        with self.at("2026-02-15"):
            invoice = self._invoice_order(first)
            self._post_invoice(self.cy, 60.0)
        with self.at("2026-02-20"):
            self._refund(invoice, 0.5)
        for customer, value, day in (
            (self.customer, 5, "2026-01-15"),
            (self.customer, 5, "2026-02-15"),
            (self.bo, 3, "2026-02-16"),
            (self.bo, 4, "2026-03-16"),
        ):
            self._say(customer, value, day, product_id=self.product.id)
        self._say(self.bo, 1, "2026-03-17")  # about no product
        with self.at("2026-03-02"):
            self.env["crm.complaint"].create(
                {
                    "subject": "It squeaks",
                    "partner_id": self.bo.id,
                    "company_id": self.company.id,
                }
            )
            self.env.flush_all()

    def _say(self, customer, value, day, **vals):
        with self.at(day):
            self.env["crm.lifecycle.satisfaction.statement"].create(
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "value": value,
                    "date": day,
                    **vals,
                }
            )

    def _indicators(self, day=None):
        """Return ``{indicator: row}`` as of a day, today without."""
        self.env.flush_all()
        with self.at(NOW):
            model = self.env["crm.lifecycle.indicator"].with_context(lifecycle_date=day)
            rows = model.search([("company_id", "=", self.company.id)])
            rows.fetch(["value", "n", "has_value", "reason", "value_text"])
        return {row.indicator: row for row in rows}

    def assertIndicator(self, row, value, n):
        self.assertEqual((row.has_value, row.n), (value is not None, n))
        if value is not None:
            self.assertAlmostEqual(row.value, value, 2)

    # ------------------------------------------------------------
    # THE SEVEN
    # ------------------------------------------------------------

    def test_each_equals_what_one_counts_by_hand(self):
        rows = self._indicators()
        self.assertEqual(len(rows), 7)
        # 2 of 4 very satisfied, 1 dissatisfied; scores 100, 100, 50, 75.
        self.assertIndicator(rows["reputation"], 25, 4)
        self.assertEqual(rows["reputation"].mean_text, "81.2")
        # Ada of Ada and Bo; the first purchase of Cy is older.
        self.assertIndicator(rows["awareness"], 50, 2)
        # Of Ada and Bo in January Ada came back within 60 days; 60 days after the tenth of
        # February are not over before the eleventh of April.
        self.assertIndicator(rows["return"], 50, 2)
        # One complaint for one invoiced order and an invoice without one.
        self.assertIndicator(rows["complaint"], 50, 2)
        # 4 x 100 less the refund of half an order, 300 and 60 on six days.
        self.assertIndicator(rows["spend"], (400 - 50 + 300 + 60) / 6, 6)
        self.assertIndicator(rows["sensitivity"], None, 0)
        self.assertIn("n is 0", rows["sensitivity"].reason)

    def test_as_of_a_past_day_nothing_later_counts(self):
        rows = self._indicators("2026-01-31")
        self.assertIndicator(rows["reputation"], 100, 1)
        self.assertIndicator(rows["awareness"], 50, 2)
        self.assertIndicator(rows["return"], None, 0)
        self.assertIndicator(rows["complaint"], None, 0)
        self.assertIndicator(rows["spend"], 500 / 3, 3)
        rows = self._indicators("2026-02-19")
        self.assertIndicator(rows["spend"], (300 + 300 + 60) / 5, 5)
        self.assertIndicator(rows["complaint"], 0, 2)
        rows = self._indicators("2025-01-31")
        self.assertIndicator(rows["spend"], 400, 1)
        self.assertIndicator(rows["awareness"], None, 0)

    def test_too_few_is_empty_and_says_why(self):
        self.company.lifecycle_indicator_minimum = 5
        row = self._indicators()["reputation"]
        self.assertIndicator(row, None, 4)
        self.assertEqual(row.value_text, "–")
        self.assertIn("n is 4, and 5 are needed", row.reason)
        spend = self._indicators()["spend"]
        self.assertFalse(spend.reason)

    def test_prices(self):
        """Eight lines: twice as many at half the price is an elasticity of -1."""
        di = self._create_customer("Di's Farm")
        for day in ("2025-10-01", "2025-11-01", "2025-12-01", "2026-03-01"):
            for price, quantity in ((100, 10), (50, 20)):
                with self.at(day):
                    order = self._create_order(di, price)
                    order.order_line.write({"product_uom_qty": quantity})
                    order.order_line.price_unit = price
                    order.action_confirm()
        self.assertIndicator(self._indicators()["sensitivity"], -1, 8)
        self.assertIndicator(self._indicators("2026-02-28")["sensitivity"], None, 0)

    # ------------------------------------------------------------
    # EXITS
    # ------------------------------------------------------------

    def test_buyers_who_lapse_within_a_month(self):
        """Ada and Bo are buyers of the first of March; Bo is declared lost on the tenth."""
        customers = self.customer | self.bo
        with self.at("2026-02-28"):
            self._look_again(customers)
        with self.at("2026-03-10"):
            self._create_loss(self.bo)
            self._look_again(customers)
        exits = [("indicator", "=", "exit"), ("partner_id", "in", customers.ids)]
        self.assertEqual(
            {(row.partner_id.name, row.date.month, row.part) for row in self._entries(exits)},
            {
                ("Ada's Garden", 2, 0),
                ("Ada's Garden", 3, 0),
                ("Bo's Inn", 2, 0),
                ("Bo's Inn", 3, 1),
            },
        )
        march = [*exits, ("date", "=", "2026-03-01")]
        self.assertEqual(self._grouped(march, []), [(50, 2)])
        self.assertEqual(self._grouped(march, [], "2026-03-09"), [(0, 2)])

    def test_people_of_customers_who_left(self):
        self.company.lifecycle_exit_basis = "contacts"
        with self.at("2026-02-10"):
            people = self.env["res.partner"].create(
                [{"name": name, "parent_id": self.customer.id} for name in ("Di", "Ed", "Flo")]
            )
            self._look_again(self.customer)
        people.flush_recordset()
        self._date(people, create_date="2026-02-10", write_date="2026-02-10")
        with self.at("2026-03-05"):
            people[0].active = False
            people.flush_recordset()
        self._date(people[0], write_date="2026-03-05")
        self.assertIndicator(self._indicators()["exit"], 100 / 3, 3)
        self.assertIndicator(self._indicators("2026-03-04")["exit"], 0, 3)

    def _date(self, records, **columns):
        for name, moment in columns.items():
            self.env.cr.execute(
                f"UPDATE res_partner SET {name} = %s WHERE id = ANY(%s)", [moment, records.ids]
            )

    # ------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------

    def _entries(self, domain=()):
        self.env.flush_all()
        with self.at(NOW):
            entries = self.env["crm.lifecycle.indicator.entry"].search(
                [("company_id", "=", self.company.id), *domain]
            )
            entries.fetch(["partner_id", "part", "whole"])
        return entries

    def _grouped(self, domain, groupby, day=None):
        self.env.flush_all()
        entries = self.env["crm.lifecycle.indicator.entry"].with_context(lifecycle_date=day)
        with self.at(NOW):
            return entries._read_group(
                [("company_id", "=", self.company.id), *domain],
                groupby,
                ["value:avg", "whole:sum"],
            )

    def test_by_month_customer_and_product(self):
        spend = self._grouped([("indicator", "=", "spend")], ["date:month"])
        self.assertEqual(
            [(month.month, value, n) for month, value, n in spend],
            [(11, 400, 1), (1, (50 + 100 + 300) / 3, 3), (2, (100 + 60) / 2, 2), (3, 100, 1)],
        )
        by_customer = self._grouped([("indicator", "=", "reputation")], ["partner_id"])
        self.assertEqual(set(by_customer), {(self.customer, 100, 2), (self.bo, -50, 2)})
        [(product, value, n)] = self._grouped(
            [("indicator", "=", "reputation")], ["product_tmpl_id"]
        )
        self.assertEqual((product, value, n), (self.product.product_tmpl_id, 25, 4))

    def test_groups_are_empty_where_n_is_small_or_indicators_are_mixed(self):
        self.company.lifecycle_indicator_minimum = 4
        self.assertEqual(
            set(self._grouped([("indicator", "=", "reputation")], ["partner_id"])),
            {(self.customer, False, 2), (self.bo, False, 2)},
        )
        self.assertEqual(self._grouped([("indicator", "=", "reputation")], []), [(25, 4)])
        [(mixed, _n)] = self._grouped([("indicator", "in", ("reputation", "spend"))], [])
        self.assertFalse(mixed)

    def test_an_indicator_opens_what_it_counts(self):
        row = self._indicators("2026-02-19")["spend"]
        with self.at(NOW):
            action = row.action_open_entries()
            found = (
                self.env["crm.lifecycle.indicator.entry"]
                .with_context(**action["context"])
                .search(action["domain"])
            )
            self.assertEqual(sum(found.mapped("whole")), row.n)
            self.assertEqual(found[0].action_open_partner()["res_model"], "res.partner")
            wizard = self.env["crm.lifecycle.value.wizard"].create(
                {"date": "2026-02-19", "report": "indicators"}
            )
            self.assertEqual(wizard.action_open()["context"]["lifecycle_date"], "2026-02-19")

    def test_another_company_has_its_own(self):
        other = self._create_company("Other Company", "base.EUR")
        self.env.user.company_ids = [Command.link(other.id)]
        self.env.flush_all()
        with self.at(NOW):
            rows = (
                self.env["crm.lifecycle.indicator"]
                .with_context(allowed_company_ids=[other.id])
                .search([])
            )
            self.assertEqual(rows.company_id, other)
            self.assertEqual((len(rows), set(rows.mapped("n"))), (7, {0}))
