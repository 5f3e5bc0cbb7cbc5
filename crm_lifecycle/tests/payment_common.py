"""What tests of the payment habit build on: due dates, payments, other settlements."""

from odoo import Command, fields

from .value_common import ValueCase


class PaymentCase(ValueCase):
    """One customer, whose invoices are due after 30 days unless they say otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.term = cls._create_term((100.0, 30))
        cls.customer.property_payment_term_id = cls.term

    @classmethod
    def _create_term(cls, *instalments):
        """Create a payment term; each instalment is (percent, days)."""
        return cls.env["account.payment.term"].create(
            {
                "name": "Term",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": percent, "nb_days": days})
                    for percent, days in instalments
                ],
            }
        )

    def _invoice_on(self, day, amount=100.0, customer=None, **vals):
        with self.at(day):
            return self._post_lines((self.advice, 1, amount, 0), customer=customer, **vals)

    def _pay_on(self, day, invoices, amount=None, **vals):
        """Pay invoices, in full unless an amount is given."""
        with self.at(day):
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move", active_ids=invoices.ids
            )
            if amount is not None:
                vals["amount"] = amount
            vals = {"payment_date": fields.Date.today(), "group_payment": True, **vals}
            return wizard.create(vals)._create_payments()

    def _receive_on(self, day, amount, customer=None):
        """Receive a payment that nothing is allocated to."""
        with self.at(day):
            payment = self.env["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": (customer or self.customer).id,
                    "amount": amount,
                    "date": fields.Date.today(),
                    "journal_id": self._journal("bank").id,
                }
            )
            payment.action_post()
            return payment

    def _journal(self, kind):
        return self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", kind)], limit=1
        )

    def _account(self, account_type):
        return self.env["account.account"].search(
            [("company_ids", "in", self.company.ids), ("account_type", "=", account_type)],
            limit=1,
        )

    def _post_entry(self, day, amount, account_type="expense", journal="general"):
        """Post another entry by which the customer owes so much less."""
        with self.at(day):
            entry = self.env["account.move"].create(
                {
                    "move_type": "entry",
                    "date": fields.Date.today(),
                    "journal_id": self._journal(journal).id,
                    "line_ids": [
                        Command.create(
                            {
                                "account_id": self._account(kind).id,
                                "partner_id": self.customer.id,
                                "balance": balance,
                            }
                        )
                        for kind, balance in (
                            ("asset_receivable", -amount),
                            (account_type, amount),
                        )
                    ],
                }
            )
            entry.action_post()
            return entry

    def _receivable(self, *moves):
        """Return the receivable lines of documents."""
        lines = self.env["account.move.line"].union(*(move.line_ids for move in moves))
        return lines.filtered(lambda line: line.account_type == "asset_receivable")

    def _figures(self, day, customer=None):
        """Return the figures of a customer as of a day, derived."""
        customer = customer or self.customer
        found = self.env["crm.lifecycle.value"]._derive(customer.ids, as_of=day)
        return next((row for row in found if row["company_id"] == self.company.id), None)

    def assertFigures(self, day, customer=None, **expected):
        """Check figures of a customer as of a day; None is a figure that there is not."""
        figures = self._figures(day, customer)
        found = {
            name: figures[name] if figures[name] is None else float(figures[name])
            for name in expected
        }
        self.assertEqual(found, expected)
