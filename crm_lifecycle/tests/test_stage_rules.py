from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestStageRules(LifecycleCase):
    """A customer is in the highest of the eight stages that holds."""

    def test_orders_make_a_buyer(self):
        customer = self._create_customer()
        with self.at("2026-03-03"):
            order = self._create_order(customer)
            self.assertEqual(self._stage(customer), "suspect")
        with self.at("2026-03-04"):
            order.action_quotation_sent()
            self.assertEqual(self._stage(customer), "prospect")
        with self.at("2026-03-05"):
            order.action_confirm()
            self.assertEqual(self._stage(customer), "first_buyer")
        with self.at("2026-03-06"):
            invoice = self._invoice_order(order)
            self.assertEqual(self._stage(customer), "first_buyer")
        with self.at("2026-03-10"):
            self._refund(invoice)
            self.assertEqual(self._stage(customer), "suspect")
        self.assertEqual(
            self._history(customer),
            [
                (None, "suspect", "2026-03-03"),
                ("suspect", "prospect", "2026-03-04"),
                ("prospect", "first_buyer", "2026-03-05"),
                ("first_buyer", "suspect", "2026-03-10"),
            ],
        )
        print(self._profile(customer).transition_ids.mapped("reason"))

    def test_invoices_without_an_order_make_a_buyer(self):
        customer = self._create_customer()
        with self.at("2026-03-03"):
            invoice = self._post_invoice(customer)
            self.assertEqual(self._stage(customer), "first_buyer")
            self._pay(invoice)
            self.assertEqual(self._stage(customer), "first_buyer")
