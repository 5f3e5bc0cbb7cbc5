from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from odoo.addons.crm_lifecycle_stock.tests.goods_common import GoodsCase


@tagged("post_install", "-at_install")
class TestRepairs(GoodsCase):
    """Pieces complained about are repaired by the host's repair orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_remedy_limit = 1000.0
        cls.complaint = cls("_set_up_delivery")._complain(
            product_ids=cls.goods.ids, lot_ids=cls.lot.ids
        )

    def _propose(self, **vals):
        remedy = self._as(self.keeper, self.env["crm.complaint.remedy"]).create(
            {
                "name": "A new leg",
                "complaint_id": self.complaint.id,
                "kind": "repair",
                "repair_product_id": self.goods.id,
                "repair_lot_id": self.lot.id,
                **vals,
            }
        )
        remedy.action_propose()
        return remedy

    def test_a_repair(self):
        remedy = self._propose(cost=25.0)
        action = remedy.action_make()
        repair = remedy.repair_order_id
        self.assertEqual((action["res_model"], action["res_id"]), ("repair.order", repair.id))
        self.assertEqual(
            (
                repair.partner_id,
                repair.product_id,
                repair.lot_id,
                repair.company_id,
                repair.create_uid,
                repair.under_warranty,
            ),
            (self.customer, self.goods, self.lot, self.company, self.keeper, True),
        )
        self.assertEqual((remedy.state, remedy.done_by_id), ("done", self.keeper))
        with self.assertRaises(UserError):
            remedy.action_make()

    def test_the_warehouse_repairs_what_sales_agreed_on(self):
        warehouse = self._create_user("repair_warehouse", "stock.group_stock_user")
        remedy = self._propose(cost=25.0)
        seen = self._as(warehouse, self.env["crm.complaint.remedy"]).search(
            [("complaint_id", "=", self.complaint.id)]
        )
        self.assertEqual(seen.ids, remedy.ids)
        seen.action_make()
        self.assertEqual(remedy.repair_order_id.create_uid, warehouse)

    def test_a_repair_that_is_cancelled(self):
        remedy = self._propose()
        remedy.action_make()
        with self.assertRaises(UserError):
            remedy.action_cancel()
        first = remedy.repair_order_id
        first.action_repair_cancel()
        self.assertTrue(remedy.is_undone)
        remedy.action_make()
        self.assertNotEqual(remedy.repair_order_id, first)
        remedy.repair_order_id.action_repair_cancel()
        remedy.action_cancel()
        self.assertEqual(remedy.state, "cancelled")

    def test_products_and_lots_can_be_deleted(self):
        product = self.env["product.product"].create(
            {"name": "Garden Bench", "type": "consu", "is_storable": True, "tracking": "serial"}
        )
        lot = self.env["stock.lot"].create({"name": "P1", "product_id": product.id})
        remedy = self._propose(repair_product_id=product.id, repair_lot_id=lot.id)
        lot.unlink()
        product.unlink()
        self.assertEqual((remedy.kind, remedy.state), ("repair", "approved"))
        with self.assertRaises(UserError):
            remedy.action_make()

    def test_by_the_rights_of_whoever_makes_it(self):
        remedy = self._propose()
        with self.assertRaises(UserError):
            self._as(self.salesperson, remedy).action_make()
        self.assertEqual((remedy.state, bool(remedy.repair_order_id)), ("approved", False))
        with self.assertRaises(AccessError):
            remedy.write({"repair_order_id": False})
        with self.assertRaises(UserError):
            remedy.write({"repair_lot_id": False})

    def test_what_says_too_little(self):
        with self.assertRaises(UserError):
            self._propose(repair_product_id=False, repair_lot_id=False)

    def test_the_screen_suggests_the_piece(self):
        remedies = self.env["crm.complaint.remedy"]
        form = Form(remedies.with_context(default_complaint_id=self.complaint.id))
        form.name = "A new leg"
        form.kind = "repair"
        self.assertEqual(form.repair_product_id, self.goods)
        self.assertEqual(form.save().repair_lot_id, self.lot)

    def test_what_is_left_without_the_bridge(self):
        remedy = self._propose()
        remedy._forget_kind()
        self.assertEqual(remedy.kind, "other")
