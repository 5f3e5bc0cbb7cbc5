from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import INVOICING, READONLY_ACCOUNTING, SALES, SALES_ALL, SALES_MANAGER
from .test_query_counts import QueriesCase
from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestWallet(ValueCase):
    """Revenue by what somebody thinks that the customer spends in a year."""

    def setUp(self):
        super().setUp()
        with self.at("2026-03-03"):
            self._post_lines((self.product, 3, 100.0, 0))

    def _estimate(self, amount=1000.0, date="2026-03-01", **vals):
        return self.env["crm.lifecycle.wallet"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "amount": amount,
                "date": date,
                **vals,
            }
        )

    def _share(self, day="2026-04-01"):
        self.env.invalidate_all()
        with self.at(day):
            value = self._value()
            return value.wallet_amount, value.wallet_share

    def test_without_an_estimate_it_is_empty(self):
        self.assertEqual(self._share(), (0.0, 0.0))
        self.assertFalse(self._value().wallet_id)

    def test_the_latest_estimate_counts(self):
        self._estimate(1000.0, "2026-03-01")
        self.assertEqual(self._share(), (1000.0, 0.3))
        self._estimate(600.0, "2026-03-20", source="Their buyer said so")
        self._estimate(5000.0, "2026-03-10")
        self.assertEqual(self._share(), (600.0, 0.5))

    def test_of_one_day_the_last_one_counts(self):
        self._estimate(1000.0)
        self._estimate(1500.0)
        self.assertEqual(self._share(), (1500.0, 0.2))

    def test_one_that_is_archived_or_dated_ahead_does_not_count(self):
        self._estimate(1000.0)
        self._estimate(600.0, "2026-03-20").active = False
        self._estimate(400.0, "2026-04-02")
        self.assertEqual(self._share(), (1000.0, 0.3))
        self.assertEqual(self._share("2026-04-02"), (400.0, 0.75))

    def test_as_of_a_day_the_estimate_of_then_counts(self):
        self._estimate(1000.0, "2026-03-01")
        self._estimate(600.0, "2026-03-20")
        with self.at("2026-05-01"):
            self._process_queue()
            for day, share in (("2026-03-10", 0.3), ("2026-03-20", 0.5)):
                with self.subTest(day):
                    found = (
                        self.env["crm.lifecycle.value.asof"]
                        .with_context(lifecycle_date=day)
                        .search([("partner_id", "=", self.customer.id)])
                    )
                    self.assertEqual(found.wallet_share, share)

    def test_an_estimate_of_a_contact_is_the_customers(self):
        buyer = self.env["res.partner"].create({"name": "Ada", "parent_id": self.customer.id})
        self.assertEqual(self._estimate(partner_id=buyer.id).partner_id, self.customer)
        self.assertEqual(self._share(), (1000.0, 0.3))
        estimate = self._estimate(600.0, "2026-03-20", partner_id=self._create_customer().id)
        self.assertEqual(self._share(), (1000.0, 0.3))
        estimate.partner_id = buyer
        self.assertEqual(estimate.partner_id, self.customer)
        self.assertEqual(self._share(), (600.0, 0.5))

    def test_each_company_has_its_own(self):
        other = self._create_company("Lifecycle Dollar Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        self._estimate(1000.0)
        self._estimate(10.0, "2026-03-20", company_id=other.id)
        self.assertEqual(self._share(), (1000.0, 0.3))

    def test_it_can_be_searched(self):
        values = self.env["crm.lifecycle.value"]
        mine = [("partner_id", "=", self.customer.id)]
        with self.at("2026-04-01"):
            self._process_queue()
            self.assertTrue(values.search([*mine, ("wallet_share", "=", False)]))
            self.assertFalse(values.search([*mine, ("wallet_share", "<=", 0.9)]))
            self._estimate(1000.0)
            for domain, found in (
                (("wallet_share", "<=", 0.3), True),
                (("wallet_share", "<", 0.3), False),
                (("wallet_share", ">", 0.2), True),
                (("wallet_share", ">=", 0.31), False),
                (("wallet_share", "=", False), False),
                (("wallet_share", "!=", False), True),
                (("wallet_share", "=", 0.3), True),
            ):
                with self.subTest(domain):
                    self.assertEqual(bool(values.search([*mine, domain])), found)

    def test_nothing_is_no_volume(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self._estimate(0.0)


@tagged("post_install", "-at_install")
class TestWalletAccess(ValueCase):
    """Salespeople estimate for customers of their own, and in their own name."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            role: cls._create_user(f"wallet_{number}", "base.group_user", group)
            for number, (role, group) in enumerate(
                {
                    "own": SALES,
                    "all": SALES_ALL,
                    "manager": SALES_MANAGER,
                    "invoicing": INVOICING,
                    "auditor": READONLY_ACCOUNTING,
                }.items()
            )
        }
        cls.other = cls._create_customer("Others' Ltd", user_id=cls.users["all"].id)
        cls.customer.user_id = cls.users["own"]

    def _as(self, role, records):
        return records.with_user(self.users[role]).with_context(
            allowed_company_ids=self.company.ids
        )

    def _create(self, role, customer, **vals):
        wallets = self._as(role, self.env["crm.lifecycle.wallet"])
        return wallets.create({"partner_id": customer.id, "amount": 10.0, **vals})

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_who_estimates_for_whom(self):
        for role, customer, allowed in (
            ("own", self.customer, True),
            ("own", self.other, False),
            ("all", self.customer, True),
            ("all", self.other, True),
            ("manager", self.other, True),
            ("invoicing", self.customer, False),
            ("auditor", self.customer, False),
        ):
            with self.subTest(role=role, customer=customer.name):
                if allowed:
                    created = self._create(role, customer)
                    self.assertEqual(created.user_id, self.users[role])
                    created.amount = 20.0
                else:
                    with self.assertRaises(AccessError):
                        self._create(role, customer)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_nobody_estimates_in_a_colleagues_name(self):
        colleague = self.users["manager"].id
        with self.assertRaises(AccessError):
            self._create("own", self.customer, user_id=colleague)
        own = self._create("own", self.customer)
        with self.assertRaises(AccessError):
            own.user_id = colleague
        self._create("manager", self.customer, user_id=self.users["own"].id)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_colleagues_estimates_stay_as_they_are(self):
        estimate = self._create("all", self.customer)
        own = self._as("own", estimate)
        self.assertEqual(own.amount, 10.0)
        with self.assertRaises(AccessError):
            own.amount = 20.0
        with self.assertRaises(AccessError):
            own.unlink()
        self._as("manager", estimate).amount = 30.0
        self._as("manager", estimate).unlink()

    def test_who_reads_which(self):
        mine, others = self._create("own", self.customer), self._create("all", self.other)
        for role, found in (
            ("own", mine),
            ("all", mine | others),
            ("manager", mine | others),
            ("invoicing", mine | others),
            ("auditor", mine | others),
        ):
            with self.subTest(role):
                wallets = self._as(role, self.env["crm.lifecycle.wallet"])
                domain = [("partner_id", "in", (self.customer | self.other).ids)]
                self.assertEqual(wallets.search(domain), found.with_env(wallets.env).sorted())


@tagged("post_install", "-at_install")
class TestWalletQueries(QueriesCase):
    """A list of shares takes as many queries whatever its length."""

    def test_shares(self):
        with self.at("2026-03-03"):
            for customer in self.customers:
                self._post_invoice(customer)
            self._process_queue()
        self.env["crm.lifecycle.wallet"].create(
            [
                {"partner_id": customer.id, "amount": 1000.0, "date": "2026-03-01"}
                for customer in self.customers
            ]
        )

        def read(customers):
            values = self.env["crm.lifecycle.value"].search([("partner_id", "in", customers.ids)])
            self.assertEqual(set(values.mapped("wallet_share")), {0.1})

        with self.at("2026-04-01"):
            self.assertSameCount(read, 8)
