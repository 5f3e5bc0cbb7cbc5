from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES, SALES_ALL
from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestFieldsForAccountants(PaymentCase):
    """What a customer owes, on contacts and invoices, for those who keep the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("lifecycle_accountant", INVOICING)
        case = cls("_set_up_invoices")
        case._set_up_invoices()

    def _set_up_invoices(self):
        cls = type(self)
        cls.settled = self._create_customer("Settled")
        cls.nobody = self._create_customer("Nobody")
        cls.invoice = self._invoice_on("2026-01-01", 100.0)
        self._pay_on("2026-01-11", self.invoice, 40.0)
        cls.paid = self._invoice_on("2026-01-01", 50.0, customer=self.settled)
        self._pay_on("2026-01-31", self.paid)
        with self.at("2026-02-10"):
            cls.draft = self._create_invoice(self.nobody)
            self._look_again(self.customer | self.settled | self.nobody)
        cls.env.flush_all()

    def _as_accountant(self, records):
        return records.with_user(self.accountant).with_context(allowed_company_ids=self.company.ids)

    def test_figures_on_contacts_and_invoices(self):
        for records in (
            self.customer | self.settled | self.nobody,
            self.invoice | self.paid | self.draft,
        ):
            records = self._as_accountant(records)
            with self.subTest(records._name):
                self.assertEqual(
                    [
                        tuple(row.values())[1:]
                        for row in records.read(
                            ["lifecycle_receivable", "lifecycle_overdue", "lifecycle_days_to_pay"]
                        )
                    ],
                    [(60.0, 60.0, 10.0), (0.0, 0.0, 30.0), (0.0, 0.0, 0.0)],
                )
                self.assertEqual(records.lifecycle_currency_id, self.company.currency_id)

    def test_filters_and_order(self):
        for records in (
            self.customer | self.settled | self.nobody,
            self.invoice | self.paid | self.draft,
        ):
            records = self._as_accountant(records)
            owing, settled, nobody = records
            by_id = [("id", "in", records.ids)]
            for condition, expected in (
                ([("lifecycle_overdue", ">", 0)], owing),
                ([("lifecycle_overdue", "<=", 0)], settled | nobody),
                (["!", ("lifecycle_overdue", ">", 0)], settled | nobody),
                ([("lifecycle_overdue", "=", 60.0)], owing),
                ([("lifecycle_overdue", "=", False)], settled | nobody),
                ([("lifecycle_receivable", "!=", 60.0)], settled | nobody),
                ([("lifecycle_days_to_pay", ">=", 10.0)], owing | settled),
                ([("lifecycle_days_to_pay", "<", 30.0)], owing | nobody),
            ):
                with self.subTest(model=records._name, condition=condition):
                    self.assertEqual(set(records.search(condition + by_id)), set(expected))
            with self.subTest(model=records._name, order=True):
                self.assertEqual(records.filtered_domain([("lifecycle_overdue", ">", 0)]), owing)
                found = records.search(by_id, order="lifecycle_overdue DESC NULLS LAST, id")
                self.assertEqual(found.ids, (owing | settled | nobody).ids)

    def test_the_button_opens_the_customers_value(self):
        for record in (self.customer, self.invoice):
            with self.subTest(record._name):
                action = self._as_accountant(record).action_lifecycle_open_value()
                self.assertEqual(action["res_model"], "crm.lifecycle.value")
                self.assertEqual(action["res_id"], self._value().id)
        action = self._as_accountant(self.nobody).action_lifecycle_open_value()
        self.assertNotIn("res_id", action)

    def test_salespeople_see_the_band_alone(self):
        for group in (SALES, SALES_ALL):
            user = self._create_user(f"lifecycle_{group.split('.')[1]}", group)
            for record in (self.customer, self.invoice):
                record = record.with_user(user).with_context(allowed_company_ids=self.company.ids)
                if record._name == "account.move":
                    record.sudo().invoice_user_id = user
                with self.subTest(group=group, model=record._name):
                    self.assertEqual(record.lifecycle_payment_band, "unknown")
                    arch = record.get_view(view_type="form")["arch"]
                    self.assertIn("lifecycle_payment_band", arch)
                    for name in ("lifecycle_overdue", "lifecycle_receivable"):
                        self.assertNotIn(name, arch)
                        with self.assertRaises(AccessError):
                            record.read([name])

    def test_accountants_get_the_panel_without_a_right_on_leads(self):
        for group in (INVOICING, READONLY_ACCOUNTING):
            user = self._create_user(f"lifecycle_panel_{group.split('.')[1]}", group)
            invoice = self.invoice.with_user(user).with_context(
                allowed_company_ids=self.company.ids
            )
            with self.subTest(group):
                self.assertFalse(self.env["crm.lead"].with_user(user).has_access("read"))
                arch = invoice.get_view(view_type="form")["arch"]
                for name in (
                    "lifecycle_value_class",
                    "lifecycle_payment_band",
                    "lifecycle_receivable",
                    "lifecycle_overdue",
                    "action_lifecycle_open_value",
                ):
                    self.assertIn(name, arch)


@tagged("post_install", "-at_install")
class TestDrillDown(PaymentCase):
    """Each figure opens what it is made of."""

    def _open(self, action):
        return self.env[action["res_model"]].search(action["domain"])

    def test_open_and_overdue_items(self):
        due = self._invoice_on("2026-01-01", 100.0)
        self._invoice_on("2026-02-01", 70.0)
        self._pay_on("2026-01-05", self._invoice_on("2026-01-02", 33.0))
        self._receive_on("2026-02-02", 20.0)
        with self.at("2026-02-10"):
            self._look_again(self.customer)
            value = self._value()
            self.assertEqual(
                sum(self._open(value.action_open_receivable()).mapped("amount_residual")),
                value.receivable,
            )
            self.assertEqual(self._open(value.action_open_overdue()), self._receivable(due))
            self.assertEqual((value.receivable, value.overdue), (150.0, 100.0))

    def test_paid_invoices(self):
        paid = self._invoice_on("2026-01-01", 100.0)
        credited = self._invoice_on("2026-01-02", 100.0)
        former = self._invoice_on("2025-01-02", 100.0)
        self._pay_on("2026-01-05", paid, 30.0)
        self._pay_on("2025-01-05", former)
        with self.at("2026-01-06"):
            self._refund(credited)
            self.assertEqual(credited.payment_state, "reversed")
        with self.at("2026-02-10"):
            self._look_again(self.customer)
            self.assertEqual(self._open(self._value().action_open_paid()), paid)

    def test_the_credit_limit(self):
        self._invoice_on("2026-01-01", 100.0)
        with self.at("2026-01-02"):
            self._confirm_order(self.customer, 50.0)
            value = self._value()
            for has_limits, limit, expected in (
                (False, 600.0, (0.0, 0.0)),
                (True, 0.0, (0.0, 0.0)),
                (True, 600.0, (600.0, 0.25)),
            ):
                with self.subTest(has_limits=has_limits, limit=limit):
                    self.company.account_use_credit_limit = has_limits
                    self.customer.credit_limit = limit
                    self.env.invalidate_all()
                    self.assertEqual((value.credit_limit, value.credit_used), expected)

    def test_the_credit_limit_is_for_those_who_keep_the_books(self):
        self._invoice_on("2026-01-01", 100.0)
        self._look_again(self.customer)
        for group, allowed in ((INVOICING, True), (READONLY_ACCOUNTING, True), (SALES_ALL, False)):
            login = f"lifecycle_limit_{group.split('.')[1]}"
            user = self._create_user(login, "base.group_allow_export", group)
            value = self._value().with_user(user)
            for name in ("credit_limit", "credit_used"):
                with self.subTest(group=group, name=name):
                    if allowed:
                        value.read([name])
                        continue
                    with self.assertRaises(AccessError):
                        value.read([name])
                    with self.assertRaises(AccessError):
                        value.export_data([name])
