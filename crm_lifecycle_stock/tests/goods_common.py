"""What tests of complaints about goods build on: a delivery to a customer."""

from odoo import Command

from odoo.addons.crm_lifecycle.tests.common import SALES_ALL, LifecycleCase


def order_line_of(product):
    """Return the command for an order line of two of a product, without taxes."""
    return Command.create(
        {
            "product_id": product.id,
            "product_uom_qty": 2,
            "price_unit": 50.0,
            "tax_ids": [Command.clear()],
        }
    )


class GoodsCase(LifecycleCase):
    """Two tables that a customer ordered and got, one with each serial number."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer(user_id=cls.salesperson.id)
        cls.goods = cls.env["product.product"].create(
            {
                "name": "Garden Table",
                "type": "consu",
                "is_storable": True,
                "tracking": "lot",
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )
        cls.keeper = cls._create_user("goods_keeper", SALES_ALL, "stock.group_stock_user")
        cls.lot = cls.env["stock.lot"].create(
            {"name": "T-1", "product_id": cls.goods.id, "company_id": cls.company.id}
        )
        cls("_set_up_delivery")._set_up_delivery()

    def _set_up_delivery(self):
        cls = type(self)
        with self.at("2026-01-05"):
            cls.order, cls.delivery = self._deliver(self.customer)

    def _deliver(self, customer, lot=None, **vals):
        """Have a customer order two tables and get them."""
        order = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "order_line": [order_line_of(self.goods)],
                **vals,
            }
        )
        order.action_confirm()
        picking = order.picking_ids
        picking.move_ids.move_line_ids = [
            Command.clear(),
            Command.create(
                {
                    "product_id": self.goods.id,
                    "quantity": 2,
                    "lot_id": (lot or self.lot).id,
                    "picked": True,
                    "picking_id": picking.id,
                }
            ),
        ]
        picking.button_validate()
        return order, picking

    def _complain(self, **vals):
        return self.env["crm.complaint"].create(
            {
                "subject": "The table is scratched",
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                **vals,
            }
        )

    def _as(self, user, records):
        return records.with_user(user).with_context(allowed_company_ids=self.company.ids)
