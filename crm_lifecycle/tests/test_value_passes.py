from odoo.tests import tagged

from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestChangedCosts(ValueCase):
    """A cost corrected on an order counts at once, one on a product with the next look."""

    def setUp(self):
        super().setUp()
        with self.at("2026-03-02"):
            self._post_lines((self.advice, 1, 100.0, 0))
            self._process_queue()

    def test_a_products_cost_counts_when_its_buyer_is_looked_at(self):
        with self.at("2026-03-10"):
            self.advice.standard_price = 20.0
            self.assertValue(margin=100.0, costed=0.0)
            self._look_again(self.customer)
            self.assertValue(margin=80.0, costed=100.0)

    def test_a_products_cost_counts_with_a_rebuild(self):
        with self.at("2026-03-10"):
            self.advice.standard_price = 20.0
            self._gather("demand")
            self.assertValue(margin=80.0, costed=100.0)

    def test_a_cost_corrected_on_an_order_counts_at_once(self):
        if "purchase_price" not in self.env["sale.order.line"]._fields:
            self.skipTest("Margins is not installed.")
        with self.at("2026-03-10"):
            order = self._confirm_order(self.customer, 100.0)
            self._invoice_order(order)
            self.assertValue(margin=140.0)
        with self.at("2026-03-20"):
            order.order_line.purchase_price = 55.0
            self.assertValue(margin=145.0)

    def test_it_counts_for_who_was_invoiced(self):
        if "purchase_price" not in self.env["sale.order.line"]._fields:
            self.skipTest("Margins is not installed.")
        payer = self._create_customer("Head Office")
        with self.at("2026-03-10"):
            order = self._confirm_order(self.customer, 100.0)
            order.partner_invoice_id = payer
            self._invoice_order(order)
            self.assertValue(payer, margin=40.0)
        with self.at("2026-03-20"):
            order.order_line.purchase_price = 55.0
            self.assertValue(payer, margin=45.0)

    def test_an_order_lines_cost_does_not_follow_the_product(self):
        if "purchase_price" not in self.env["sale.order.line"]._fields:
            self.skipTest("Margins is not installed.")
        with self.at("2026-03-10"):
            self._invoice_order(self._confirm_order(self.customer, 100.0))
            self._process_queue()
        with self.at("2026-03-20"):
            self._set_cost(70.0)
            self._look_again(self.customer)
            self.assertValue(margin=140.0)


@tagged("post_install", "-at_install")
class TestDoneActivities(ValueCase):
    """What is done for a customer counts at once."""

    def setUp(self):
        super().setUp()
        self.env["crm.lifecycle.service.rate"].create(
            {"company_id": self.company.id, "amount": 10.0}
        )
        with self.at("2026-03-02"):
            self._post_lines((self.product, 1, 100.0, 0))
            self._process_queue()

    def test_whoever_it_is_done_for_is_looked_at(self):
        order = self._create_order(self.customer)
        lead = self._create_opportunity(self.customer)
        with self.at("2026-03-02"):
            self._process_queue()
            for number, document in enumerate((self.customer, order, lead), 1):
                with self.subTest(document._name):
                    activity = self._do(document)
                    self.assertValue(service=10.0 * number)
            activity.unlink()
            self.assertValue(service=20.0)

    def test_what_is_done_for_somebody_else_queues_nobody(self):
        self._do(self.salesperson.partner_id.create({"name": "Nobody"}))
        self.env.cr.flush()
        self.assertNotIn(self.customer.id, self.queue.search([]).mapped("partner_ref"))

    def test_an_import_is_found_at_night(self):
        with self.at("2026-03-09"):
            activity = self._do(self.customer)
            self._gather("night")
            self._process_queue()
        with self.at("2026-03-20"):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE mail_activity SET date_done = '2026-03-08', write_date = '2026-03-20'"
                " WHERE id = %s",
                [activity.id],
            )
            self.assertIn(self.customer.id, self._gathered(self._gather("night")))
