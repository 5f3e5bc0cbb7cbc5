from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import SALES_MANAGER
from .indicator_common import NOW, IndicatorCase


@tagged("post_install", "-at_install")
class TestIndicators(IndicatorCase):
    """Each of the seven equals what one counts by hand in a small company."""

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
        # It is told of the day alone: there is no line for the year before.
        self.assertFalse(self._indicators()["sensitivity"].previous_text)
        self.assertEqual(self._indicators()["spend"].previous_text, "400.00\xa0€")

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
        march = [*exits, ("date", "=", "2026-03-31")]
        self.assertEqual(self._grouped(march, []), [(50, 2)])
        # It is not over: both have begun it, and who will leave nobody knows.
        self.assertEqual(self._grouped(march, [], "2026-03-30"), [(False, 0)])

    def test_exits_of_the_running_month_do_not_count_yet(self):
        customers = self.customer | self.bo
        with self.at("2026-01-31"):
            self._look_again(customers)
        with self.at("2026-02-10"):
            self._create_loss(self.bo)
            self._look_again(customers)
        exits = [("indicator", "=", "exit"), ("partner_id", "in", customers.ids)]
        # February: Bo of Ada and Bo. March began with Ada alone, who is still there.
        for day, exit_rate, n in (
            ("2026-02-27", False, 0),
            ("2026-02-28", 50, 2),
            ("2026-03-02", 50, 2),
            ("2026-03-30", 50, 2),
            ("2026-03-31", 100 / 3, 3),
        ):
            with self.subTest(day):
                [found] = self._grouped(exits, [], day)
                self.assertAlmostEqual(found[0], exit_rate)
                self.assertEqual(found[1], n)

    def test_the_exit_rate_is_of_twelve_months_on_any_day(self):
        for day, first, last in (
            ("2026-03-02", "2025-03-31", "2026-02-28"),
            ("2026-03-30", "2025-03-31", "2026-02-28"),
            ("2026-03-31", "2025-04-30", "2026-03-31"),
        ):
            with self.subTest(day):
                row = self._indicators(day)["exit"]
                inside = [
                    str(end)
                    for end in (
                        "2025-02-28",
                        "2025-03-31",
                        "2025-04-30",
                        "2026-02-28",
                        "2026-03-31",
                    )
                    if str(row.date_start) <= end <= str(row.date_end)
                ]
                self.assertEqual((inside[0], inside[-1]), (first, last))

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
        self.assertIndicator(self._indicators("2026-03-30")["exit"], None, 0)

    def _date(self, records, **columns):
        for name, moment in columns.items():
            self.env.cr.execute(
                f"UPDATE res_partner SET {name} = %s WHERE id = ANY(%s)", [moment, records.ids]
            )

    # ------------------------------------------------------------
    # GROUPS
    # ------------------------------------------------------------

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
            # Row by row first: figures by month are blank where n of the month is small.
            self.assertEqual(action["views"][0][1], "list")
            self.assertEqual(action["name"], "Spend per purchase, 02/20/2025 to 02/19/2026")
            self.assertEqual(found[0].action_open_partner()["res_model"], "res.partner")
            wizard = self.env["crm.lifecycle.value.wizard"].create(
                {"date": "2026-02-19", "report": "indicators"}
            )
            self.assertEqual(wizard.action_open()["context"]["lifecycle_date"], "2026-02-19")

    def test_over_time_opens_with_twelve_months(self):
        action = self.env.ref("crm_lifecycle.crm_lifecycle_indicator_entry_action")
        defaults = {key.removeprefix("search_default_") for key in safe_eval(action.context)}
        entries = self.env["crm.lifecycle.indicator.entry"]
        arch = etree.fromstring(entries.get_view(view_type="search")["arch"])
        domains = [
            safe_eval(node.get("domain"))
            for node in arch.iter("filter")
            if node.get("name") in defaults and node.get("domain")
        ]
        self.assertEqual(defaults, {"last_year", "group_indicator"})
        found = self._entries(domains[0])
        before = self._entries() - found
        self.assertTrue(before)
        self.assertLess(max(before.mapped("date")), min(found.mapped("date")))
        self.assertGreater(str(min(found.mapped("date"))), "2025-03-31")

    def test_another_company_has_its_own(self):
        other = self._create_company("Other Company", "base.EUR")
        manager = self._create_user("indicator_manager", SALES_MANAGER, company=other)
        self.env.flush_all()
        with self.at(NOW):
            rows = (
                self.env["crm.lifecycle.indicator"]
                .with_user(manager)
                .with_context(allowed_company_ids=other.ids)
                .search([])
            )
            self.assertEqual(rows.company_id, other)
            self.assertEqual((len(rows), set(rows.mapped("n"))), (7, {0}))
