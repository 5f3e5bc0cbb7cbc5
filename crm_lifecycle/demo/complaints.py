from odoo import Command, api, models

# Which complaints are about the customer's last order, and which about its invoice too.
OF_ORDERS = ("willow_creek", "harborview", "lantern", "hartmann", "desert_bloom")
OF_INVOICES = ("willow_creek", "harborview")
# What was agreed with Harborview, and is missing from its invoice.
DISCOUNT = 0.12


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
        self._propose_remedies()
        # Who complains is no advocate meanwhile, and what was given counts as service.
        complaints = self.env["crm.complaint"].search(
            [("company_id", "=", self.env.ref("base.main_company").id)]
        )
        self.env["crm.lifecycle.profile"]._refresh(complaints.commercial_partner_id.ids)

    @api.model
    def _propose_remedies(self):
        """What the customers get: one thing is done already, another waits for a manager."""
        remedies = self.env["crm.complaint.remedy"]
        self.env.ref("base.main_company").lifecycle_remedy_limit = 100.0
        arms = remedies.create(
            {
                "name": "New arms by courier",
                "complaint_id": self.env.ref("crm_lifecycle.crm_complaint_willow_creek").id,
                "kind": "other",
                "cost": 48.0,
            }
        )
        arms.action_propose()
        arms.action_make()
        complaint = self.env.ref("crm_lifecycle.crm_complaint_harborview")
        invoice = complaint.move_ids[:1]
        if invoice:
            remedies.create(
                {
                    "name": "The discount that was agreed",
                    "complaint_id": complaint.id,
                    "kind": "credit_note",
                    "move_id": invoice.id,
                    "amount": invoice.currency_id.round(invoice.amount_total * DISCOUNT),
                }
            ).action_propose()
