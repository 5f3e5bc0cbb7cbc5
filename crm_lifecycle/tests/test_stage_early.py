from odoo import Command
from odoo.tests import tagged

from .common import SALES, LifecycleCase


@tagged("post_install", "-at_install")
class TestSuspects(LifecycleCase):
    """A suspect is known by a lead, a draft quotation or a mark, and by no more."""

    def test_a_lead_makes_a_suspect(self):
        customer = self._create_customer()
        self._create_lead(customer)
        self.assertEqual(self._stage(customer), "suspect")

    def test_a_draft_quotation_makes_a_suspect(self):
        customer = self._create_customer()
        self._create_order(customer)
        self.assertEqual(self._stage(customer), "suspect")

    def test_a_mark_by_hand_makes_a_suspect(self):
        customer = self._create_customer()
        mark = self._create_mark(customer)
        self.assertEqual(self._stage(customer), "suspect")
        mark.active = False
        self.assertFalse(self._stage(customer))

    def test_the_documents_of_a_contact_count_for_its_company(self):
        customer = self._create_customer()
        contact = self.env["res.partner"].create(
            {
                "name": "Ben",
                "parent_id": customer.id,
            }
        )
        self._create_lead(contact)
        self.assertEqual(self._stage(customer), "suspect")
        self.assertEqual(self._profile(contact).partner_id, customer)

    def test_nobody_is_a_suspect_for_being_in_the_address_book(self):
        self.env["account.journal"].create(
            {
                "name": "Bills",
                "type": "purchase",
                "code": "LPUR",
                "company_id": self.company.id,
            }
        )
        expense = self.env["account.account"].search(
            [
                ("account_type", "=", "expense"),
                ("company_ids", "in", self.company.ids),
            ],
            limit=1,
        )
        vendor = self._create_customer("Wood & Co")
        bill = self._create_invoice(
            vendor,
            move_type="in_invoice",
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Planks",
                        "price_unit": 50.0,
                        "account_id": expense.id,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        )
        bill.action_post()
        employee = self._create_user("lifecycle_employee", SALES).partner_id
        bare = self._create_customer("Just a Name")
        rated = self._create_customer("Only Rated")
        self._rate(self._create_order(self._create_customer("Somebody")), rated, 5)
        self._gather()
        for who in (vendor, employee, bare, rated):
            with self.subTest(who.name):
                self.assertFalse(self._stage(who))
        self.assertEqual(
            self.env["res.partner"].search_count(
                [
                    ("id", "in", (vendor | employee | bare | rated).ids),
                    ("lifecycle_stage_id", "!=", False),
                ]
            ),
            0,
        )

    def test_a_vendor_with_a_lead_is_a_suspect(self):
        vendor = self._create_customer("Wood & Co", supplier_rank=1)
        self._create_lead(vendor)
        self.assertEqual(self._stage(vendor), "suspect")

    def test_an_abandoned_draft_leaves_nobody_behind(self):
        customer = self._create_customer()
        order = self._create_order(customer)
        self.assertEqual(self._stage(customer), "suspect")
        order.unlink()
        self.assertFalse(self._stage(customer))


@tagged("post_install", "-at_install")
class TestProspects(LifecycleCase):
    """A prospect has an open opportunity, or a quotation sent that still holds."""

    def test_an_open_opportunity_makes_a_prospect(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            lead = self._create_lead(customer)
            self.assertEqual(self._stage(customer), "suspect")
        with self.at("2026-03-05"):
            lead.convert_opportunity(customer)
            self.assertEqual(self._stage(customer), "prospect")

    def test_a_closed_opportunity_makes_no_prospect(self):
        closings = {
            "won": lambda opportunity: opportunity.action_set_won(),
            "lost": lambda opportunity: opportunity.action_set_lost(),
            "archived": lambda opportunity: opportunity.action_archive(),
        }
        for name, close in closings.items():
            with self.subTest(name):
                customer = self._create_customer(name)
                with self.at("2026-03-02"):
                    opportunity = self._create_opportunity(customer)
                    self.assertEqual(self._stage(customer), "prospect")
                with self.at("2026-03-09"):
                    close(opportunity)
                    self.assertEqual(self._stage(customer), "suspect")
                self.assertEqual(
                    self._history(customer),
                    [(None, "prospect", "2026-03-02"), ("prospect", "suspect", "2026-03-09")],
                )

    def test_a_reopened_opportunity_makes_a_prospect_again(self):
        def restage(opportunity):
            opportunity.stage_id = self.env["crm.stage"].search([("is_won", "=", False)], limit=1)

        for name, close, reopen in (
            ("lost", "action_set_lost", lambda opportunity: opportunity.action_restore()),
            ("archived", "action_archive", lambda opportunity: opportunity.action_unarchive()),
            ("won", "action_set_won", restage),
        ):
            with self.subTest(name):
                customer = self._create_customer(name)
                with self.at("2026-03-02"):
                    opportunity = self._create_opportunity(customer)
                    self._process_queue()
                with self.at("2026-03-09"):
                    getattr(opportunity, close)()
                    self.assertEqual(self._stage(customer), "suspect")
                with self.at("2026-03-16"):
                    reopen(opportunity)
                    self.assertEqual(self._stage(customer), "prospect")
                # Nothing tells any more that it was closed for a week.
                self.assertEqual(self._history(customer), [(None, "prospect", "2026-03-02")])
                self.assertEqual(
                    self._superseded(customer), [("prospect", "suspect", "2026-03-09")]
                )

    def test_one_of_two_opportunities_lost_leaves_a_prospect(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            lost = self._create_opportunity(customer)
            self._create_opportunity(customer)
        with self.at("2026-03-09"):
            lost.action_set_lost()
            self.assertEqual(self._stage(customer), "prospect")

    def test_an_edit_of_a_lost_opportunity_does_not_move_its_end(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            opportunity = self._create_opportunity(customer)
        with self.at("2026-03-09"):
            opportunity.action_set_lost()
        with self.at("2026-03-20"):
            opportunity.with_context(active_test=False).name = "Benches, cancelled"
            self._look_again(customer)
        self.assertEqual(
            self._history(customer),
            [(None, "prospect", "2026-03-02"), ("prospect", "suspect", "2026-03-09")],
        )

    def test_a_sent_quotation_makes_a_prospect_through_its_last_day(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            order = self._create_order(customer, validity_date="2026-03-31")
            self.assertEqual(self._stage(customer), "suspect")
        with self.at("2026-03-04"):
            order.action_quotation_sent()
            self.assertEqual(self._stage(customer), "prospect")
        # From here on no document changes: time alone does it.
        for day, stage in (
            ("2026-03-30", "prospect"),
            ("2026-03-31", "prospect"),
            ("2026-04-01", "suspect"),
            ("2026-05-01", "suspect"),
        ):
            with self.subTest(day):
                self.assertEqual(self._stage_on(day, customer), stage)
        self.assertEqual(
            self._history(customer),
            [
                (None, "suspect", "2026-03-02"),
                ("suspect", "prospect", "2026-03-04"),
                ("prospect", "suspect", "2026-04-01"),
            ],
        )

    def test_the_nightly_pass_expires_a_quotation(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            order = self._create_order(customer, validity_date="2026-03-31")
            order.action_quotation_sent()
            self.assertEqual(self._stage(customer), "prospect")
        with self.at("2026-04-03"):
            self._gather("night")
            self.assertEqual(self._stage(customer), "suspect")
        move = self._profile(customer).stage_transition_id
        self.assertEqual(str(move.effective_date), "2026-04-01")
        self.assertEqual(str(move.known_at), "2026-04-03 12:00:00")

    def test_a_longer_validity_makes_a_prospect_again(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            order = self._create_order(customer, validity_date="2026-03-31")
            order.action_quotation_sent()
            self._process_queue()
        self.assertEqual(self._stage_on("2026-04-01", customer), "suspect")
        with self.at("2026-04-02"):
            order.validity_date = "2026-04-30"
            self.assertEqual(self._stage(customer), "prospect")

    def test_a_quotation_without_a_last_day_stays_good(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            order = self._create_order(customer)
            order.validity_date = False
            order.action_quotation_sent()
            self._process_queue()
        self.assertEqual(self._stage_on("2028-03-02", customer), "prospect")

    def test_a_quotation_withdrawn_makes_no_prospect(self):
        for name, withdraw in (
            ("cancelled", lambda order: order.action_cancel()),
            ("back to draft", lambda order: order.action_draft()),
        ):
            with self.subTest(name):
                customer = self._create_customer(name)
                with self.at("2026-03-02"):
                    order = self._create_order(customer)
                    self._process_queue()
                    order.action_quotation_sent()
                    self.assertEqual(self._stage(customer), "prospect")
                with self.at("2026-03-06"):
                    withdraw(order)
                    self.assertEqual(self._stage(customer), "suspect")
                move = self._profile(customer).stage_transition_id
                self.assertEqual(str(move.effective_date), "2026-03-06")
                self.assertEqual(move.cause, "quotation_closed")

    def test_a_quotation_sent_again_makes_a_prospect_again(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            order = self._create_order(customer)
            order.action_quotation_sent()
            self._process_queue()
        with self.at("2026-03-06"):
            order.action_draft()
            self._process_queue()
        with self.at("2026-03-09"):
            order.action_quotation_sent()
            self.assertEqual(self._stage(customer), "prospect")

    def test_a_quotation_created_as_sent_makes_a_prospect(self):
        customer = self._create_customer()
        with self.at("2026-03-02"):
            order = self._create_order(customer, state="sent")
            self.assertEqual(self._stage(customer), "prospect")
        with self.at("2026-03-06"):
            # Its chatter does not tell that it was ever sent.
            order.action_cancel()
            self.assertEqual(self._stage(customer), "suspect")
        self.assertEqual(self._history(customer), [(None, "suspect", "2026-03-02")])
        self.assertEqual(self._superseded(customer), [(None, "prospect", "2026-03-02")])
        move = self._profile(customer).stage_transition_id
        self.assertEqual(move.cause, "quotation")
        self.assertEqual(str(move.known_at), "2026-03-06 12:00:00")

    def test_a_quotation_of_a_contact_moved_to_another_customer_leaves_with_it(self):
        before = self._create_customer("Before")
        after = self._create_customer("After")
        with self.at("2026-03-02"):
            order = self._create_order(before)
            order.action_quotation_sent()
            self.assertEqual(self._stage(before), "prospect")
        with self.at("2026-03-04"):
            order.write({"partner_id": after.id, "order_line": [Command.clear()]})
            self.assertFalse(self._stage(before))
            self.assertEqual(self._stage(after), "prospect")
