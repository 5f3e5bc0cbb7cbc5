from odoo.tests import tagged

from .registration_point_common import RegistrationPointCase


@tagged("post_install", "-at_install")
class TestPointRegistrations(RegistrationPointCase):
    """Points for a registered purchase, as long as the piece is the customer's."""

    def _points(self, person=None):
        self._run_job()
        return sum(self._card(person).mapped("points"))

    def test_once(self):
        self._register(lot_id=self.piece.id)
        self.assertEqual((self._points(), self._points()), (10.0, 10.0))
        self._register(product_id=self.chair.id)
        self.assertEqual(self._points(), 20.0)

    def test_none_without_number_and_delivery(self):
        self._register(partner_id=self.other.id, product_id=self.chair.id)
        self.assertEqual(self._points(self.other), 0.0)

    def test_bought_from_somebody_else(self):
        piece = self._create_piece("OAK-9")
        self._register(partner_id=self.other.id, lot_id=piece.id)
        self.assertEqual(self._points(self.other), 10.0)

    def test_on_the_card_of_who_registered_it(self):
        person = self._create_customer("Ann", is_company=False, parent_id=self.customer.id)
        registration = self._register(partner_id=person.id, lot_id=self.piece.id)
        self.assertEqual((self._points(person), self._points()), (10.0, 0.0))
        self.assertEqual(self.customer.lifecycle_points, 10.0)
        registration.partner_id = self.customer
        self.assertEqual((self._points(person), self._points()), (0.0, 10.0))

    def test_a_returned_piece_takes_them_back(self):
        self._register(lot_id=self.piece.id)
        self._register(product_id=self.chair.id)
        self.assertEqual(self._points(), 20.0)
        self._return(self.oak)
        self.assertEqual(self._points(), 0.0)
        # It was only repaired.
        with self.at("2026-03-11"):
            self._deliver_oak(self.customer)
            self.assertEqual(self._points(), 10.0)

    def test_a_piece_that_somebody_else_got_since(self):
        self._register(lot_id=self.piece.id)
        self.assertEqual(self._points(), 10.0)
        self._return(self.oak)
        with self.at("2026-03-11"):
            self._deliver_oak(self.other)
            self.assertEqual(self._points(), 0.0)
            self._register(partner_id=self.other.id, lot_id=self.piece.id)
            self.assertEqual(self._points(self.other), 10.0)

    def test_a_piece_that_somebody_else_has_without_an_order(self):
        """What was sent without an order has nobody who ordered it."""
        self._return(self.oak)
        with self.at("2026-03-11"):
            sent = self._deliver_oak(self.other)
            sent.sale_id = False
            sent.move_ids.sale_line_id = False
            self.env.flush_all()
            self.assertFalse(sent.sale_id)
            self._register(lot_id=self.piece.id)
            self.assertEqual(self._points(), 0.0)
            self._register(partner_id=self.other.id, lot_id=self.piece.id)
            self.assertEqual(self._points(self.other), 10.0)

    def test_one_of_two_chairs_returned_leaves_them(self):
        self._register(product_id=self.chair.id)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_model=self.oak._name, active_id=self.oak.id, active_ids=self.oak.ids
            )
            .create({"picking_id": self.oak.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = 1 if line.product_id == self.chair else 0
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        for line in back.move_ids.move_line_ids:
            line.picked = True
        back.button_validate()
        self.assertEqual(self._points(), 10.0)

    def test_a_refund_takes_them_back(self):
        self._register(lot_id=self.piece.id)
        order = self.oak.sale_id
        order.order_line.product_id.invoice_policy = "order"
        self.assertEqual(self._points(), 10.0)
        invoice = self._invoice_order(order)
        self.assertEqual(self._points(), 10.0)
        refund = self._refund(invoice)
        self.assertEqual(self._points(), 0.0)
        refund.button_draft()
        self.assertEqual(self._points(), 10.0)

    def test_an_archived_registration(self):
        registration = self._register(lot_id=self.piece.id)
        self.assertEqual(self._points(), 10.0)
        registration.active = False
        self.assertEqual(self._points(), 0.0)
        registration.active = True
        self.assertEqual(self._points(), 10.0)
        registration.unlink()
        self.assertEqual(self._points(), 0.0)

    def test_merged_customers(self):
        self._register(lot_id=self.piece.id)
        self.assertEqual(self._points(), 10.0)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.customer | self.other).ids, self.other
        )
        self.env.invalidate_all()
        self.assertEqual(self._points(self.other), 10.0)

    def test_since(self):
        self.rule.since = "2026-03-11"
        self._register(lot_id=self.piece.id)
        self.assertEqual(self._points(), 0.0)

    def test_several_rules(self):
        self.rule.copy({"points": 3.0})
        self._register(lot_id=self.piece.id)
        self.assertEqual(self._points(), 13.0)

    def test_the_goods_of_the_order_are_told_apart(self):
        """A refund of the chairs leaves the table's points."""
        self._register(lot_id=self.piece.id)
        self._register(product_id=self.chair.id)
        order = self.oak.sale_id
        order.order_line.product_id.invoice_policy = "order"
        invoice = self._invoice_order(order)
        refund = invoice._reverse_moves([{"invoice_date": "2026-03-10"}])
        refund.invoice_line_ids.filtered(lambda line: line.product_id == self.table).unlink()
        refund.action_post()
        self.assertEqual(self._points(), 10.0)
        self.assertEqual(
            self.env["loyalty.history"].search_count(
                [("card_id.partner_id", "=", self.customer.id)]
            ),
            1,
        )

    def test_registering_is_offered(self):
        selection = dict(self.rule._fields["source"]._description_selection(self.env))
        self.assertEqual(selection["registration"], "Registered purchase")
