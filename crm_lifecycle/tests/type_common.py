"""What tests of customer types build on: documents that tell a type, and what is told."""

from odoo import Command, fields

from .payment_common import PaymentCase


class TypeCase(PaymentCase):
    """One customer without a segment; each kind of evidence by itself."""

    def _order_lines(self, day, *lines, customer=None, **vals):
        """Confirm an order; each line is (product, quantity, unit price, discount)."""
        with self.at(day):
            order = self._confirm_order(
                customer or self.customer,
                order_line=[
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                            "discount": discount,
                            "tax_ids": [Command.clear()],
                        }
                    )
                    for product, quantity, price, discount in lines
                ],
                **vals,
            )
            self.env.cr.flush()
        return order

    def _create_products(self, number):
        """Create products of a category each."""
        products = self.env["product.product"]
        for place in range(number):
            category = self.env["product.category"].create({"name": f"Category {place}"})
            products |= products.create(
                {
                    "name": f"Product {place}",
                    "type": "service",
                    "categ_id": category.id,
                    "taxes_id": [Command.clear()],
                }
            )
        return products

    def _create_segment(self, default_type=False, customer=None, **vals):
        """Create a segment, and put a customer into it."""
        segment = self.env["crm.lifecycle.segment"].create(
            {
                "name": "Segment",
                "company_id": self.company.id,
                "default_type": default_type,
                **vals,
            }
        )
        self._put_into(segment, customer or self.customer)
        return segment

    def _put_into(self, segment, customer):
        """Put a customer into a segment, whatever the segment's rules."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_profile SET segment_id = %s"
            " WHERE partner_id = %s AND company_id = %s",
            [segment.id, customer.id, self.company.id],
        )
        self.env.invalidate_all()

    def _refund_lines(self, day, invoice, **vals):
        """Refund an invoice on a day, with other values of its lines."""
        with self.at(day):
            refund = invoice._reverse_moves([{"invoice_date": fields.Date.today()}])
            refund.invoice_line_ids.write(vals)
            refund.action_post()
            self.env.cr.flush()
        return refund

    def _lose(self, customer, day, reason=None, quotations=1, cancel=True):
        """Lose an opportunity with quotations on a day, cancelled or left as they are."""
        reason = reason or self.env.ref("crm.lost_reason_1")
        reason.lifecycle_is_price = True
        with self.at(day):
            lead = self._create_opportunity(customer)
            for _number in range(quotations):
                order = self._create_order(customer, opportunity_id=lead.id)
                if cancel:
                    order._action_cancel()
            lead.action_set_lost(lost_reason_id=reason.id)
            self.env.cr.flush()
        return lead

    def _look(self, day, customer=None):
        """Look at a customer on a day, and return the profile."""
        customer = customer or self.customer
        with self.at(day):
            self._process_queue()
            self.env["crm.lifecycle.profile"]._refresh(customer.ids)
        return self._profile(customer)

    def _told(self, day, kind, customer=None):
        """Return the type that a kind of evidence tells on a day, None where it tells none."""
        figures = self._look(day, customer).type_figures
        return figures["told"].get(kind, [None])[0]

    def _set_rules(self, **settings):
        """Activate rules with other settings."""
        policy = self.env["crm.lifecycle.policy"].create({"name": "Types", **settings})
        policy.action_activate()
        return policy

    def _override(self, customer_type="relational", customer=None, **vals):
        return self.env["crm.lifecycle.type.override"].create(
            {
                "partner_id": (customer or self.customer).id,
                "company_id": self.company.id,
                "customer_type": customer_type,
                "reason": "Their owner says so.",
                **vals,
            }
        )

    def _moves_of_type(self, customer=None):
        """Return what became known of a customer's type, oldest first."""
        moves = self.env["crm.lifecycle.type.move"].search(
            [("partner_id", "=", (customer or self.customer).id)], order="id"
        )
        return [
            (
                move.from_type,
                move.to_type,
                move.cause,
                fields.Date.to_string(move.effective_date),
            )
            for move in moves
        ]
