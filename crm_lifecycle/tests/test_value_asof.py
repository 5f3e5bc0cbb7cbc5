from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..engine import value
from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestValueAsOf(ValueCase):
    """The list of values as of any past day."""

    def setUp(self):
        super().setUp()
        with self.at("2025-03-03"):
            invoice = self._post_lines((self.product, 2, 100.0, 10.0))
        with self.at("2026-02-03"):
            self._refund(invoice, 0.5)
        with self.at("2026-09-03"):
            self._post_lines((self.product, 5, 100.0, 0))
            self._process_queue()

    def _values(self, day=None):
        return (
            self.env["crm.lifecycle.value.asof"]
            .with_context(lifecycle_date=day)
            .search([("partner_id", "=", self.customer.id)])
        )

    def test_days(self):
        for day, revenue, refund, total in (
            ("2025-03-03", 180.0, 0.0, 180.0),
            ("2026-02-02", 180.0, 0.0, 180.0),
            ("2026-02-03", 90.0, 90.0, 90.0),
            ("2026-03-03", -90.0, 90.0, 90.0),
            ("2026-09-03", 410.0, 90.0, 590.0),
        ):
            with self.subTest(day), self.at("2026-10-01"):
                found = self._values(day)
                self.assertEqual(
                    (found.revenue_12m, found.refund_12m, found.revenue_total),
                    (revenue, refund, total),
                )

    def test_one_transaction_tells_days_apart(self):
        with self.at("2026-10-01"):
            before, after = self._values("2025-04-04"), self._values("2026-09-09")
            self.assertEqual(before, after)
            self.assertEqual(before.margin_12m, 60.0)
            self.assertEqual(after.margin_12m, 110.0)
            self.assertAlmostEqual(before.margin_rate, 60 / 180)
            self.assertAlmostEqual(after.margin_rate, 110 / 410)
            self.assertFalse(before.refund_rate)
            self.assertAlmostEqual(after.refund_rate, 0.18)

    def test_before_the_first_invoice_there_is_nobody(self):
        with self.at("2026-10-01"):
            self.assertFalse(self._values("2025-03-02"))

    def test_today_it_is_what_is_kept(self):
        with self.at("2026-10-01"):
            self._look_again(self.customer)
            kept, found = self._value(), self._values()
            for name in value.columns_of(self.env["crm.lifecycle.value"]._get_figures()):
                with self.subTest(name):
                    self.assertEqual(found[name], kept[name])
            self.assertEqual(found.profile_id, kept.profile_id)

    def test_every_day_is_what_is_derived(self):
        with self.at("2026-10-01"):
            for day in ("2025-06-01", "2026-06-01"):
                [derived] = self.env["crm.lifecycle.value"]._derive(self.customer.ids, day)
                found = self._values(day)
                for name, amount in derived.items():
                    if name not in ("partner_id", "company_id", "lapse_date"):
                        with self.subTest(day=day, name=name):
                            # A column that is empty is read as 0.
                            self.assertEqual(found[name] or None, amount or None)

    def test_the_wizard_opens_it(self):
        with self.at("2026-10-01"), Form(self.env["crm.lifecycle.value.wizard"]) as form:
            self.assertEqual(str(form.date), "2026-09-30")
            form.date = "2026-06-01"
        wizard = form.record
        with self.at("2026-10-01"):
            action = wizard.action_open()
            self.assertEqual(action["name"], "Value on June 1, 2026")
            found = self.env[action["res_model"]].with_context(**action["context"])
            found = found.search([("partner_id", "=", self.customer.id)])
            self.assertEqual(found.revenue_12m, -90.0)
            entries = found.action_open_entries()
            amounts = self.env[entries["res_model"]].search(entries["domain"])
            self.assertEqual(sum(amounts.mapped("contribution")), found.contribution_12m)
            wizard.report = "change"
            action = wizard.action_open()
            self.assertEqual(
                action["name"], "Last 12 months against the 12 before, on June 1, 2026"
            )
            found = self.env[action["res_model"]].with_context(**action["context"])
            found = found.search([("partner_id", "=", self.customer.id)])
            self.assertEqual((found.previous, found.current), (180.0, -90.0))
            wizard.date = "2026-10-02"
            with self.assertRaises(UserError):
                wizard.action_open()

    def test_in_one_query(self):
        with self.at("2026-10-01"):
            for number in range(12):
                self._post_invoice(self._create_customer(f"Hotel {number}"))
            self._process_queue()
            values = self.env["crm.lifecycle.value.asof"].with_context(lifecycle_date="2026-10-01")
            mine = [("company_id", "=", self.company.id)]
            self.assertEqual(len(values.search(mine)), 13)
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                values.search_fetch(mine, ["revenue_12m", "contribution_total", "partner_id"])

    def test_nothing_of_it_is_stored(self):
        self.env.cr.execute("SELECT TO_REGCLASS('crm_lifecycle_value_asof')")
        self.assertEqual(self.env.cr.fetchone(), (None,))
