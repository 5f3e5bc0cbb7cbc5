from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import LifecycleCase

from .goods_common import order_line_of


@tagged("post_install", "-at_install")
class TestDeliveriesOnTheTalkCard(LifecycleCase):
    """How many deliveries came by the day they were promised for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create(
            {"name": "Garden Table", "type": "consu", "taxes_id": [Command.clear()]}
        )
        cls.customer = cls._create_customer()

    def _deliver(self, promised, done):
        with self.at("2025-01-01"):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "order_line": [order_line_of(self.goods)],
                }
            )
            order.action_confirm()
            picking = order.picking_ids
            picking.move_ids.date_deadline = promised
        with self.at(done):
            picking.move_ids.quantity = 2
            picking.move_ids.picked = True
            picking.button_validate()
        return picking

    def _get_text(self, day, code="deliveries"):
        """Return what the card says, or how many there are where that is too little."""
        with self.at(day):
            facts = self.env["crm.lifecycle.talk.card"]._get_talk_facts(self.customer, self.company)
        texts = {fact["code"]: fact["text"] for fact in facts[self.customer.id]}
        counts = {fact["code"]: fact.get("count") for fact in facts[self.customer.id]}
        return texts[code] if code in texts and texts[code] else counts.get(code)

    def test_deliveries_are_on_time_by_the_day(self):
        self.assertEqual(self._get_text("2026-03-01"), 0)
        for promised, done in (
            ("2026-01-10 08:00:00", "2026-01-10 17:00:00"),
            ("2026-01-10 08:00:00", "2026-01-11 07:00:00"),
            ("2026-02-10 08:00:00", "2026-02-01 07:00:00"),
        ):
            self._deliver(promised, done)
        self.assertEqual(self._get_text("2026-03-01"), "2 of 3 on time in the last 12 months")
        # The two of January were longer ago then.
        self.assertEqual(self._get_text("2027-01-20"), 1)
        self.company.lifecycle_talk_minimum = 4
        self.assertEqual(self._get_text("2026-03-01"), 3)
        self.company.lifecycle_talk_minimum = 1
        self.assertEqual(self._get_text("2027-01-20"), "1 of 1 on time in the last 12 months")

    def test_what_was_never_promised_or_comes_back_does_not_count(self):
        never = self._deliver("2026-01-20", "2026-01-10")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_picking SET date_deadline = NULL WHERE id = %s", [never.id]
        )
        self.env.invalidate_all()
        for _number in range(2):
            self._deliver("2026-01-20", "2026-01-10")
        self.assertEqual(self._get_text("2026-03-01"), 2)
        picking = self._deliver("2026-01-20", "2026-01-10")
        self.assertEqual(
            self._get_text("2026-03-01", "returned_goods"),
            "0 in the last 12 months (deliveries: 4)",
        )
        with self.at("2026-01-12"):
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            wizard.product_return_moves.quantity = 2
            returned = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
            returned.move_ids.date_deadline = "2026-01-01"
            returned.move_ids.picked = True
            returned.button_validate()
        self.assertEqual(self._get_text("2026-03-01"), "3 of 3 on time in the last 12 months")
        self.assertEqual(
            self._get_text("2026-03-01", "returned_goods"),
            "1 in the last 12 months (deliveries: 4)",
        )
