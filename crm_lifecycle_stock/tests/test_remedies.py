from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from odoo.addons.crm_lifecycle.tests.common import SALES_ALL, LifecycleCase

from . import test_deliveries


@tagged("post_install", "-at_install")
class TestGoodsAsRemedies(LifecycleCase):
    """Goods complained about come back, or are replaced, by transfers of the host."""

    _confirm_goods = test_deliveries.TestDeliveries._confirm_goods
    _deliver = test_deliveries.TestDeliveries._deliver

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer()
        cls.goods = cls.env["product.product"].create(
            {"name": "Garden Table", "type": "consu", "taxes_id": False}
        )
        cls.company.lifecycle_remedy_limit = 1000.0
        cls.keeper = cls._create_user("remedy_keeper", SALES_ALL, "stock.group_stock_user")
        cls("_set_up_delivery")._set_up_delivery()

    def _set_up_delivery(self):
        cls = type(self)
        with self.at("2026-01-05"):
            cls.order = self._confirm_goods()
        with self.at("2026-01-10"):
            cls.delivery = self._deliver(self.order)
        cls.complaint = self.env["crm.complaint"].create(
            {
                "subject": "The table is scratched",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
            }
        )

    def _as(self, user, records):
        return records.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def _propose(self, kind, user=None, **vals):
        remedy = self._as(user or self.keeper, self.env["crm.complaint.remedy"]).create(
            {
                "name": "A new table",
                "complaint_id": self.complaint.id,
                "kind": kind,
                "picking_id": self.delivery.id,
                **vals,
            }
        )
        remedy.action_propose()
        return remedy

    def test_a_return(self):
        remedy = self._propose("return")
        action = remedy.action_make()
        back = remedy.return_picking_id
        self.assertEqual(action["res_id"], back.id)
        self.assertEqual(back.return_id, self.delivery)
        self.assertEqual(back.move_ids.product_id, self.goods)
        self.assertEqual(back.move_ids.product_uom_qty, self.delivery.move_ids.quantity)
        self.assertEqual((back.create_uid, remedy.state), (self.keeper, "done"))
        with self.assertRaises(UserError):
            remedy.action_make()

    def test_the_complaint_knows_what_comes_back(self):
        remedy = self._propose("return")
        remedy.action_make()
        self.assertEqual(self.complaint.picking_ids, self.delivery)
        self.assertEqual(self.complaint.return_picking_ids, remedy.return_picking_id)

    def test_the_screen_suggests_the_only_delivery(self):
        self.complaint.picking_ids = self.delivery
        remedies = self.env["crm.complaint.remedy"]
        form = Form(remedies.with_context(default_complaint_id=self.complaint.id))
        form.kind = "return"
        self.assertEqual(form.picking_id, self.delivery)

    def test_a_return_that_is_cancelled(self):
        remedy = self._propose("return", cost=30.0)
        remedy.action_make()
        with self.assertRaises(UserError):
            remedy.action_cancel()
        remedy.return_picking_id.action_cancel()
        self.assertTrue(remedy.is_undone)
        first = remedy.return_picking_id
        remedy.action_make()
        self.assertNotEqual(remedy.return_picking_id, first)
        remedy.return_picking_id.action_cancel()
        remedy.action_cancel()
        self.assertEqual((remedy.state, remedy.done_on), ("cancelled", False))

    def test_what_came_back_already_stays(self):
        # Two were delivered.
        first = self._propose("return", return_quantity=1.0)
        first.action_make()
        self.assertEqual(sum(first.return_picking_id.move_ids.mapped("product_uom_qty")), 1.0)
        with self.assertRaises(UserError):
            self._propose("return", return_quantity=2.0).action_make()
        rest = self._propose("replacement")
        rest.action_make()
        self.assertEqual(sum(rest.return_picking_id.move_ids.mapped("product_uom_qty")), 1.0)
        with self.assertRaises(UserError):
            self._propose("return").action_make()
        first.return_picking_id.action_cancel()
        first.action_make()
        self.assertEqual(sum(first.return_picking_id.move_ids.mapped("product_uom_qty")), 1.0)

    def test_a_delivery_to_somebody_else(self):
        # A gift: the customer ordered, and complains.
        self.delivery.partner_id = self._create_customer("Receiver")
        remedy = self._propose("return")
        remedy.action_make()
        self.assertEqual(remedy.return_picking_id.return_id, self.delivery)

    def test_a_replacement(self):
        before = self.order.picking_ids
        remedy = self._propose("replacement")
        remedy.action_make()
        self.assertEqual(remedy.return_picking_id.return_id, self.delivery)
        new = (
            self.env["stock.move"].search(
                [
                    ("product_id", "=", self.goods.id),
                    ("location_dest_id.usage", "=", "customer"),
                    ("state", "!=", "done"),
                ]
            )
            - before.move_ids
        )
        self.assertEqual(sum(new.mapped("product_uom_qty")), self.delivery.move_ids.quantity)

    def test_products_that_were_not_delivered(self):
        self.complaint.product_ids = self.product
        remedy = self._propose("return")
        with self.assertRaises(UserError):
            remedy.action_make()
        self.assertEqual(remedy.state, "approved")
        self.complaint.product_ids |= self.goods
        remedy.action_make()
        self.assertEqual(remedy.return_picking_id.move_ids.product_id, self.goods)

    def test_without_a_delivery(self):
        with self.assertRaises(UserError):
            self._propose("return", picking_id=False)

    def test_another_customers_delivery(self):
        other = self._create_customer("Other")
        self.order.partner_id = self.order.partner_invoice_id = other
        self.order.partner_shipping_id = self.delivery.partner_id = other
        with self.assertRaises(ValidationError):
            self._propose("return")

    def test_by_the_rights_of_whoever_makes_it(self):
        remedy = self._propose("return")
        with self.assertRaises(UserError):
            self._as(self.salesperson, remedy).action_make()
        self.assertFalse(remedy.return_picking_id)
        with self.assertRaises(AccessError):
            remedy.write({"return_picking_id": self.delivery.id})
        with self.assertRaises(UserError):
            remedy.write({"picking_id": False})

    def test_the_warehouse_makes_what_sales_agreed_on(self):
        warehouse = self._create_user("remedy_warehouse", "stock.group_stock_user")
        draft = self._as(self.salesperson, self.env["crm.complaint.remedy"]).create(
            {"name": "Later", "complaint_id": self.complaint.id, "kind": "return"}
        )
        money = self._propose("other", self.salesperson, picking_id=False, cost=5.0)
        remedy = self._propose("return", self.salesperson, cost=5.0)
        seen = self._as(warehouse, self.env["crm.complaint.remedy"]).search(
            [("complaint_id", "=", self.complaint.id)]
        )
        self.assertEqual(seen.ids, remedy.ids)
        for hidden in (draft, money, self.complaint):
            with self.subTest(hidden), self.assertRaises(AccessError):
                self._as(warehouse, hidden).check_access("read")
        with self.assertRaises(AccessError):
            seen.read(["cost"])
        # What the screen of the inventory reads.
        with Form(seen) as form:
            self.assertEqual(form.picking_id, self.delivery)
        self.assertFalse(seen.needs_approval)
        seen.action_make()
        self.assertEqual((remedy.state, remedy.done_by_id), ("done", warehouse))
        self.assertEqual(remedy.return_picking_id.create_uid, warehouse)
        for method in ("unlink", "action_approve"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(seen, method)()

    def test_what_is_left_without_the_bridge(self):
        remedy = self._propose("return")
        remedy._forget_kind()
        self.assertEqual(remedy.kind, "other")
