import random
from datetime import date, timedelta

from odoo import Command
from odoo.tests import tagged

from ..engine.rules import STAGES
from .common import LifecycleCase

SEED = 20260303
CUSTOMERS = 30
START = date(2023, 1, 1)
TODAY = date(2026, 3, 3)
CHECKED = [date(2023, 6, 1), date(2024, 2, 29), date(2025, 1, 1), date(2025, 9, 9), TODAY]


def evaluate(documents, day):
    """Return a customer's stage and number of purchases on a day, the simple way.

    :param documents: list of (kind, first day, amount, last day or day of the refund,
        refunded share)
    """
    net = {}
    known = prospect = False
    for kind, start, amount, end, share in documents:
        if start > day:
            continue
        known = True
        if kind == "opportunity":
            prospect |= not end or end > day
        else:
            left = amount * (1 - share) if end and end <= day else amount
            net[start] = net.get(start, 0) + left
    days = [start for start, amount in net.items() if amount > 0.004]
    if len(days) >= 3 and (max(days) - min(days)).days >= 365:
        return "long_term", len(days)
    if days:
        return ("repeat_buyer" if len(days) > 1 else "first_buyer"), len(days)
    if prospect:
        return "prospect", 0
    return ("suspect" if known else None), 0


@tagged("post_install", "-at_install")
class TestRandomHistories(LifecycleCase):
    """Whatever documents customers have, the engine agrees with a simple count."""

    def _random_documents(self, customer, rng):
        documents = []
        for _number in range(rng.randint(1, 6)):
            kind = rng.choice(["order", "order", "invoice", "invoice", "opportunity"])
            # Few days, so that documents meet on one.
            start = START + timedelta(days=73 * rng.randint(0, 15))
            amount = float(rng.choice([0, 10, 50, 99.99]))
            end, share = None, 0.0
            if rng.random() < 0.5:
                end = start + timedelta(days=rng.choice([0, 1, 30, 400]))
                share = rng.choice([1.0, 1.0, 0.5])
            if end and end > TODAY:
                end = None
            documents.append((kind, start, amount, end, share))
            self._create_document(customer, *documents[-1])
        return documents

    def _create_document(self, customer, kind, start, amount, end, share):
        if kind == "opportunity":
            with self.at(str(start)):
                opportunity = self._create_opportunity(customer)
                self.env.flush_all()
            if end:
                with self.at(str(end)):
                    opportunity.action_set_lost()
                    self.env.flush_all()
            return
        if kind == "order":
            with self.at(str(start)):
                order = self._create_order(customer, amount, state="sale")
                invoice = self._invoice_order(order) if end and amount else None
        else:
            invoice = self._post_invoice(customer, amount, invoice_date=start)
        if end and invoice:
            refund = invoice._reverse_moves([{"invoice_date": end}])
            refund.write(
                {
                    "invoice_line_ids": [
                        Command.update(line.id, {"quantity": line.quantity * share})
                        for line in refund.invoice_line_ids
                    ]
                }
            )
            refund.action_post()

    def test_the_engine_agrees_with_a_simple_count_on_any_day(self):
        rng = random.Random(SEED)  # noqa: S311 reproducible, not secret
        expected = {}
        for number in range(CUSTOMERS):
            customer = self._create_customer(f"Customer {number}")
            expected[customer.id] = self._random_documents(customer, rng)
        with self.at(f"{TODAY} 12:00:00"):
            full = self._derive(expected)
            for day in CHECKED:
                as_of = self._derive(expected, as_of=day)
                for customer_id, documents in expected.items():
                    with self.subTest(seed=SEED, day=str(day), documents=documents):
                        stage, count = evaluate(documents, day)
                        row = as_of.get(customer_id)
                        self.assertEqual(STAGES[row["stage_rank"] - 1] if row else None, stage)
                        self.assertEqual(row["purchase_count"] if row else 0, count)
                        # The same is read off the history: that day's, and the full one.
                        self.assertEqual(self._read_stage(row, day), stage)
                        self.assertEqual(self._read_stage(full.get(customer_id), day), stage)
        self.assertGreater(
            len({evaluate(documents, TODAY)[0] for documents in expected.values()}), 4
        )

    def _derive(self, customers, **options):
        """Return what the engine derives, by customer."""
        return {
            row["partner_id"]: row
            for row in self.env["crm.lifecycle.event"]._derive(list(customers), **options)
            if row["company_id"] == self.company.id
        }

    def _read_stage(self, row, day):
        """Return the stage that a customer's moves tell of a day."""
        past = [move for move in row["moves"] if move["date"] <= str(day)] if row else []
        for before, after in zip([{"rank": None}, *past], past, strict=False):
            self.assertEqual(after["rank_before"], before["rank"])
        return STAGES[past[-1]["rank"] - 1] if past else None
