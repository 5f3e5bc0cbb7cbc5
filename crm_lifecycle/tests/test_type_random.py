import random
from collections import Counter
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo.tests import tagged

from ..engine.type_rules import DEFAULTS, TYPES
from .type_common import TypeCase

DAY = date(2026, 1, 1)
CUSTOMERS = 12


@tagged("post_install", "-at_install")
class TestRandomTypes(TypeCase):
    """Points of random customers, against an evaluation of the host's records in Python."""

    def _make(self, generator):
        self.products = self._create_products(5)
        self.media = self.env["utm.medium"].create([{"name": f"M{n}"} for n in range(4)])
        self.reason = self.env.ref("crm.lost_reason_1")
        customers = self.env["res.partner"]
        for number in range(CUSTOMERS):
            # No segment, small business, preferred account.
            customer = self._create_customer(
                f"Random {number}", lifecycle_employee_count=generator.choice((0, 399, 400))
            )
            customers |= customer
            people = customer | self.env["res.partner"].create(
                [{"name": f"P{n}", "parent_id": customer.id} for n in range(3)]
            )
            for _document in range(generator.randint(0, 9)):
                day = str(DAY - relativedelta(days=generator.randint(0, 500)))
                kind = generator.choice(("order", "order", "order", "invoice", "lead", "lost"))
                contact = generator.choice(people[: generator.randint(1, 4)])
                medium = generator.choice(self.media)
                lines = [
                    (product, generator.randint(1, 5), 100.0, generator.choice((0, 0, 15, 30)))
                    for product in generator.sample(list(self.products), generator.randint(1, 2))
                ]
                if kind == "order":
                    order = self._order_lines(day, *lines, customer=contact, medium_id=medium.id)
                    if generator.random() < 0.6:
                        with self.at(day):
                            invoice = self._invoice_order(order)
                        self._settle(generator, invoice, day)
                elif kind == "invoice":
                    with self.at(day):
                        invoice = self._post_lines(*lines, customer=contact, medium_id=medium.id)
                    self._settle(generator, invoice, day)
                elif kind == "lead":
                    with self.at(day):
                        self._create_lead(contact, medium_id=medium.id)
                        self.env.cr.flush()
                else:
                    self._lose(contact, day, self.reason, generator.randint(1, 2))
        return customers

    def _settle(self, generator, invoice, day):
        after = generator.choice((0, 5, 20, 35, None))
        if after is None:
            if generator.random() < 0.5:
                self._refund_lines(day, invoice)
            return
        paid_on = date.fromisoformat(day) + relativedelta(days=after)
        if paid_on <= DAY:
            self._pay_on(str(paid_on), invoice)

    # ------------------------------------------------------------
    # INDEPENDENT EVALUATION
    # ------------------------------------------------------------

    def _is_recent(self, day):
        return DAY - relativedelta(months=12) < day <= DAY

    def _evaluate(self, customer, profile):
        """Return the points of each type by the host's records."""
        of_customer = [("partner_id", "child_of", customer.id)]
        orders = self.env["sale.order"].search(of_customer)
        invoices = self.env["account.move"].search(
            [*of_customer, ("move_type", "=", "out_invoice"), ("state", "=", "posted")]
        )
        kept = invoices.filtered(lambda invoice: not invoice.reversal_move_ids)
        leads = (
            self.env["crm.lead"]
            .with_context(active_test=False)
            .search([("partner_id", "child_of", customer.id)])
        )
        told = {
            "segment": {399: "transactional", 400: "relational"}.get(
                customer.lifecycle_employee_count
            ),
            "purchases": self._by_purchases(profile),
            "breadth": self._by_breadth(orders, kept),
            "discount": self._by_discount(kept),
            "lost": self._by_lost(orders),
            "payment": self._by_payment(invoices),
            **self._by_documents(customer, orders, invoices, leads),
        }
        points = Counter()
        for kind, found in told.items():
            if found:
                points[found] += DEFAULTS[f"type_weight_{kind}"]
        return {name: points[name] for name in TYPES}

    def _levels(self, count, hybrid, relational, below=None):
        if count >= relational:
            return "relational"
        if count >= hybrid:
            return "hybrid"
        return below if count else None

    def _by_purchases(self, profile):
        count, recent = profile.purchase_count, profile.purchase_count_12m
        if count == 0:
            return None
        if count == 1:
            old = profile.last_purchase_date + relativedelta(days=180) <= DAY
            return "one_time" if old else None
        gap, spread = profile.purchase_interval, profile.purchase_spread
        if recent >= 6 and gap and spread <= gap / 2:
            return "relational"
        return "hybrid" if recent >= 3 else "transactional"

    def _by_breadth(self, orders, invoices):
        categories = set()
        for order in orders.filtered(lambda order: order.state == "sale"):
            refunded = "out_refund" in order.invoice_ids.mapped("move_type")
            if self._is_recent(order.date_order.date()) and not refunded:
                categories |= set(order.order_line.product_id.categ_id.ids)
        for invoice in invoices:
            if self._is_recent(invoice.date):
                for line in invoice.invoice_line_ids:
                    if not line.sale_line_ids:
                        categories.add(line.product_id.categ_id.id)
        return self._levels(len(categories), 2, 4, "transactional")

    def _by_discount(self, invoices):
        listed = given = 0
        for invoice in invoices.filtered(lambda invoice: self._is_recent(invoice.date)):
            for line in invoice.invoice_line_ids:
                listed += line.quantity * line.price_unit
                given += line.quantity * line.price_unit * line.discount / 100
        return "transactional" if listed and given / listed >= 0.1 else None

    def _by_lost(self, orders):
        lost = [
            order
            for order in orders
            if order.state == "cancel"
            and order.opportunity_id.lost_reason_id == self.reason
            and self._is_recent(order.opportunity_id.date_closed.date())
        ]
        return "transactional" if len(lost) >= 2 else None

    def _by_payment(self, invoices):
        payments, paid, to_pay, late = set(), 0, 0, 0
        for invoice in invoices:
            for part in self._receivable(invoice).matched_credit_ids:
                if not self._is_recent(part.max_date):
                    continue
                payments.add(part.credit_move_id.move_id)
                paid += part.amount
                to_pay += part.amount * (part.max_date - invoice.invoice_date).days
                late += part.amount * (part.max_date - part.debit_move_id.date_maturity).days
        if len(payments) < 3 or round(late / paid, 1) > 15:
            return None
        days = round(to_pay / paid, 1)
        if days <= 7:
            return "transactional"
        return "relational" if days >= 30 else "hybrid"

    def _by_documents(self, customer, orders, invoices, leads):
        people, channels = set(), set()
        for document in (*orders, *invoices, *leads):
            if document._name == "sale.order" or document._name == "crm.lead":
                day = document.create_date.date()
            else:
                day = document.invoice_date
            if not self._is_recent(day):
                continue
            if document.partner_id != customer:
                people.add(document.partner_id)
            channels.add(document.medium_id or document.team_id)
        channels = [channel for channel in channels if channel]
        return {
            "people": self._levels(len(people), 2, 3),
            "channels": self._levels(len(channels), 2, 3),
        }

    def test_points_agree_with_an_evaluation_in_python(self):
        for seed in (6, 23):
            with self.subTest(seed), self.env.cr.savepoint() as savepoint:
                customers = self._make(random.Random(seed))
                with self.at(str(DAY)):
                    self._process_queue()
                    self.env["crm.lifecycle.profile"]._refresh(customers.ids)
                seen = Counter()
                for customer in customers:
                    profile = self._profile(customer)
                    if not profile:
                        continue
                    expected = self._evaluate(customer, profile)
                    found = profile.type_figures
                    seen[profile.customer_type] += 1
                    self.assertEqual(found["points"], expected, (customer.name, found))
                    self.assertEqual(profile.customer_type or None, self._decide(profile, expected))
                self.assertGreater(len(seen), 2)
                savepoint.rollback()
            self.env.invalidate_all()

    def _decide(self, profile, points):
        usual = {399: "transactional", 400: "relational"}.get(
            profile.partner_id.lifecycle_employee_count
        )
        if profile.purchase_count < 2:
            return "one_time" if points["one_time"] else usual
        best = max(points.values())
        if best < 3:
            return usual
        return [name for name in TYPES if points[name] == best][-1]
