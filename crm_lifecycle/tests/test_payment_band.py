from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestBands(PaymentCase):
    """How customers pay, in a word, by the company's rules."""

    def _band(self, day, customer=None):
        customer = customer or self.customer
        with self.at(day):
            self._look_again(customer)
            return self._profile(customer).payment_band

    def _pay_late(self, *days, customer=None):
        """Pay an invoice of 100 each, so many days after it was due on January 31."""
        for late in days:
            invoice = self._invoice_on("2026-01-01", customer=customer)
            day = f"2026-02-{late:02}" if late else "2026-01-31"
            self._pay_on(day, invoice)

    def test_days_late_make_the_band(self):
        for days, band in (
            ((0, 0, 0), "prompt"),
            ((1, 3, 5), "prompt"),
            ((3, 3, 4), "usual"),
            ((15, 15, 15), "usual"),
            ((15, 15, 16), "slow"),
            ((0, 0), "unknown"),
        ):
            with self.subTest(days), self.env.cr.savepoint() as savepoint:
                self._pay_late(*days)
                self.assertEqual(self._band("2026-03-01"), band)
                savepoint.rollback()

    def test_very_late_is_risky(self):
        invoices = [self._invoice_on("2026-01-01") for _number in range(3)]
        for invoice in invoices:
            self._pay_on("2026-03-20", invoice)
        self.assertEqual(self._band("2026-03-21"), "risky")

    def test_overdue_for_long_is_risky_however_prompt_the_rest(self):
        self._pay_late(0, 0, 0)
        self._invoice_on("2026-02-01", 10.0)
        # Due on March 3, so 60 days on May 2.
        self.assertEqual(self._band("2026-05-01"), "prompt")
        self.assertEqual(self._band("2026-05-02"), "risky")

    def test_overdue_without_a_payment(self):
        self._invoice_on("2026-01-01")
        self.assertEqual(self._band("2026-01-01"), "unknown")
        self.assertEqual(self._band("2026-04-01"), "risky")

    def test_a_night_finds_who_turned_risky(self):
        self._pay_late(0, 0, 0)
        self._invoice_on("2026-02-01", 10.0)
        self.assertEqual(self._band("2026-05-01"), "prompt")
        with self.at("2026-05-02"):
            self._gather("night")
            self._process_queue()
            self.assertEqual(self._profile(self.customer).payment_band, "risky")

    def test_a_habit_is_forgotten_after_twelve_months(self):
        self._pay_late(0, 0, 0)
        self.assertEqual(self._band("2027-01-30"), "prompt")
        with self.at("2027-01-31"):
            self._gather("night")
            self._process_queue()
            self.assertEqual(self._profile(self.customer).payment_band, "unknown")

    def test_who_never_had_an_invoice_has_no_band(self):
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
        self.assertFalse(self._band("2026-03-03"))
        self.env["crm.lifecycle.service.rate"].create(
            {"company_id": self.company.id, "amount": 10.0}
        )
        with self.at("2026-03-03"):
            self._do(self.customer)
        self.assertFalse(self._band("2026-03-03"))
        self.assertEqual(self._value().service_12m, 10.0)

    def test_the_rules_say_what_counts_as_what(self):
        self._pay_late(4, 4)
        self.assertEqual(self._band("2026-03-01"), "unknown")
        with self.at("2026-03-01"):
            policy = self.env["crm.lifecycle.policy"].create(
                {"name": "Generous", "payment_minimum": 2, "payment_prompt_days": 5}
            )
            policy.action_activate()
            self._process_queue()
            self.assertEqual(self._profile(self.customer).payment_band, "prompt")

    def test_a_second_look_writes_nothing(self):
        self._pay_late(0, 0, 0)
        self._band("2026-03-01")
        query = "SELECT xmin::text FROM crm_lifecycle_profile WHERE partner_id = %s"
        self.env.cr.execute(query, [self.customer.id])
        before = self.env.cr.fetchall()
        with self.at("2026-03-01"), self.env.cr.savepoint():
            self.env["crm.lifecycle.value"]._record(self.customer.ids)
            self.env["crm.lifecycle.value.cut"]._measure(self.company, self.company.ids)
            self._process_queue()
        self.env.cr.execute(query, [self.customer.id])
        self.assertEqual(self.env.cr.fetchall(), before)

    def test_the_band_on_contacts_and_documents(self):
        slow, nobody = self._create_customer("Slow"), self._create_customer("Nobody")
        slow.property_payment_term_id = self.term
        self._pay_late(0, 0, 0)
        self._pay_late(28, 28, 28, customer=slow)
        everybody = self.customer | slow | nobody
        with self.at("2026-03-03"):
            documents = [
                everybody,
                self.env["crm.lead"].union(*map(self._create_opportunity, everybody)),
                self.env["sale.order"].union(*map(self._create_order, everybody)),
                self.env["account.move"].union(*map(self._create_invoice, everybody)),
            ]
            self._look_again(everybody)
        bands = ["prompt", "slow", False]
        for records in documents:
            with self.subTest(records._name):
                self.assertEqual(records.mapped("lifecycle_payment_band"), bands)
                by_id = [("id", "in", records.ids)]
                for condition, expected in (
                    ([("lifecycle_payment_band", "=", "slow")], records[1]),
                    ([("lifecycle_payment_band", "in", ["slow", "risky"])], records[1]),
                    ([("lifecycle_payment_band", "!=", "slow")], records[0] | records[2]),
                    ([("lifecycle_payment_band", "=", False)], records[2]),
                ):
                    self.assertEqual(set(records.search(condition + by_id)), set(expected))
                groups = records._read_group(by_id, ["lifecycle_payment_band"], ["__count"])
                self.assertEqual(dict(groups), {"prompt": 1, "slow": 1, False: 1})
                found = records.search(by_id, order="lifecycle_payment_band, id")
                self.assertEqual(found.mapped("lifecycle_payment_band"), bands)


@tagged("post_install", "-at_install")
class TestSettings(PaymentCase):
    """What counts as prompt is part of the rules."""

    def test_limits_that_make_no_bands_are_refused(self):
        for vals in (
            {"payment_prompt_days": -1},
            {"payment_prompt_days": 15},
            {"payment_slow_days": 15},
            {"payment_risky_days": 0},
            {"payment_minimum": 0},
        ):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
            ):
                self.env["crm.lifecycle.policy"].create({"name": "Odd", **vals})

    def test_rules_in_force_keep_their_limits(self):
        policy = self.env["crm.lifecycle.policy"].create({"name": "New"})
        policy.action_activate()
        with self.assertRaises(UserError):
            policy.payment_prompt_days = 5

    def test_a_comparison_names_them(self):
        policies = self.env["crm.lifecycle.policy"]
        old, new = policies.create([{"name": "Old"}, {"name": "New", "payment_prompt_days": 5}])
        self.assertEqual(new._get_differences(old), [("Prompt Up To", "3", "5")])
