from odoo.tests import tagged

from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestChangedCosts(ValueCase):
    """No document of a customer tells that their goods cost something else: the night does."""

    def setUp(self):
        super().setUp()
        with self.at("2026-03-02"):
            self._post_lines((self.product, 1, 100.0, 0))
            self.other = self._create_customer("Hotel Rosa")
            self._post_lines((self.advice, 1, 100.0, 0), customer=self.other)
            self._process_queue()
        with self.at("2026-03-09"):
            self._gather("night")
            self._process_queue()

    def _found(self, kind="night"):
        """Return who of the two is looked at."""
        found = set(self._gathered(self._gather(kind)))
        return (self.customer | self.other).filtered(lambda partner: partner.id in found)

    def test_who_bought_a_product_whose_cost_is_changed_is_looked_at_once(self):
        with self.at("2026-03-10"):
            self._set_cost(70.0)
        with self.at("2026-03-11"):
            self.assertEqual(self._found(), self.customer)
            self.assertValue(margin=30.0)
        with self.at("2026-03-12"):
            self.assertFalse(self._found())

    def test_what_changes_before_the_weekly_check_is_found_in_the_night_after_it(self):
        with self.at("2026-03-09"):
            self._gather("week")
            self._process_queue()
        with self.at("2026-03-10"):
            self._set_cost(70.0)
        with self.at("2026-03-11"):
            self.assertFalse(self._found("week"))
        with self.at("2026-03-12"):
            self.assertEqual(self._found(), self.customer)

    def test_a_cost_that_becomes_known_is_found(self):
        with self.at("2026-03-10"):
            self.advice.standard_price = 20.0
        with self.at("2026-03-11"):
            self.assertEqual(self._found(), self.other)
            self.assertValue(self.other, margin=80.0, costed=100.0)

    def test_the_cost_on_an_order_is_found(self):
        if "purchase_price" not in self.env["sale.order.line"]._fields:
            self.skipTest("Margins is not installed.")
        with self.at("2026-03-10"):
            order = self._confirm_order(self.other, 100.0)
            self._invoice_order(order)
            self.assertValue(self.other, margin=140.0)
        with self.at("2026-03-15"):
            self._gather("night")
            self._process_queue()
        with self.at("2026-03-20"):
            order.order_line.purchase_price = 55.0
            self.assertEqual(self._found(), self.other)
            self.assertValue(self.other, margin=145.0)

    def test_an_order_lines_cost_does_not_follow_the_product(self):
        if "purchase_price" not in self.env["sale.order.line"]._fields:
            self.skipTest("Margins is not installed.")
        with self.at("2026-03-10"):
            self._invoice_order(self._confirm_order(self.other, 100.0))
            self._process_queue()
        with self.at("2026-03-15"):
            self._gather("night")
            self._process_queue()
        with self.at("2026-03-20"):
            self._set_cost(70.0)
            self.assertEqual(self._found(), self.customer)


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

    def test_what_is_planned_queues_nobody(self):
        self.customer.activity_schedule("mail.mail_activity_data_call")
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
