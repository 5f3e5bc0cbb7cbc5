"""What tests of registrations build on: customers who got tables with and without numbers."""

from odoo import Command

from .goods_common import GoodsCase, order_line_of


class RegistrationCase(GoodsCase):
    """A company that takes registrations; a customer has two people in the portal, and got a
    table with a serial number and two chairs without.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registrations = cls.env["crm.lifecycle.registration"]
        cls.company.lifecycle_registration = True
        cls.table, cls.chair = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "type": "consu",
                    "is_storable": True,
                    "tracking": tracking,
                    "taxes_id": [Command.clear()],
                    "lifecycle_warranty_months": months,
                }
                for name, tracking, months in (
                    ("Oak Table", "serial", 24),
                    ("Oak Chair", "none", 0),
                )
            ]
        )
        cls.piece = cls._create_piece("OAK-1")
        with cls("_deliver_oak").at("2026-01-05"):
            cls.oak = cls("_deliver_oak")._deliver_oak(cls.customer)
        cls.other = cls._create_customer("Bo's Inn")

    @classmethod
    def _create_piece(cls, name, product=None):
        return cls.env["stock.lot"].create(
            {
                "name": name,
                "product_id": (product or cls.table).id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def _create_portal_user(cls, login, customer):
        """Create a contact of a customer with a login, whose password it is as well."""
        user = cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "password": login,
                "email": f"{login}@example.com",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )
        user.partner_id.parent_id = customer
        return user

    def _deliver_oak(self, customer, piece=None):
        """Have a customer order a table and two chairs, and get them."""
        piece = piece or self.piece
        lines = [order_line_of(self.table), order_line_of(self.chair)]
        lines[0][2]["product_uom_qty"] = 1
        order = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "order_line": lines,
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        for move in picking.move_ids:
            is_table = move.product_id == self.table
            move.move_line_ids = [
                Command.clear(),
                Command.create(
                    {
                        "product_id": move.product_id.id,
                        "quantity": 1 if is_table else 2,
                        "lot_id": piece.id if is_table else False,
                        "picked": True,
                        "picking_id": picking.id,
                    }
                ),
            ]
        picking.button_validate()
        return picking

    def _return(self, picking):
        """Take back all that was delivered."""
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_model=picking._name, active_id=picking.id, active_ids=picking.ids)
            .create({"picking_id": picking.id})
        )
        for line in wizard.product_return_moves:
            line.quantity = line.move_id.quantity
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        for line in back.move_ids.move_line_ids:
            line.picked = True
        back.button_validate()
        return back

    @classmethod
    def _register(cls, **vals):
        return cls.env["crm.lifecycle.registration"].create(
            {"partner_id": cls.customer.id, "company_id": cls.company.id, **vals}
        )
