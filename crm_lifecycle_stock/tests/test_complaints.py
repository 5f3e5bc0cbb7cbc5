from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from odoo.addons.crm_lifecycle.tests.common import INVOICING

from .goods_common import GoodsCase


@tagged("post_install", "-at_install")
class TestComplaintsAboutGoods(GoodsCase):
    """A complaint knows the deliveries, returns and pieces that it is about."""

    def _make_from(self, record, user=None):
        """Press the button, fill in what it cannot know, and save."""
        user = user or self.salesperson
        action = self._as(user, record).action_lifecycle_complain()
        complaints = self._as(user, self.env["crm.complaint"])
        form = Form(complaints.with_context(**action["context"]))
        form.subject = "It wobbles"
        if not form.partner_id:
            form.partner_id = self.customer
        return form.save().with_env(self.env)

    def _send_back(self):
        wizard = self.env["stock.return.picking"].create({"picking_id": self.delivery.id})
        wizard.product_return_moves.quantity = 1
        return self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])

    def test_made_from_a_delivery(self):
        invoice = self._invoice_order(self.order)
        complaint = self._make_from(self.delivery)
        self.assertEqual(
            (
                complaint.partner_id,
                complaint.company_id,
                complaint.picking_ids,
                complaint.order_ids,
                complaint.move_ids,
                complaint.product_ids,
                complaint.lot_ids,
            ),
            (
                self.customer,
                self.company,
                self.delivery,
                self.order,
                invoice,
                self.goods,
                self.lot,
            ),
        )
        self.assertTrue(invoice.no_followup)

    def test_made_from_what_came_back(self):
        back = self._send_back()
        complaint = self._make_from(back)
        self.assertEqual(
            (complaint.picking_ids, complaint.return_picking_ids, complaint.order_ids),
            (self.delivery, back, self.order),
        )

    def test_made_from_a_lot(self):
        complaint = self._make_from(self.lot)
        self.assertEqual(
            (
                complaint.partner_id,
                complaint.lot_ids,
                complaint.product_ids,
                complaint.picking_ids,
            ),
            (self.customer, self.lot, self.goods, self.delivery),
        )
        # Of a lot that several got, nobody knows who complains.
        self._deliver(self._create_customer("Bo's Inn"))
        self.env.invalidate_all()
        self.assertNotIn("default_partner_id", self.lot.action_lifecycle_complain()["context"])

    def test_delivered_to_somebody_else(self):
        shop = self._create_customer("Bo's Inn")
        order, delivery = self._deliver(self.customer, partner_shipping_id=shop.id)
        complaint = self._make_from(delivery)
        self.assertEqual((complaint.partner_id, complaint.picking_ids), (self.customer, delivery))
        self.assertEqual(complaint.order_ids, order)

    def test_open_ones_show_on_deliveries_and_lots(self):
        complaint = self._complain(lot_ids=self.lot.ids)
        self._complain(kind="question", lot_ids=self.lot.ids)
        self.assertEqual(
            (self.delivery.lifecycle_complaint_count, self.lot.lifecycle_complaint_count), (1, 1)
        )
        for record in (self.delivery, self.lot):
            action = self._as(self.keeper, record).action_lifecycle_open_complaints()
            self.assertIn(complaint, complaint.search(action["domain"]))
        complaint.action_solve()
        self.env.invalidate_all()
        self.assertEqual(
            (self.delivery.lifecycle_complaint_count, self.lot.lifecycle_complaint_count), (0, 0)
        )

    def test_buttons_only_where_customers_got_goods(self):
        receipt = self.env["stock.picking"].create(
            {
                "partner_id": self.customer.id,
                "picking_type_id": self.delivery.picking_type_id.warehouse_id.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
            }
        )
        pickings = receipt | self.delivery | self._send_back()
        self.assertEqual(pickings.mapped("lifecycle_is_customers"), [False, True, True])

    def test_the_page_shows_where_goods_were_delivered(self):
        other = self._create_customer("Bo's Inn")
        complaint = self._complain()
        self.assertTrue(complaint.has_deliveries)
        complaint.partner_id = other
        self.assertFalse(complaint.has_deliveries)
        # Whoever ordered for somebody else has got something too.
        shop = self._create_customer("Cy's Shop")
        self._deliver(other, partner_shipping_id=shop.id)
        self.assertTrue(self._complain(partner_id=other.id).has_deliveries)

    def test_lots_to_choose_from_are_the_customers(self):
        self.env.user.group_ids |= self.env.ref("stock.group_production_lot")
        foreign = self.lot.copy({"name": "T-2"})
        other = self._create_customer("Bo's Inn")
        self._deliver(other, lot=foreign)
        contact = self.env["res.partner"].create({"name": "Cy", "parent_id": self.customer.id})
        own = self.lot.copy({"name": "T-3"})
        self._deliver(contact, lot=own)
        arch = etree.fromstring(self.env["crm.complaint"].get_view(view_type="form")["arch"])
        domain = arch.find(".//field[@name='lot_ids']").get("domain")
        lots = self._as(self.salesperson, self.lot)
        for customer, expected in ((self.customer, self.lot | own), (other, foreign)):
            names = {"commercial_partner_id": customer.id, "company_id": self.company.id}
            self.assertEqual(lots.search(safe_eval(domain, names)).with_env(self.env), expected)
        nobody = {"commercial_partner_id": False, "company_id": self.company.id}
        self.assertFalse(lots.search(safe_eval(domain, nobody)) & (self.lot | own | foreign))

    def test_another_customers_delivery_is_refused(self):
        _order, foreign = self._deliver(self._create_customer("Bo's Inn"))
        for name in ("picking_ids", "return_picking_ids"):
            with self.subTest(name), self.assertRaises(ValidationError):
                self._complain(**{name: foreign.ids})

    def test_merging_hands_goods_over(self):
        back = self._send_back()
        target = self._complain()
        duplicate = self._complain(
            picking_ids=self.delivery.ids, return_picking_ids=back.ids, lot_ids=self.lot.ids
        )
        duplicate._merge_into(target)
        self.assertEqual(
            (target.picking_ids, target.return_picking_ids, target.lot_ids),
            (self.delivery, back, self.lot),
        )
        self.assertFalse(duplicate.picking_ids | duplicate.return_picking_ids)

    def test_found_by_delivery_and_lot(self):
        complaint = self._complain(picking_ids=self.delivery.ids, lot_ids=self.lot.ids)
        for domain in (
            [("picking_ids", "ilike", self.delivery.name)],
            [("lot_ids", "ilike", "T-1"), ("company_id", "=", self.company.id)],
        ):
            self.assertEqual(complaint.search(domain), complaint)
        self.assertFalse(complaint.search([("return_picking_ids.state", "=", "done")]) & complaint)
        [[lot, count]] = complaint._read_group(
            [("id", "=", complaint.id)], ["lot_ids"], ["__count"]
        )
        self.assertEqual((lot, count), (self.lot, 1))

    def test_who_sees_and_changes_it(self):
        complaint = self._complain(picking_ids=self.delivery.ids, lot_ids=self.lot.ids)
        accountant = self._create_user("goods_accountant", INVOICING)
        for user in (self.salesperson, accountant):
            seen = self._as(user, complaint).read(["picking_ids", "lot_ids"])[0]
            self.assertEqual(
                (seen["picking_ids"], seen["lot_ids"]), (self.delivery.ids, self.lot.ids)
            )
            # Whatever they may know of a piece, they may not change it.
            with self.assertRaises(AccessError):
                self._as(user, self.lot).name = "T-9"
        with self.assertRaises(AccessError):
            self._as(accountant, self.delivery).action_lifecycle_complain()
        stranger = self._create_user("goods_stock", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self._as(stranger, self.delivery).action_lifecycle_complain()
        with self.assertRaises(AccessError):
            self._as(stranger, complaint).read(["picking_ids"])
        with self.assertRaises(AccessError):
            self._as(stranger, self.delivery).read(["lifecycle_complaint_count"])
