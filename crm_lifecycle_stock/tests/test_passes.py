from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.crm_lifecycle.tests.rows_common import RowsCase

from . import test_deliveries


@tagged("post_install", "-at_install")
class TestTransfersInPasses(RowsCase):
    """What SQL does to transfers is found at night, and by the weekly check."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods = cls.env["product.product"].create({"name": "Garden Table", "type": "consu"})
        cls.customer, cls.other = (cls._create_customer(name) for name in ("Rows A", "Rows B"))
        cls("_set_up_deliveries")._set_up_deliveries()

    _confirm_goods = test_deliveries.TestDeliveries._confirm_goods
    _deliver = test_deliveries.TestDeliveries._deliver

    def _set_up_deliveries(self):
        cls = type(self)
        with self.at("2026-03-02"):
            cls.picking = self._deliver(self._confirm_goods())
            self._process_queue()
            self._gather("week")
            self._process_queue()
        with self.at("2026-03-03"):
            # What was written on the day before is known.
            self._gather("night")
            self._process_queue()

    def assertFound(self, kind, customers, **values):
        """Check whom a change of the transfer concerns, which is undone then."""
        with self.env.cr.savepoint() as savepoint, self.at("2026-03-03"):
            self._change_row(self.picking, **values)
            self.assertEqual(self._found(kind), customers)
            savepoint.rollback()
        self.env.invalidate_all()

    def test_any_change_of_a_done_transfer_is_found(self):
        [trace] = [
            trace
            for trace in self.env["crm.lifecycle.event"]._get_traces()
            if trace.table == "stock_picking"
        ]
        values = {
            "company_id": self.env["res.company"]
            .search([("id", "!=", self.company.id)], limit=1)
            .id,
            "date_done": SQL("date_done - INTERVAL '1 day'"),
            "location_id": self.picking.location_dest_id.id,
            "location_dest_id": self.picking.location_id.id,
        }
        self.assertEqual(set(values), set(trace.columns))
        for name, value in values.items():
            with self.subTest(name):
                self.assertFound("week", self.customer, **{name: value})
        with self.subTest("state"):
            self.assertFound("week", self.customer, state="assigned")

    def test_nothing_else_is_looked_at(self):
        self.assertFound("week", self.env["res.partner"], note="Fragile")
        # The order says whose it is.
        self.assertFound("week", self.env["res.partner"], partner_id=self.other.id)

    def test_a_transfer_without_an_order_is_the_receivers(self):
        self.assertFound("week", self.customer | self.other, sale_id=None, partner_id=self.other.id)

    def test_a_written_transfer_is_found_at_night(self):
        self.assertFound("night", self.env["res.partner"], note="Fragile")
        self.assertFound("night", self.customer, write_date="2026-03-03 11:00:00")

    def test_an_imported_transfer_is_found_at_night(self):
        with self.at("2026-03-03"):
            self._copy_row(
                self.picking,
                name="ROWS/1",
                sale_id=None,
                partner_id=self.other.id,
                write_date="2020-01-01 00:00:00",
            )
            self.assertEqual(self._found("night"), self.other)

    def test_a_deleted_transfer_is_found_by_the_check(self):
        with self.at("2026-03-03"):
            self.env.cr.execute("DELETE FROM stock_move WHERE picking_id = %s", [self.picking.id])
            self._delete_row(self.picking)
            self.assertEqual(self._found("week"), self.customer)
