from odoo.tests import tagged

from .common import SALES, SALES_ALL
from .type_common import TypeCase


@tagged("post_install", "-at_install")
class TestValueByType(TypeCase):
    """Margin, payment and order to cash of the customers of each type."""

    def setUp(self):
        super().setUp()
        self.peer = self._create_customer("Peer")
        self.peer.property_payment_term_id = self.term
        self.relational = self._create_customer("Relational")
        self.relational.property_payment_term_id = self.term
        with self.at("2025-10-01"):
            self._override("transactional")
            self._override("transactional", self.peer)
            self._override("relational", self.relational)
        # Customer, amount, days from the order to the invoice, and from there to the payment.
        for customer, amount, to_invoice, to_pay in (
            (self.customer, 100.0, 2, 0),
            (self.peer, 300.0, 4, 10),
            (self.relational, 1000.0, 5, 35),
        ):
            order = self._order_lines("2025-10-01", (self.product, 1, amount, 0), customer=customer)
            with self.at(f"2025-10-{1 + to_invoice:02}"):
                invoice = self._invoice_order(order)
            days = 1 + to_invoice + to_pay
            paid_on = f"2025-10-{days:02}" if days < 32 else f"2025-11-{days - 31:02}"
            self._pay_on(paid_on, invoice)
            self._look("2026-01-01", customer)
        # Of this one nothing was paid yet, which is no payment after 0 days.
        self.unpaid = self._create_customer("Unpaid")
        with self.at("2025-10-01"):
            self._override("relational", self.unpaid)
            self._post_lines((self.product, 1, 100.0, 0), customer=self.unpaid)
        self._look("2026-01-01", self.unpaid)

    def _groups(self, model, groupby, **context):
        # A bench has cost 60.
        aggregates = (
            "__count",
            "revenue_12m:sum",
            "margin_12m:sum",
            "days_to_pay:avg",
            "order_to_cash_days:avg",
        )
        values = self.env[model].with_context(**context)
        domain = [("company_id", "=", self.company.id)]
        return {
            group: tuple(round(figure, 2) for figure in figures)
            for group, *figures in values._read_group(domain, [groupby], aggregates)
        }

    def test_each_type_has_its_figures(self):
        expected = {
            "transactional": (2, 400.0, 280.0, 5.0, 8.0),
            "relational": (2, 1100.0, 980.0, 35.0, 40.0),
        }
        with self.at("2026-01-01"):
            for model in ("crm.lifecycle.value", "crm.lifecycle.value.asof"):
                with self.subTest(model):
                    self.assertEqual(self._groups(model, "customer_type"), expected)

    def test_price_sensitivity_and_segment_group_as_well(self):
        for place, (price, quantity) in enumerate([(100, 1), (50, 2)] * 4):
            self._order_lines(f"2025-12-{10 + place}", (self.product, quantity, price, 0))
        segment = self._create_segment("hybrid", self.peer)
        self.assertEqual(self._look("2026-01-01").price_sensitivity, "moderate")
        found = self._groups("crm.lifecycle.value", "price_sensitivity")
        self.assertEqual(found["moderate"], (1, 100.0, 40.0, 0.0, 2.0))
        self.assertEqual(found[False][:2], (3, 1400.0))
        # It matches everybody.
        self.env.cr.execute("UPDATE crm_lifecycle_profile SET segment_id = NULL")
        self._put_into(segment, self.peer)
        found = self._groups("crm.lifecycle.value", "segment_id")
        self.assertEqual(found[segment], (1, 300.0, 240.0, 10.0, 14.0))

    def test_only_who_sees_amounts_opens_the_report(self):
        action = self.env.ref("crm_lifecycle.crm_lifecycle_value_action_types")
        menu = self.env.ref("crm_lifecycle.crm_lifecycle_value_menu_types")
        self.assertEqual(action.views[0][1], "pivot")
        for group, shown in ((SALES, False), (SALES_ALL, True)):
            user = self._create_user(f"by_type_{group[-5:]}", group)
            with self.subTest(group):
                menus = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
                self.assertEqual(menu.id in menus, shown)
