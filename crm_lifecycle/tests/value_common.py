"""What tests of customers' value build on: products with a cost, figures as a dict."""

from odoo import Command

from .common import LifecycleCase


class ValueCase(LifecycleCase):
    """One customer, and a bench that is sold for 100 and has cost 60."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Parks & Co")
        cls._set_cost(60.0)
        cls.advice = cls.env["product.product"].create(
            {"name": "Advice", "type": "service", "taxes_id": [Command.clear()]}
        )

    @classmethod
    def _set_cost(cls, cost):
        """Set what a bench has cost, as of always: Inventory would note when that changed."""
        cls.product.standard_price = cost
        if "product.value" in cls.env:
            noted = cls.env["product.value"].sudo()
            noted.search([("product_id", "=", cls.product.id)]).unlink()

    def _rank_by_unknown_costs(self):
        """Have customers ranked by margin even if nobody knows what their goods have cost."""
        policies = self.env["crm.lifecycle.policy"]
        policies.create({"name": "Any cost", "known_cost_share": 0.0}).action_activate()
        self._process_queue()

    def _do(self, document, activity_type="mail.mail_activity_data_call"):
        """Do an activity for a document, today."""
        activity = document.activity_schedule(activity_type, user_id=self.env.uid)
        activity.action_feedback()
        return activity

    def _post_lines(self, *lines, customer=None, move_type="out_invoice", **vals):
        """Post an invoice; each line is (product, quantity, unit price, discount)."""
        invoice = self._create_invoice(
            customer or self.customer,
            move_type=move_type,
            invoice_line_ids=[
                Command.create(
                    {
                        "product_id": product and product.id,
                        "name": "Line",
                        "quantity": quantity,
                        "price_unit": price,
                        "discount": discount,
                        "tax_ids": [Command.clear()],
                    }
                )
                for product, quantity, price, discount in lines
            ],
            **vals,
        )
        invoice.action_post()
        return invoice

    def _value(self, customer=None, company=None):
        """Work the queue off, and return what is kept of a customer's value."""
        self._process_queue()
        return self.env["crm.lifecycle.value"].search(
            [("profile_id", "=", self._profile(customer or self.customer, company).id)]
        )

    def assertValue(self, customer=None, span="12m", **expected):
        """Check figures of a customer; ``revenue=100`` is that of the span."""
        found = self._value(customer)
        self.assertEqual({name: round(found[f"{name}_{span}"], 2) for name in expected}, expected)

    def _entries(self, *names, customer=None):
        """Return the entries behind a customer's figures, oldest first."""
        self.env.flush_all()
        entries = self.env["crm.lifecycle.value.entry"].search(
            [
                ("partner_id", "=", (customer or self.customer).id),
                ("company_id", "=", self.company.id),
            ],
            order="date, id",
        )
        return [tuple(entry[name] for name in names) for entry in entries]
