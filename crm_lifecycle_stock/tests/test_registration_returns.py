from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .registration_common import RegistrationCase

DAY = fields.Date.to_date


@tagged("post_install", "-at_install")
class TestRegistrationReturns(RegistrationCase):
    """What came back is registered no more, and what is registered says that it came back."""

    def _return_some(self, picking, quantities):
        """Take back so many of the products of a transfer; return the transfer."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_model=picking._name, active_id=picking.id, active_ids=picking.ids)
            .create({"picking_id": picking.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = quantities.get(line.product_id, 0)
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        for move in back.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        back.button_validate()
        self.assertEqual(back.state, "done")
        return back

    def _items(self, picking):
        return [item["product"] for item in picking._get_register_items(self.customer)]

    def test_what_came_back_is_offered_no_more(self):
        self.assertEqual(self._items(self.oak), [self.table, self.chair])
        with self.at("2026-01-20"):
            self._return_some(self.oak, {self.chair: 1})
        self.assertEqual(self._items(self.oak), [self.table, self.chair])
        with self.at("2026-01-21"):
            rest = self._return_some(self.oak, {self.chair: 1, self.table: 1})
        self.assertEqual(self._items(self.oak), [])
        self.assertFalse(self.registrations._get_portal_items(self.customer, self.company))
        with self.at("2026-01-22"):
            self._return_some(rest, {self.chair: 1})
        self.assertEqual(self._items(self.oak), [self.chair])

    def test_a_lot_that_came_back_is_not_found(self):
        self.assertEqual(self._items(self.delivery), [self.goods])
        with self.at("2026-01-20"):
            self._return_some(self.delivery, {self.goods: 1})
        lots = self.registrations.sudo()
        self.assertEqual(lots._get_portal_lot(self.customer, self.company, "T-1"), self.lot)
        with self.at("2026-01-21"):
            self._return_some(self.delivery, {self.goods: 1})
        self.assertFalse(self._items(self.delivery))
        with self.assertRaisesRegex(UserError, "delivered nothing with the number T-1"):
            lots._get_portal_lot(self.customer, self.company, "T-1")
        with self.at("2026-02-02"):
            _order, again = self._deliver(self.customer)
        found = self._register(lot_id=self.lot.id)
        self.assertEqual((found.picking_id, found.date_returned), (again, False))

    def test_of_two_deliveries_of_a_lot_the_one_that_is_left(self):
        with self.at("2026-02-02"):
            _order, later = self._deliver(self.customer)
        with self.at("2026-02-09"):
            self._return_some(later, {self.goods: 2})
        self.assertEqual(self._register(lot_id=self.lot.id).picking_id, self.delivery)

    def test_what_is_registered_says_that_it_came_back(self):
        found = self.registrations.union(
            self._register(lot_id=self.piece.id),
            self._register(product_id=self.chair.id),
            self._register(lot_id=self.lot.id),
        )
        self.assertEqual(found.mapped("date_returned"), [False] * 3)
        with self.at("2026-01-20 23:30:00"):
            self._return_some(self.oak, {self.table: 1, self.chair: 1})
            self._return_some(self.delivery, {self.goods: 1})
        self.assertEqual(found.mapped("date_returned"), [DAY("2026-01-20"), False, False])
        self.company.partner_id.tz = "Asia/Shanghai"
        with self.at("2026-01-21 23:30:00"):
            rest = self._return_some(self.oak, {self.chair: 1})
            self._return_some(self.delivery, {self.goods: 1})
        self.assertEqual(
            found.mapped("date_returned"),
            [DAY("2026-01-20"), DAY("2026-01-22"), DAY("2026-01-22")],
        )
        with self.at("2026-01-30"):
            self._return_some(rest, {self.chair: 1})
            self._deliver(self.customer)
        self.assertEqual(found.mapped("date_returned"), [DAY("2026-01-20"), False, False])

    def test_a_complaint_tells_that_it_came_back(self):
        self._register(lot_id=self.piece.id)
        complaint = self._complain(lot_ids=self.piece.ids)
        with self.at("2026-01-20"):
            self._return(self.oak)
        complaint.invalidate_recordset(["warranty"])
        self.assertEqual(
            complaint.with_user(self.salesperson).warranty, "OAK-1: came back on 01/20/2026"
        )

    def test_it_is_out_of_the_filter_of_those_in_warranty(self):
        found = self._register(lot_id=self.piece.id)
        arch = self.env.ref(
            "crm_lifecycle_stock.crm_lifecycle_registration_view_search"
        )._get_combined_arch()
        domains = {
            node.get("name"): node.get("domain")
            for node in arch.iter("filter")
            if node.get("domain")
        }
        with self.at("2026-01-20"):
            for name, is_shown in (("in_warranty", True), ("returned", False)):
                domain = self.env["ir.filters"].new({"domain": domains[name]})._get_eval_domain()
                self.assertEqual(found in self.registrations.search(domain), is_shown)
            self._return(self.oak)
            for name, is_shown in (("in_warranty", False), ("returned", True)):
                domain = self.env["ir.filters"].new({"domain": domains[name]})._get_eval_domain()
                self.assertEqual(found in self.registrations.search(domain), is_shown)

    def test_a_defect_of_ours_leaves_the_return_done(self):
        found = self._register(lot_id=self.piece.id) | self._register(lot_id=self.lot.id)

        def fail_in_python(_registrations):
            raise ValueError("Ours")

        def fail_in_sql(registrations):
            registrations.env.cr.execute("SELECT 1 / 0")

        for fail, picking in ((fail_in_python, self.oak), (fail_in_sql, self.delivery)):
            with (
                self.subTest(fail.__name__),
                patch.object(type(found), "_note_returns", fail),
                mute_logger("odoo.sql_db"),
                self.assertLogs("odoo.addons.crm_lifecycle_stock", "ERROR") as logs,
            ):
                back = self._return(picking)
                self.env.flush_all()
                self.assertEqual(back.state, "done")
                self.assertIn("no registration tells of", logs.output[0])

    def test_a_fixed_number_of_queries(self):
        def note(pieces):
            for piece in pieces:
                self._register(lot_id=piece.id, partner_id=self.other.id)
            moves = self.env["stock.move"]
            for piece in pieces:
                moves |= self._deliver_oak(self.other, piece).move_ids
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.registrations.sudo()._find_moved(moves)._note_returns()
            return self.cr.sql_log_count - before

        few = note([self._create_piece("OAK-21")])
        many = note([self._create_piece(f"OAK-{number}") for number in range(30, 36)])
        self.assertEqual(many, few)
