from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import LifecycleCase


@tagged("post_install", "-at_install")
class TestStrategicCustomers(LifecycleCase):
    """A strategic customer has bought, and brought somebody who bought."""

    def setUp(self):
        super().setUp()
        self.referrer = self._create_customer("Referrer")
        self.referred = self._create_customer("Referred", lifecycle_referrer_id=self.referrer.id)

    def test_a_referred_customer_who_buys_makes_the_referrer_strategic(self):
        self._buy(self.referrer, "2026-01-05")
        self.assertEqual(self._stage_on("2026-01-05", self.referrer), "first_buyer")
        with self.at("2026-02-10"):
            order = self._confirm_order(self.referred)
            self.assertEqual(self._stage(self.referrer), "strategic")
            self.assertEqual(self._stage(self.referred), "first_buyer")
        move = self._profile(self.referrer).stage_transition_id
        self.assertEqual(str(move.effective_date), "2026-02-10")
        self.assertEqual((move.res_model, move.res_id), ("sale.order", order.id))
        self.assertEqual(
            move.reason, f"Referred customer bought on February 10, 2026: {order.name}"
        )

    def test_an_invoice_of_the_referred_customer_counts_too(self):
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            self._post_invoice(self.referred)
            self.assertEqual(self._stage(self.referrer), "strategic")

    def test_a_referred_customer_who_does_not_buy_changes_nothing(self):
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            self._create_opportunity(self.referred)
            self._create_order(self.referred).action_quotation_sent()
            self._confirm_order(self.referred, 0.0)
            self.assertEqual(self._stage(self.referrer), "first_buyer")

    def test_a_referrer_without_a_purchase_is_not_strategic(self):
        with self.at("2026-02-10"):
            self._confirm_order(self.referred)
            self.assertFalse(self._stage(self.referrer))
            self._create_opportunity(self.referrer)
            self.assertEqual(self._stage(self.referrer), "prospect")
        self._buy(self.referrer, "2026-03-01")
        self.assertEqual(self._stage_on("2026-03-01", self.referrer), "strategic")

    def test_a_refund_of_the_referred_purchase_takes_it_back(self):
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            invoice = self._post_invoice(self.referred)
            self._process_queue()
        with self.at("2026-02-20"):
            refund = self._refund(invoice)
            self.assertEqual(self._stage(self.referrer), "first_buyer")
        move = self._profile(self.referrer).stage_transition_id
        self.assertEqual(move.cause, "refund")
        self.assertEqual(move.res_id, refund.id)
        self.assertEqual(
            self._history(self.referrer),
            [
                (None, "first_buyer", "2026-01-05"),
                ("first_buyer", "strategic", "2026-02-10"),
                ("strategic", "first_buyer", "2026-02-20"),
            ],
        )

    def test_an_invoice_of_the_referred_customer_back_in_draft_takes_it_back(self):
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            invoice = self._post_invoice(self.referred)
            self.assertEqual(self._stage(self.referrer), "strategic")
        with self.at("2026-02-20"):
            invoice.button_draft()
            self.assertEqual(self._stage(self.referrer), "first_buyer")

    def test_a_first_purchase_that_never_was_leaves_the_second_one(self):
        """The referred customer stays a buyer, but is one from another day on."""
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            invoice = self._post_invoice(self.referred)
            self._process_queue()
        with self.at("2026-03-10"):
            order = self._confirm_order(self.referred)
            self._process_queue()
        with self.at("2026-03-20"):
            invoice.button_draft()
            self._process_queue()
        self.assertEqual(
            self._history(self.referrer),
            [
                (None, "first_buyer", "2026-01-05"),
                ("first_buyer", "strategic", "2026-03-10"),
            ],
        )
        self.assertEqual(self._profile(self.referrer).stage_transition_id.res_id, order.id)

    def test_all_that_the_referred_customer_bought_on_the_day_is_evidence(self):
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            orders = self._confirm_order(self.referred)
            self._process_queue()
            orders |= self._confirm_order(self.referred)
            self._process_queue()
        evidence = self._profile(self.referrer).stage_transition_id.evidence
        self.assertEqual([proof["id"] for proof in evidence], orders.ids)

    def test_a_circle_of_referrals_comes_to_an_end(self):
        """Old data may have one, and referrers are queued by it."""
        contact = self._create_customer("Contact", lifecycle_referrer_id=self.referred.id)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lifecycle_referral SET partner_id = %s WHERE partner_id = %s",
            [self.referrer.id, contact.id],
        )
        self.env.invalidate_all()
        self._buy(self.referrer, "2026-01-05", "2026-02-05")
        with self.at("2026-02-10"):
            self._confirm_order(self.referred)
            self._process_queue()
            self._confirm_order(self.referred)
            self.assertEqual(self._stage(self.referred), "strategic")
            self.assertEqual(self._stage(self.referrer), "strategic")

    def test_a_purchase_moved_to_somebody_else_takes_it_back(self):
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            order = self._confirm_order(self.referred)
            self.assertEqual(self._stage(self.referrer), "strategic")
        with self.at("2026-02-20"):
            order.partner_id = self._create_customer("Somebody Else")
            self.assertEqual(self._stage(self.referrer), "first_buyer")
            self.assertFalse(self._stage(self.referred))

    def test_one_of_two_referred_customers_is_enough(self):
        second = self._create_customer("Second", lifecycle_referrer_id=self.referrer.id)
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            invoice = self._post_invoice(self.referred)
            self._post_invoice(second)
            self._process_queue()
        with self.at("2026-02-20"):
            self._refund(invoice)
            self.assertEqual(self._stage(self.referrer), "strategic")

    def test_who_loses_their_own_purchase_is_not_strategic(self):
        with self.at("2026-01-05"):
            own = self._post_invoice(self.referrer)
        self._buy(self.referred, "2026-02-10")
        self.assertEqual(self._stage_on("2026-02-10", self.referrer), "strategic")
        with self.at("2026-02-20"):
            self._refund(own)
            self.assertEqual(self._stage(self.referrer), "suspect")

    def test_a_referrer_named_later_counts_for_purchases_made_before(self):
        self.referred.lifecycle_referrer_id = False
        self._buy(self.referrer, "2026-01-05")
        self._buy(self.referred, "2026-02-10")
        self.assertEqual(self._stage_on("2026-03-01", self.referrer), "first_buyer")
        with self.at("2026-03-02"):
            self.referred.lifecycle_referrer_id = self.referrer
            self.assertEqual(self._stage(self.referrer), "strategic")
        with self.at("2026-03-09"):
            self.referred.lifecycle_referrer_id = False
            self.assertEqual(self._stage(self.referrer), "first_buyer")

    def test_a_referrer_on_a_contact_counts_for_its_company(self):
        company = self._create_customer("Company of Ben")
        with self.at("2026-01-02"):
            contact = self.env["res.partner"].create(
                {
                    "name": "Ben",
                    "parent_id": company.id,
                    "lifecycle_referrer_id": self.referrer.id,
                }
            )
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            order = self._confirm_order(company)
            self.assertEqual(self._stage(self.referrer), "strategic")
        with self.at("2026-02-11"):
            order.action_cancel()
            self.assertEqual(self._stage(self.referrer), "first_buyer")
        with self.at("2026-02-12"):
            self._confirm_order(contact)
            self.assertEqual(self._stage(self.referrer), "strategic")

    def test_a_contact_who_refers_counts_for_its_company(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Ben",
                "parent_id": self.referrer.id,
            }
        )
        self.referred.lifecycle_referrer_id = contact
        self._buy(self.referrer, "2026-01-05")
        with self.at("2026-02-10"):
            self._confirm_order(self.referred)
            self.assertEqual(self._stage(self.referrer), "strategic")

    def test_a_contact_created_with_a_referrer_counts_at_once(self):
        company = self._create_customer("Company of Ben")
        self._buy(self.referrer, "2026-01-05")
        self._buy(company, "2026-02-10")
        with self.at("2026-02-11"):
            self.assertEqual(self._stage(self.referrer), "first_buyer")
            self.env["res.partner"].create(
                {
                    "name": "Ben",
                    "parent_id": company.id,
                    "lifecycle_referrer_id": self.referrer.id,
                }
            )
            self.assertEqual(self._stage(self.referrer), "strategic")

    def test_a_customer_does_not_refer_itself_through_its_contacts(self):
        with self.assertRaises(ValidationError):
            self.env["res.partner"].create(
                {
                    "name": "Ben",
                    "parent_id": self.referrer.id,
                    "lifecycle_referrer_id": self.referrer.id,
                }
            )

    def test_a_lead_carries_its_referrer_to_the_customer(self):
        customer = self._create_customer("From a Lead")
        lead = self._create_lead(self.env["res.partner"], lifecycle_referrer_id=self.referrer.id)
        lead.partner_id = customer
        self.assertEqual(customer.lifecycle_referrer_id, self.referrer)

    def test_a_lead_that_becomes_a_customer_keeps_its_referrer(self):
        with self.at("2026-01-02"):
            lead = self._create_lead(
                self.env["res.partner"],
                lifecycle_referrer_id=self.referrer.id,
                partner_name="Brand New Ltd",
                contact_name="Nora",
            )
            lead._handle_partner_assignment(create_missing=True)
        customer = lead.partner_id.commercial_partner_id
        self.assertEqual(customer.name, "Brand New Ltd")
        self.assertEqual(customer.lifecycle_referrer_id, self.referrer)
        self._buy(self.referrer, "2026-01-05")
        self._buy(lead.partner_id, "2026-02-10")
        self.assertEqual(self._stage_on("2026-02-10", self.referrer), "strategic")

    def test_a_lead_does_not_overrule_a_known_referrer(self):
        other = self._create_customer("Other")
        self._create_lead(self.referred, lifecycle_referrer_id=other.id)
        self.assertEqual(self.referred.lifecycle_referrer_id, self.referrer)

    def test_a_lead_whose_referrer_makes_a_circle_keeps_it_to_itself(self):
        lead = self._create_lead(self.referrer, lifecycle_referrer_id=self.referred.id)
        self.assertFalse(self.referrer.lifecycle_referrer_id)
        self.assertEqual(lead.lifecycle_referrer_id, self.referred)

    def test_circles_of_referrals_are_refused(self):
        third = self._create_customer("Third", lifecycle_referrer_id=self.referred.id)
        contact = self.env["res.partner"].create({"name": "Ben", "parent_id": third.id})
        for name, customer, referrer in (
            ("oneself", self.referrer, self.referrer),
            ("whom one brought", self.referrer, self.referred),
            ("over another", self.referrer, third),
            ("over another's contact", self.referrer, contact),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(
                    ValidationError,
                    f"{customer.name} cannot be referred by .*, because that would make a"
                    " circle of referrals",
                ),
            ):
                customer.lifecycle_referrer_id = referrer

    def test_circles_over_the_referrer_of_a_contact_are_refused(self):
        company = self._create_customer("Company of Ben")
        self.env["res.partner"].create(
            {
                "name": "Ben",
                "parent_id": company.id,
                "lifecycle_referrer_id": self.referred.id,
            }
        )
        with self.assertRaisesRegex(ValidationError, "circle of referrals"):
            self.referrer.lifecycle_referrer_id = company
