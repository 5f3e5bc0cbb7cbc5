from odoo import Command, api, models

# Which complaints are about the customer's last order, and which about its invoice too.
OF_ORDERS = ("willow_creek", "harborview", "lantern", "hartmann", "desert_bloom")
OF_INVOICES = ("willow_creek", "harborview")


class CrmLifecycleDemo(models.AbstractModel):
    """The documents that the demo's complaints are about: their numbers are not known before."""

    _inherit = "crm.lifecycle.demo"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _link_complaints(self):
        for name in OF_ORDERS:
            complaint = self.env.ref(f"crm_lifecycle.crm_complaint_{name}")
            order = self.env["sale.order"].search(
                [
                    ("partner_id", "child_of", complaint.commercial_partner_id.id),
                    ("company_id", "=", complaint.company_id.id),
                    ("state", "=", "sale"),
                ],
                order="date_order DESC, id DESC",
                limit=1,
            )
            values = {"order_ids": [Command.set(order.ids)]}
            line = order.order_line.filtered(lambda line: not line.display_type)[:1]
            values["product_ids"] = [Command.set(line.product_id.ids)]
            if name in OF_INVOICES:
                invoices = order.invoice_ids.filtered(
                    lambda move: move.move_type == "out_invoice" and move.state == "posted"
                )
                values["move_ids"] = [Command.set(invoices[:1].ids)]
            complaint.write(values)
