from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.rules_common import RuleCase

from . import test_deliveries


@tagged("post_install", "-at_install")
class TestReturns(RuleCase):
    """Returned deliveries are returns of the customer, as credit notes are."""

    _confirm_goods = test_deliveries.TestDeliveries._confirm_goods
    _deliver = test_deliveries.TestDeliveries._deliver
    _send_back = test_deliveries.TestDeliveries._send_back

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create(
            {"name": "Garden Table", "type": "consu", "taxes_id": False}
        )

    def setUp(self):
        super().setUp()
        with self.at("2026-01-05"):
            order = self._confirm_goods()
        with self.at("2026-01-10"):
            delivery = self._deliver(order)
        with self.at("2026-01-31"):
            self._send_back(delivery)

    def test_a_delivery_sent_back_is_a_return(self):
        self.assertFigures(
            "returns", (("2026-01-10", 0), ("2026-01-30", 0), ("2026-01-31", 1), ("2030-01-01", 1))
        )
        self.assertFigures("returns", (("2026-02-28", 1), ("2026-03-01", 0)), 1)

    def test_a_credit_note_is_one_more(self):
        with self.at("2026-02-10"):
            self._post_invoice(self.customer, 5.0, move_type="out_refund")
        self.assertFigures("returns", (("2026-02-09", 1), ("2026-02-10", 2)))
