from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestEvents(LifecycleCase):
    """A customer's documents are read as one stream of dated events."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_customer()

    def _events(self, customer=None):
        self.env.flush_all()
        events = self.env["crm.lifecycle.event"].search(
            [("partner_id", "=", (customer or self.customer).id)], order="date, id"
        )
        self.assertLessEqual(events.company_id, self.company)
        self.assertEqual(len(set(events.ids)), len(events))
        return sorted(
            (str(event.date), event.kind, event.amount, event.res_model, event.res_id)
            for event in events
        )

    def test_every_document_is_read_as_events(self):
        with self.at("2026-03-01"):
            lead = self._create_lead(self.customer, expected_revenue=900.0)
            self.env.cr.flush()
        with self.at("2026-03-02"):
            lead.convert_opportunity(self.customer)
            order = self._create_order(self.customer, 100.0, validity_date="2026-03-31")
            self.env.cr.flush()
        with self.at("2026-03-03"):
            order.action_quotation_sent()
            self.env.cr.flush()
        with self.at("2026-03-04"):
            order.action_confirm()
            lead.action_set_won()
            self.env.cr.flush()
        with self.at("2026-03-05"):
            invoice = self._invoice_order(order)
        with self.at("2026-03-06"):
            self._pay(invoice)
            paid = invoice.line_ids.matched_credit_ids.credit_move_id.move_id
        with self.at("2026-03-07"):
            refund = self._post_invoice(self.customer, 30.0, move_type="out_refund")
            rating = self._rate(order, self.customer, 4)
        agreement = self._create_agreement(self.customer, "2026-03-08", "2026-03-09")
        mark = self._create_mark(self.customer, date_start="2026-03-10")
        with self.at("2026-03-10"):
            events = self._events()
        self.assertEqual(
            events,
            [
                ("2026-03-01", "lead", 0.0, "crm.lead", lead.id),
                ("2026-03-02", "opportunity", 900.0, "crm.lead", lead.id),
                ("2026-03-02", "quotation", 100.0, "sale.order", order.id),
                ("2026-03-03", "quotation_sent", 100.0, "sale.order", order.id),
                ("2026-03-04", "opportunity_won", 900.0, "crm.lead", lead.id),
                ("2026-03-04", "order", 100.0, "sale.order", order.id),
                ("2026-03-04", "quotation_accepted", 100.0, "sale.order", order.id),
                ("2026-03-05", "invoice", 100.0, "account.move", invoice.id),
                ("2026-03-06", "payment", 100.0, "account.move", paid.id),
                ("2026-03-07", "rating", 0.0, "rating.rating", rating.id),
                ("2026-03-07", "refund", -30.0, "account.move", refund.id),
                ("2026-03-08", "agreement", 0.0, "crm.lifecycle.agreement", agreement.id),
                ("2026-03-10", "agreement_ended", 0.0, "crm.lifecycle.agreement", agreement.id),
                ("2026-03-10", "mark", 0.0, "crm.lifecycle.mark", mark.id),
            ],
        )

    def test_what_is_yet_to_come_is_no_event(self):
        with self.at("2026-03-02"):
            order = self._create_order(self.customer, 100.0, validity_date="2026-03-04")
            self.env.cr.flush()
            order.action_quotation_sent()
            self.env.cr.flush()
        for day, kinds in (
            ("2026-03-04", ["quotation", "quotation_sent"]),
            ("2026-03-05", ["quotation", "quotation_sent", "quotation_expired"]),
        ):
            with self.subTest(day), self.at(day):
                self.assertEqual([event[1] for event in self._events()], kinds)

    def test_the_documents_of_contacts_are_their_companys_events(self):
        contact = self.env["res.partner"].create({"name": "Ben", "parent_id": self.customer.id})
        with self.at("2026-03-03"):
            order = self._confirm_order(contact)
        self.assertEqual(
            self._events(),
            [
                ("2026-03-03", "order", 100.0, "sale.order", order.id),
                ("2026-03-03", "quotation", 100.0, "sale.order", order.id),
            ],
        )
        self.assertEqual(
            self.env["crm.lifecycle.event"].search_count([("partner_id", "=", contact.id)]), 0
        )

    def test_a_refund_set_off_against_an_invoice_is_no_payment(self):
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            refund = invoice._reverse_moves([{"invoice_date": "2026-03-03"}], cancel=True)
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(
            self._events(),
            [
                ("2026-03-03", "invoice", 100.0, "account.move", invoice.id),
                ("2026-03-03", "refund", -100.0, "account.move", refund.id),
            ],
        )

    def test_amounts_are_in_the_companys_currency(self):
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "rate": 1.25,
                "currency_id": dollar.id,
                "company_id": self.company.id,
            }
        )
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer, currency_id=dollar.id)
        with self.at("2026-03-04"):
            self._pay(invoice)
        self.assertEqual(
            [event[:3] for event in self._events()],
            [("2026-03-03", "invoice", 80.0), ("2026-03-04", "payment", 80.0)],
        )

    def test_drafts_and_bills_are_no_events(self):
        self._create_invoice(self.customer)
        self.assertEqual(self._events(), [])

    def test_events_can_be_grouped_and_added_up(self):
        with self.at("2026-03-03"):
            self._post_invoice(self.customer, 100.0)
            self._post_invoice(self.customer, 20.0)
        self.env.flush_all()
        self.assertEqual(
            self.env["crm.lifecycle.event"]._read_group(
                [("partner_id", "=", self.customer.id)], ["kind"], ["__count", "amount:sum"]
            ),
            [("invoice", 2, 120.0)],
        )
