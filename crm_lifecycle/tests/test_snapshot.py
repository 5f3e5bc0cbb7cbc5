from datetime import date

from odoo.tests import tagged

from .test_state import StateCase


@tagged("post_install", "-at_install")
class TestSnapshot(StateCase):
    """Each month's figures are what counting the customers on its last day would tell."""

    def _snapshots(self, domain=()):
        return self.env["crm.lifecycle.snapshot"].search(
            [("company_id", "=", self.company.id), *domain]
        )

    def test_the_counts_are_those_of_the_state_on_each_months_end(self):
        self._create_histories()
        with self.at("2026-03-03"):
            by_date = self._snapshots().grouped("date")
            self.assertEqual(min(by_date), date(2025, 1, 31))
            self.assertEqual(max(by_date), date(2026, 3, 3))
            self.assertEqual(len(by_date), 15)
            for day, rows in by_date.items():
                with self.subTest(day):
                    groups = (
                        self.env["crm.lifecycle.state"]
                        .with_context(lifecycle_date=day)
                        ._read_group(
                            [("company_id", "=", self.company.id)],
                            ["stage_id", "status"],
                            ["__count"],
                        )
                    )
                    self.assertEqual(
                        {
                            (row.stage_id, row.status): row.customer_count
                            for row in rows
                            if row.customer_count
                        },
                        {(stage, status): count for stage, status, count in groups},
                    )

    def test_who_came_and_who_left_explains_the_difference_to_the_month_before(self):
        self._create_histories()
        with self.at("2026-03-03"):
            for stage, rows in self._snapshots().grouped("stage_id").items():
                before = 0
                for day, month in sorted(rows.grouped("date").items()):
                    with self.subTest(stage=stage.code, day=day):
                        count = sum(month.mapped("customer_count"))
                        entered = sum(month.mapped("entered_count"))
                        left = sum(month.mapped("left_count"))
                        self.assertEqual(count, before + entered - left)
                        before = count

    def test_every_month_has_rows_though_nothing_happens(self):
        self._buy(self._create_customer(), "2026-01-10")
        with self.at("2026-04-02"):
            self._process_queue()
            rows = self._snapshots([("stage_id.code", "=", "first_buyer")])
            self.assertEqual(
                [
                    (
                        str(row.date),
                        row.status,
                        row.customer_count,
                        row.entered_count,
                        row.left_count,
                    )
                    for row in rows.sorted("date")
                    if row.status == "active"
                ],
                [
                    ("2026-01-31", "active", 1, 1, 0),
                    ("2026-02-28", "active", 1, 0, 0),
                    ("2026-03-31", "active", 1, 0, 0),
                    ("2026-04-02", "active", 1, 0, 0),
                ],
            )

    def test_a_status_that_changes_is_no_way_into_the_stage(self):
        self._buy(self._create_customer(), "2026-01-10")
        with self.at("2026-06-30"):
            self._process_queue()
            rows = self._snapshots()
            self.assertEqual(sum(rows.mapped("entered_count")), 1)
            self.assertEqual(sum(rows.mapped("left_count")), 0)
            latest = rows.filtered(lambda row: str(row.date) == "2026-06-30" and row.customer_count)
            self.assertEqual((latest.status, latest.customer_count), ("at_risk", 1))

    def test_what_was_superseded_does_not_count(self):
        customer = self._create_customer()
        with self.at("2026-01-10"):
            invoice = self._post_invoice(customer)
            self._create_lead(customer)
            self._process_queue()
        with self.at("2026-02-20"):
            invoice.button_draft()
            self._process_queue()
            self.assertEqual(
                {
                    (str(row.date), row.stage_id.code): row.customer_count
                    for row in self._snapshots([("customer_count", ">", 0)])
                },
                {("2026-01-31", "suspect"): 1, ("2026-02-20", "suspect"): 1},
            )

    def test_over_several_months_customers_are_an_average_and_moves_a_sum(self):
        self._buy(self._create_customer("Early"), "2026-01-10")
        self._buy(self._create_customer("Late"), "2026-02-10")
        with self.at("2026-02-20"):
            self._process_queue()
            domain = [("company_id", "=", self.company.id)]
            aggregates = ["customer_count:sum", "entered_count:sum"]
            snapshots = self.env["crm.lifecycle.snapshot"]
            self.assertEqual(
                snapshots._read_group(domain, ["date:month"], aggregates),
                [(date(2026, 1, 1), 1, 1), (date(2026, 2, 1), 2, 1)],
            )
            # (1 + 2) / 2, rounded.
            self.assertEqual(snapshots._read_group(domain, [], aggregates), [(2, 2)])

    def test_ids_are_unique_and_stay(self):
        self._create_histories()
        with self.at("2026-03-03"):
            rows = self._snapshots()
            self.assertEqual(len(rows), len(set(rows.ids)))
            row = rows[0]
            self.env.invalidate_all()
            self.assertEqual(self.env["crm.lifecycle.snapshot"].browse(row.id).date, row.date)

    def test_a_row_opens_the_customers_behind_it(self):
        self._create_histories()
        with self.at("2026-03-03"):
            for row in self._snapshots([("customer_count", ">", 0)]):
                action = row.action_open_customers()
                found = self.env[action["res_model"]].with_context(**action["context"])
                with self.subTest(action["name"]):
                    self.assertEqual(found.search_count(action["domain"]), row.customer_count)
            row = self._snapshots([("date", "=", "2025-03-31"), ("stage_id.code", "=", "prospect")])
            self.assertEqual(row.action_open_customers()["name"], "Prospect, New on March 31, 2025")

    def test_nothing_is_shown_of_a_company_without_history(self):
        with self.at("2026-03-03"):
            self.assertFalse(self._snapshots())
