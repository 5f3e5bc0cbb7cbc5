from odoo.tests import tagged

from .value_common import ValueCase

# Amounts have signs of their own between figure and currency.
PLAIN = {0xA0: " ", 0xFEFF: None}


@tagged("post_install", "-at_install")
class TestLossCauses(ValueCase):
    """What makes a loss: the largest of goods below cost, discounts, refunds, services."""

    def setUp(self):
        super().setUp()
        self.env["crm.lifecycle.service.rate"].create(
            {"company_id": self.company.id, "amount": 25.0}
        )

    def assertCause(self, cause, contribution, reason):
        value = self._value()
        self.assertEqual((value.loss_cause, value.contribution_12m), (cause, contribution))
        self.assertEqual((value.loss_reason or "").translate(PLAIN), reason)

    def test_who_brings_something_has_no_cause(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 10.0))
            self._do(self.customer)
            self.assertCause(False, 5.0, "")

    def test_goods_sold_below_their_cost(self):
        with self.at("2026-03-03"):
            # 60 of cost for 40 at list price, of which 5 % are taken off.
            self._post_lines((self.product, 1, 40.0, 5.0))
            self.assertCause("goods", -22.0, "Cost of goods 20.00 €, Discounts 2.00 €")

    def test_discounts(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 60.0))
            self.assertCause("discount", -20.0, "Discounts 60.00 €")

    def test_services(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 20.0))
            for _call in range(2):
                self._do(self.customer)
            self.assertCause("service", -30.0, "Cost to serve 50.00 €, Discounts 20.00 €")

    def test_a_refund_without_the_goods(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 100.0, 0))
            self._post_lines((self.advice, 1, 90.0, 0), move_type="out_refund")
            self.assertCause("refund", -50.0, "Refunds and returns 90.00 €")

    def test_goods_that_come_back_cost_no_more(self):
        with self.at("2026-03-03"):
            self._refund(self._post_lines((self.product, 1, 100.0, 0)))
            self._do(self.customer)
            # Sold and taken back is no loss; of the refund the margin is lost.
            value = self._value()
            self.assertEqual((value.refund_12m, value.cost_back_12m), (100.0, 60.0))
            self.assertCause("refund", -25.0, "Refunds and returns 40.00 €, Cost to serve 25.00 €")

    def test_discounted_goods_that_come_back_are_no_goods_below_cost(self):
        with self.at("2026-03-03"):
            self._refund(self._post_lines((self.product, 1, 100.0, 50.0)))
            self._do(self.customer)
            value = self._value()
            self.assertEqual((value.discount_12m, value.discount_back_12m), (0.0, 50.0))
            self.assertCause("refund", -25.0, "Refunds and returns 40.00 €, Cost to serve 25.00 €")

    def test_of_equal_causes_the_first_counts(self):
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 60.0, 0), (self.advice, 1, 25.0, 100.0))
            self._do(self.customer)
            self.assertCause("discount", -25.0, "Discounts 25.00 €, Cost to serve 25.00 €")

    def test_services_alone(self):
        with self.at("2026-03-03"):
            self._create_opportunity(self.customer)
            self._do(self.customer)
            self.assertCause("service", -25.0, "Cost to serve 25.00 €")

    def test_the_causes_add_up_to_the_loss(self):
        with self.at("2026-03-03"):
            self._post_lines(
                (self.product, 3, 100.0, 15.0), (self.advice, 1, 80.0, 0), (self.product, 1, 9.0, 0)
            )
            self._post_lines((self.product, 1, 77.0, 10.0), move_type="out_refund")
            for _call in range(9):
                self._do(self.customer)
            value = self._value()
        # By hand: list prices of what was sold; what came back did so at its list price.
        listed = 300.0 + 80.0 + 9.0
        cost = 4 * 60.0
        taken = {"discount": 45.0 - 7.7, "refund": 77.0 - 60.0, "service": 225.0}
        self.assertAlmostEqual(
            listed - cost - sum(taken.values()), value.contribution_12m, places=2
        )
        self.assertEqual(value.loss_cause, "service")
        self.assertIn("37.30", value.loss_reason)
        self.assertIn("17.00", value.loss_reason)

    def test_it_can_be_searched_and_grouped_by(self):
        other = self._create_customer("Discounted")
        with self.at("2026-03-03"):
            self._post_lines((self.product, 1, 40.0, 0))
            self._post_lines((self.product, 1, 100.0, 90.0), customer=other)
            self._process_queue()
        values = self.env["crm.lifecycle.value"]
        company = [("company_id", "=", self.company.id)]
        found = values.search([("loss_cause", "=", "goods"), *company])
        self.assertEqual(found.partner_id, self.customer)
        groups = values._read_group(company, ["loss_cause"], ["__count"])
        self.assertEqual(dict(groups), {"goods": 1, "discount": 1})

    def test_the_list_of_losses_begins_with_the_largest(self):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_value_action_loss"
        )
        views = self.env["crm.lifecycle.value"].get_views(
            [(view_id, mode) for view_id, mode in action["views"] if mode == "list"]
        )
        self.assertIn('default_order="contribution_12m, id"', views["views"]["list"]["arch"])
