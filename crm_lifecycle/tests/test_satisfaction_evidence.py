from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..engine import intervals
from .common import SALES_MANAGER
from .rules_common import RuleCase

NOW = "2026-03-31"


@tagged("post_install", "-at_install")
class TestSatisfactionEvidence(RuleCase):
    """Whether very satisfied customers buy again more often, and satisfaction goes with margin,
    is read from the company's own customers.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"lifecycle_indicator_minimum": 2, "lifecycle_return_days": 60})
        cls.manager = cls._create_user("evidence_manager", SALES_MANAGER)
        cls.product.standard_price = 40.0
        cls.people = cls.env["res.partner"].create(
            [{"name": f"Customer {number}", "is_company": True} for number in range(6)]
        )
        cls("_set_up_documents")._set_up_documents()

    def _set_up_documents(self):
        """Of three very satisfied ones two come back in time; of two satisfied ones none."""
        first, second, third, fourth, fifth, sixth = self.people
        for customer, value, day in (
            (first, 5, "2025-10-01"),
            (second, 5, "2025-10-01"),
            (third, 5, "2025-10-01"),
            (fourth, 4, "2025-10-01"),
            (fifth, 4, "2025-10-01"),
            (sixth, 2, "2025-10-01"),
            # Only the last opinion counts whose days are over: on this one's they bought.
            (first, 3, "2025-05-01"),
            # Its days are not over.
            (second, 1, "2026-03-01"),
        ):
            self._say(customer, value, day)
        self._buy(first, "2025-05-10", "2025-10-02")
        self._buy(second, "2025-11-30")  # the sixtieth day
        self._buy(third, "2025-10-01", "2025-12-01")  # the same day, and too late
        self._buy(sixth, "2025-10-20")

    def _say(self, customer, value, day):
        with self.at(day):
            self.env["crm.lifecycle.satisfaction.statement"].create(
                {
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                    "value": value,
                    "date": day,
                }
            )
            self.env.flush_all()

    def _evidence(self, day=NOW):
        with self.at(NOW):
            self._process_queue()
            evidence = self.env["crm.lifecycle.satisfaction.evidence"].create({"date": day})
            evidence.fetch(["date"])
            evidence.mapped("odds_text")
            evidence.mapped("correlation_text")
        return evidence

    # ------------------------------------------------------------
    # REPURCHASE
    # ------------------------------------------------------------

    def test_who_bought_again_within_the_days(self):
        with self.at(NOW):
            self._process_queue()
            rows = self.env["crm.lifecycle.repurchase"].search(
                [("company_id", "=", self.company.id)]
            )
            found = {(row.partner_id.name[-1], row.opinion, row.bought_count) for row in rows}
        self.assertEqual(
            found,
            {
                ("0", "top", 1),
                ("1", "top", 1),
                ("2", "top", 0),
                ("3", "satisfied", 0),
                ("4", "satisfied", 0),
                ("5", "low", 1),
            },
        )
        self.assertEqual(rows[0].action_open_partner()["res_model"], "res.partner")

    def test_shares_with_their_interval_and_n(self):
        evidence = self._evidence()
        lowest, highest = intervals.wilson(2, 3)
        self.assertEqual(
            evidence.top_text, f"67 % ({100 * lowest:.0f} to {100 * highest:.0f} %), n = 3"
        )
        self.assertEqual(evidence.satisfied_text, "0 % (0 to 66 %), n = 2")
        self.assertIn("n is 1, and 2 are needed", evidence.low_text)
        # (2.5 / 1.5) / (0.5 / 2.5), a half being added to each number.
        self.assertTrue(evidence.odds_text.startswith("8.3 times (0.2 to "), evidence.odds_text)

    def test_a_group_of_too_few_has_no_share(self):
        with self.at(NOW):
            self._process_queue()
            rows = self.env["crm.lifecycle.repurchase"]
            ours = [("company_id", "=", self.company.id)]
            shares = rows._read_group(ours, ["opinion"], ["bought_share:avg", "__count"])
            [[everybody]] = rows._read_group(ours, [], ["bought_share:avg"])
        self.assertEqual(
            [(opinion, share is None or share is False, n) for opinion, share, n in shares],
            [("low", True, 1), ("satisfied", False, 2), ("top", False, 3)],
        )
        self.assertEqual(shares[1][1], 0)
        self.assertAlmostEqual(shares[2][1], 2 / 3)
        self.assertAlmostEqual(everybody, 3 / 6)

    def test_too_few_show_nothing(self):
        self.company.lifecycle_indicator_minimum = 3
        evidence = self._evidence()
        self.assertIn("n = 3", evidence.top_text)
        self.assertIn("n is 2, and 3 are needed", evidence.satisfied_text)
        self.assertIn("n is 2, and 3 are needed", evidence.odds_text)
        self.assertIn("n is 0", evidence.correlation_text)

    def test_a_day_to_come_has_no_figures_but_a_reason(self):
        evidence = self._evidence("2026-04-01")
        for name in ("top_text", "satisfied_text", "low_text", "odds_text", "correlation_text"):
            with self.subTest(name):
                self.assertEqual(
                    evidence[name], "That day is yet to come. Choose today or a day before."
                )
        # Of the company's day: it is tomorrow there already.
        self.company.partner_id.tz = "Pacific/Kiritimati"
        with self.at("2026-03-31 12:00:00"):
            there = self.env["crm.lifecycle.satisfaction.evidence"].create({"date": "2026-04-01"})
            self.assertIn("n = 3", there.top_text)

    def test_as_of_a_past_day(self):
        evidence = self._evidence("2025-07-31")
        # The opinion of May alone, three of five.
        self.assertIn("n is 0", evidence.top_text)
        self.assertIn("n is 1", evidence.low_text)

    # ------------------------------------------------------------
    # CHANGES
    # ------------------------------------------------------------

    def _invoice_years(self, amounts):
        """Invoice each customer in the year before and in the last one."""
        for customer, (before, now) in zip(self.people, amounts, strict=False):
            for day, amount in (("2024-12-01", before), ("2025-12-15", now)):
                with self.at(day):
                    self._post_invoice(customer, amount)

    def test_the_change_of_satisfaction_beside_that_of_the_margin(self):
        for customer, value in zip(self.people, (2, 3, 4, 4, 5), strict=False):
            self._say(customer, value, "2024-10-01")
        self._invoice_years(((100, 300), (100, 200), (100, 150), (100, 100), (100, 50)))
        self.env.flush_all()
        with self.at(NOW):
            rows = self.env["crm.lifecycle.satisfaction.change"].search(
                [("company_id", "=", self.company.id)]
            )
            rows.fetch(["partner_id", "score_change", "margin_change"])
            rows.fetch(["margin_before", "margin_now"])
        by_customer = {row.partner_id: row for row in rows}
        first, second, third, fourth, fifth, _sixth = self.people
        # First: 25 before, (100 + 50) / 2 now; the second has said 100 and 0 in the last year.
        self.assertEqual(
            [by_customer[customer].score_change for customer in (first, second, third)],
            [50, 0, 25],
        )
        self.assertEqual(
            [by_customer[customer].score_change for customer in (fourth, fifth)], [0, -25]
        )
        self.assertEqual(by_customer[first].margin_before, 60)
        self.assertEqual(by_customer[first].margin_now, 260)
        self.assertEqual(by_customer[fifth].margin_change, -50)
        value = intervals.correlation([(50, 200), (0, 100), (25, 50), (0, 0), (-25, -50)])
        lowest, highest = intervals.fisher(value, 5)
        self.assertEqual(
            self._evidence().correlation_text,
            f"{value:.2f} ({lowest:.2f} to {highest:.2f}), n = 5",
        )

    def test_the_chart_shows_the_mean_change_of_margin_by_how_satisfaction_went(self):
        for customer, value in zip(self.people, (2, 3, 4, 4, 5), strict=False):
            self._say(customer, value, "2024-10-01")
        self._invoice_years(((100, 300), (100, 200), (100, 150), (100, 100), (100, 50)))
        self.env.flush_all()
        changes = self.env["crm.lifecycle.satisfaction.change"]
        with self.at(NOW):
            # 50 and 25 points up: 200 and 50 more; as before: 100 more and nothing; 25 down.
            self.assertEqual(
                changes._read_group(
                    [("company_id", "=", self.company.id)],
                    ["score_band"],
                    ["margin_change_mean:avg", "__count"],
                ),
                [("1_far_down", -50, 1), ("3_same", 50, 2), ("5_far_up", 125, 2)],
            )
            # The list adds up before, now, and the difference of the two.
            [sums] = changes._read_group(
                [("company_id", "=", self.company.id)],
                [],
                ["margin_before:sum", "margin_now:sum", "margin_change:sum"],
            )
        self.assertEqual(sums[1] - sums[0], sums[2])
        graph = changes.get_view(view_type="graph")["arch"]
        self.assertIn('name="score_band"', graph)
        self.assertIn('name="margin_change_mean"', graph)
        columns = {
            node.get("name"): node
            for node in etree.fromstring(changes.get_view(view_type="list")["arch"]).iter("field")
        }
        self.assertIn("currency_id", columns)
        for name in ("margin_before", "margin_now", "margin_change"):
            self.assertTrue(columns[name].get("sum"), name)

    def test_bands_of_five_points(self):
        # 75 on the scale of five before, which each says in percent now.
        for customer, value in zip(self.people, (70, 71, 75, 79, 80), strict=False):
            self._say(customer, 4, "2024-10-01")
            self.env["crm.lifecycle.satisfaction.statement"].search(
                [("partner_id", "=", customer.id), ("date", ">", "2025-03-31")]
            ).active = False
            with self.at("2026-03-01"):
                self.env["crm.lifecycle.satisfaction.statement"].create(
                    {
                        "partner_id": customer.id,
                        "company_id": self.company.id,
                        "value": value,
                        "scale": "percent",
                        "date": "2026-03-01",
                    }
                )
        self.env.flush_all()
        with self.at(NOW):
            rows = self.env["crm.lifecycle.satisfaction.change"].search(
                [("company_id", "=", self.company.id)]
            )
            bands = {row.partner_id: row.score_band for row in rows}
        self.assertEqual(
            [bands[customer] for customer in self.people[:5]],
            ["1_far_down", "2_down", "3_same", "4_up", "5_far_up"],
        )

    def test_customers_who_changed_by_the_same_tell_nothing(self):
        for customer, value in zip(self.people[2:6], (5, 4, 4, 2), strict=True):
            self._say(customer, value, "2024-10-01")
        self.assertIn("Nothing to compare", self._evidence().correlation_text)

    # ------------------------------------------------------------
    # SCREEN
    # ------------------------------------------------------------

    def test_a_manager_reads_it_and_opens_the_customers(self):
        evidence = self.env["crm.lifecycle.satisfaction.evidence"].with_user(self.manager)
        with self.at(NOW):
            self._process_queue()
            with Form(evidence) as form:
                form.date = "2026-01-31"
                self.assertIn("n = 3", form.top_text)
            for action in (
                form.record.action_open_repurchases(),
                form.record.action_open_changes(),
            ):
                self.assertEqual(action["context"], {"lifecycle_date": "2026-01-31"})
            form.record.date = "2026-04-01"
            with self.assertRaises(UserError):
                form.record.action_open_changes()
