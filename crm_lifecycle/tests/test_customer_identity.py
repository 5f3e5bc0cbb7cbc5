from datetime import date

from odoo import Command
from odoo.tests import tagged

from .common import LifecycleCase


class IdentityCase(LifecycleCase):
    """Somebody who is more than one contact, or becomes another one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._create_customer("Parks & Co")

    def _create_contact(self, name="Grace", parent=None, **vals):
        return self.env["res.partner"].create(
            {
                "name": name,
                "parent_id": (parent or self.customer).id,
                **vals,
            }
        )

    def _stages(self, *customers):
        """Work the queue off and return the stage of each customer."""
        self._process_queue()
        return [self._profile(customer).stage_id.code for customer in customers]

    def assertNothingChangesAgain(self):
        """A look at everybody finds nothing that the hooks have missed."""
        before = self._dump()
        self._gather()
        self._process_queue()
        self.assertEqual(self._dump(), before)

    def _dump(self):
        profiles = self.env["crm.lifecycle.profile"].with_context(active_test=False)
        found = profiles.search([("company_id", "=", self.company.id)], order="id")
        return [
            (profile.partner_id.id, profile.active, profile.stage_id.code, profile.stage_date)
            + (profile.purchase_count, profile.purchase_amount, len(profile.transition_ids))
            for profile in found
        ]


@tagged("post_install", "-at_install")
class TestContacts(IdentityCase):
    """A contact's documents count for its company."""

    def test_documents_of_contacts_make_one_customer(self):
        buyer = self._create_contact("Grace")
        accounting = self._create_contact("Alan", type="invoice")
        with self.at("2026-03-03"):
            self._confirm_order(buyer, 100.0)
        with self.at("2026-03-04"):
            self._post_invoice(accounting, 50.0)
        with self.at("2026-03-05"):
            self._create_opportunity(buyer)
            self.assertEqual(self._stages(self.customer, buyer, accounting), ["repeat_buyer"] * 3)
        self.assertRecordValues(
            self.env["crm.lifecycle.profile"].search([("company_id", "=", self.company.id)]),
            [
                {
                    "partner_id": self.customer.id,
                    "purchase_count": 2,
                    "purchase_amount": 150.0,
                    "opportunity_count": 1,
                }
            ],
        )
        self.assertEqual(buyer.lifecycle_profile_id, self.customer.lifecycle_profile_id)
        self.assertEqual(accounting.lifecycle_stage_id.code, "repeat_buyer")

    def test_a_deleted_contact_takes_its_leads_away(self):
        contact = self._create_contact()
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
            self._create_opportunity(contact)
            self._process_queue()
        self.assertEqual(self._profile(self.customer).opportunity_count, 1)
        with self.at("2026-03-04"):
            contact.unlink()
            self._process_queue()
            self.assertEqual(self._profile(self.customer).opportunity_count, 0)
            self.assertNothingChangesAgain()


@tagged("post_install", "-at_install")
class TestParents(IdentityCase):
    """A customer that joins another one, or leaves it."""

    def test_a_child_company_that_splits_off_takes_its_documents_along(self):
        branch = self._create_contact("Parks North")
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
            self._confirm_order(branch)
        with self.at("2026-03-04"):
            self._confirm_order(branch)
            self.assertEqual(self._stages(self.customer), ["repeat_buyer"])
        for move_out in ({"is_company": True}, {"parent_id": False}):
            with self.subTest(move_out), self.env.cr.savepoint() as savepoint:
                with self.at("2026-03-10"):
                    branch.write(move_out)
                    self.assertEqual(
                        self._stages(self.customer, branch), ["first_buyer", "repeat_buyer"]
                    )
                    self.assertNothingChangesAgain()
                self.assertEqual(
                    self._history(self.customer), [(None, "first_buyer", "2026-03-03")]
                )
                self.assertEqual(
                    self._superseded(self.customer),
                    [("first_buyer", "repeat_buyer", "2026-03-04")],
                )
                # The new customer's history reads as if it had always been one.
                self.assertEqual(
                    self._history(branch),
                    [
                        (None, "first_buyer", "2026-03-03"),
                        ("first_buyer", "repeat_buyer", "2026-03-04"),
                    ],
                )
                savepoint.rollback()

    def test_a_company_that_becomes_a_child_brings_its_documents(self):
        bought = self._create_customer("Small Parks")
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
        with self.at("2026-03-04"):
            self._confirm_order(bought)
            self.assertEqual(self._stages(self.customer, bought), ["first_buyer"] * 2)
        with self.at("2026-03-10"):
            bought.write({"parent_id": self.customer.id, "is_company": False})
            self.assertEqual(self._stages(self.customer), ["repeat_buyer"])
            self.assertNothingChangesAgain()
        self.assertEqual(
            self._dump(),
            [(self.customer.id, True, "repeat_buyer", date(2026, 3, 4), 2, 200.0, 2)],
        )
        self.assertEqual(bought.lifecycle_stage_id.code, "repeat_buyer")

    def test_invoices_follow_a_company_that_is_one_no_longer(self):
        """The host leaves the former customer on the invoices."""
        branch = self._create_contact("Parks North", is_company=True)
        with self.at("2026-03-03"):
            invoice = self._post_invoice(branch)
            self.assertEqual(self._stages(self.customer, branch), [False, "first_buyer"])
        with self.at("2026-03-10"):
            branch.is_company = False
            self.assertEqual(self._stages(self.customer), ["first_buyer"])
            self.assertEqual(invoice.commercial_partner_id, branch)
            invoice.button_draft()
            self.assertEqual(self._stages(self.customer), ["suspect"])
        self.assertEqual([row[0] for row in self._dump()], [self.customer.id])

    def test_invoices_of_contacts_follow_their_company(self):
        branch = self._create_customer("Parks North", is_company=False)
        contact = self._create_contact(parent=branch)
        with self.at("2026-03-03"):
            self._post_invoice(contact)
            self.assertEqual(self._stages(self.customer, branch), [False, "first_buyer"])
        with self.at("2026-03-10"):
            branch.parent_id = self.customer
            self.assertEqual(self._stages(self.customer), ["first_buyer"])
        self.assertEqual([row[0] for row in self._dump()], [self.customer.id])

    def test_a_contact_that_changes_its_company_moves_its_documents(self):
        other = self._create_customer("Gardens Ltd")
        contact = self._create_contact()
        with self.at("2026-03-03"):
            self._confirm_order(contact)
            self.assertEqual(self._stages(self.customer, other), ["first_buyer", False])
        with self.at("2026-03-04"):
            contact.parent_id = other
            self.assertEqual(self._stages(self.customer, other), [False, "first_buyer"])
            self.assertNothingChangesAgain()

    def test_an_archived_customer_keeps_an_archived_profile(self):
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
            self._process_queue()
        history = self._history(self.customer)
        for active in (False, True):
            with self.subTest(active=active), self.at("2026-03-04"):
                self.customer.active = active
                self._process_queue()
                self.assertEqual(self._profile(self.customer).active, active)
                self.assertEqual(self._stages(self.customer), ["first_buyer"])
                self.assertEqual(self._history(self.customer), history)
                self.assertNothingChangesAgain()
        # The archived customer's documents show the stage all the same.
        self.customer.active = False
        self._process_queue()
        self.assertEqual(self.customer.lifecycle_stage_id.code, "first_buyer")
        self.assertEqual(self.customer.sale_order_ids.lifecycle_stage_id.code, "first_buyer")


@tagged("post_install", "-at_install")
class TestMovedDocuments(IdentityCase):
    """A document that changes hands, or goes."""

    def test_a_document_that_moves_is_seen_on_both_sides(self):
        other = self._create_customer("Gardens Ltd")
        for name, create, stage, left in (
            ("quotation", lambda: self._create_order(self.customer), "suspect", False),
            ("opportunity", lambda: self._create_opportunity(self.customer), "prospect", False),
            ("order", lambda: self._confirm_order(self.customer), "first_buyer", False),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                with self.at("2026-03-03"):
                    document = create()
                    self.assertEqual(self._stages(self.customer, other), [stage, False])
                with self.at("2026-03-04"):
                    document.partner_id = other
                    self.assertEqual(self._stages(self.customer, other), [left, stage])
                    self.assertNothingChangesAgain()
                savepoint.rollback()

    def test_an_invoice_that_moves_is_seen_on_both_sides(self):
        other = self._create_customer("Gardens Ltd")
        with self.at("2026-03-03"):
            invoice = self._post_invoice(self.customer)
            self.assertEqual(self._stages(self.customer, other), ["first_buyer", False])
        with self.at("2026-03-04"):
            invoice.button_draft()
            invoice.partner_id = other
            invoice.action_post()
            self.assertEqual(self._stages(self.customer, other), [False, "first_buyer"])
            self.assertNothingChangesAgain()

    def test_the_profile_goes_with_the_last_document(self):
        for name, create in (
            ("quotation", lambda: self._create_order(self.customer)),
            ("lead", lambda: self._create_opportunity(self.customer, type="lead")),
            ("opportunity", lambda: self._create_opportunity(self.customer)),
            (
                "agreement",
                lambda: self.env["crm.lifecycle.agreement"].create(
                    {"partner_id": self.customer.id}
                ),
            ),
            (
                "mark",
                lambda: self.env["crm.lifecycle.mark"].create(
                    {
                        "partner_id": self.customer.id,
                        "reason": "Met at the fair",
                    }
                ),
            ),
        ):
            with self.subTest(name), self.at("2026-03-03"):
                document = create()
                self._process_queue()
                self.assertTrue(self._profile(self.customer))
                document.unlink()
                self._process_queue()
                self.assertFalse(self._profile(self.customer))

    def test_a_deleted_contact_leaves_no_lifecycle_behind(self):
        with self.at("2026-03-03"):
            self.env["crm.lifecycle.mark"].create(
                {
                    "partner_id": self.customer.id,
                    "reason": "Met at the fair",
                }
            )
            self._process_queue()
        profile = self._profile(self.customer)
        moves = profile.transition_ids
        self.assertTrue(moves)
        # Somebody is in the queue, or set aside, while they go.
        self.queue._mark(self.customer.ids)
        self._set_aside(self.customer)
        self.customer.unlink()
        self._process_queue()
        self._gather()
        self._process_queue()
        self.assertFalse(profile.exists())
        self.assertFalse(moves.exists())
        self.assertFalse(self.env["crm.lifecycle.mark"].search([("reason", "=like", "Met at%")]))
        self.assertFalse(self.queue.search([]))

    def test_a_deleted_customer_is_missed_by_who_brought_them(self):
        referrer = self._create_customer("Gardens Ltd")
        with self.at("2026-03-03"):
            self._confirm_order(referrer)
            # An invoice keeps a contact; a lead does not.
            self.customer.lifecycle_referrer_id = referrer
            self._create_opportunity(self.customer)
            self.assertEqual(self._stages(referrer), ["first_buyer"])
        self.customer.unlink()
        self.env.cr.flush()
        self.assertIn(referrer.id, self.queue.search([]).mapped("partner_ref"))
        self._process_queue()
        self.assertNothingChangesAgain()


@tagged("post_install", "-at_install")
class TestMerge(IdentityCase):
    """Two contacts that turn out to be one customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.double = cls._create_customer("Parks and Co")

    def _merge(self, source=None, destination=None):
        source, destination = source or self.double, destination or self.customer
        wizard = self.env["base.partner.merge.automatic.wizard"].create(
            {
                "state": "selection",
                "partner_ids": [Command.set((source | destination).ids)],
                "dst_partner_id": destination.id,
            }
        )
        wizard.action_merge()
        self.assertFalse(source.exists())
        self.assertTrue(destination.exists())
        self._process_queue()

    def test_two_buyers_become_one_repeat_buyer(self):
        with self.at("2026-03-03"):
            self._confirm_order(self.double, 30.0)
            self._process_queue()
        with self.at("2026-03-04"):
            self._confirm_order(self.customer, 70.0)
            self._process_queue()
        kept = self._profile(self.customer)
        with self.at("2026-03-10"):
            self._merge()
            self.assertNothingChangesAgain()
        self.assertEqual(self._profile(self.customer), kept)
        self.assertRecordValues(
            self.env["crm.lifecycle.profile"].search([("company_id", "=", self.company.id)]),
            [
                {
                    "partner_id": self.customer.id,
                    "stage_id": self.stages["repeat_buyer"].id,
                    "purchase_count": 2,
                    "purchase_amount": 100.0,
                }
            ],
        )
        # What both make together; what was believed of each of them stays.
        self.assertEqual(
            self._history(self.customer),
            [
                (None, "first_buyer", "2026-03-03"),
                ("first_buyer", "repeat_buyer", "2026-03-04"),
            ],
        )
        self.assertEqual(
            self._superseded(self.customer),
            [(None, "first_buyer", "2026-03-03"), (None, "first_buyer", "2026-03-04")],
        )
        self.assertEqual(kept.transition_ids.partner_id, self.customer)
        self.assertIn("2nd purchase", kept.stage_reason)

    def test_the_closest_stage_stands_whichever_contact_is_kept(self):
        for kept in ("buyer", "lead"):
            with self.subTest(kept=kept), self.env.cr.savepoint() as savepoint:
                with self.at("2026-03-03"):
                    self._confirm_order(self.customer)
                    self._process_queue()
                with self.at("2026-03-05"):
                    self._create_opportunity(self.double, type="lead")
                    self._process_queue()
                destination, source = self.customer, self.double
                if kept == "lead":
                    destination, source = source, destination
                with self.at("2026-03-10"):
                    self._merge(source, destination)
                    self.assertNothingChangesAgain()
                self.assertEqual(self._history(destination), [(None, "first_buyer", "2026-03-03")])
                believed = [(None, "suspect", "2026-03-05")]
                if kept == "lead":
                    # The buyer's own history is no longer somebody's.
                    believed.insert(0, (None, "first_buyer", "2026-03-03"))
                self.assertEqual(self._superseded(destination), believed)
                profile = self._profile(destination)
                self.assertEqual(profile.stage_id.code, "first_buyer")
                self.assertEqual(profile.stage_transition_id.to_stage_id, profile.stage_id)
                self.assertIn("1st purchase", profile.stage_reason)
                savepoint.rollback()

    def test_a_profile_that_only_the_source_has_moves_over(self):
        with self.at("2026-03-03"):
            self._confirm_order(self.double)
            self._process_queue()
        profile = self._profile(self.double)
        with self.at("2026-03-10"):
            self._merge()
            self.assertNothingChangesAgain()
        self.assertEqual(profile.partner_id, self.customer)
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-03")])
        self.assertEqual(profile.transition_ids.partner_id, self.customer)

    def test_each_company_keeps_one_profile(self):
        other_company = self._create_company("Lifecycle Other Company", "base.USD")
        self.env.user.company_ids = [Command.link(other_company.id)]
        with self.at("2026-03-03"):
            self._confirm_order(self.customer)
            self._confirm_order(self.double)
            self._confirm_order(self.double, company_id=other_company.id)
            self._process_queue()
        with self.at("2026-03-10"):
            self._merge()
        profiles = (
            self.env["crm.lifecycle.profile"]
            .sudo()
            .search([("partner_id", "=", self.customer.id)], order="company_id")
        )
        self.assertEqual(profiles.company_id, self.company | other_company)
        self.assertEqual(len(profiles), 2)

    def test_agreements_marks_and_referrals_follow(self):
        referred = self._create_customer("Referred Ltd", lifecycle_referrer_id=self.double.id)
        lead = self._create_opportunity(
            self._create_customer("Asked by"), lifecycle_referrer_id=self.double.id
        )
        with self.at("2026-03-03"):
            agreement = self.env["crm.lifecycle.agreement"].create(
                {
                    "partner_id": self.double.id,
                    "date_start": "2026-03-01",
                }
            )
            mark = self.env["crm.lifecycle.mark"].create(
                {
                    "partner_id": self.double.id,
                    "reason": "Met at the fair",
                }
            )
            self._process_queue()
            self._merge()
            self.assertNothingChangesAgain()
        for record in (agreement, mark):
            self.assertEqual(record.partner_id, self.customer)
        self.assertEqual(referred.lifecycle_referrer_id, self.customer)
        self.assertEqual(lead.lifecycle_referrer_id, self.customer)
        self.assertEqual(self._profile(self.customer).stage_id.code, "partner")

    def test_a_referral_among_the_merged_becomes_none(self):
        between = self._create_customer("Between")
        for name, referrals in (
            ("source by destination", ((self.double, self.customer),)),
            ("destination by source", ((self.customer, self.double),)),
            ("over others", ((self.double, between), (between, self.customer))),
        ):
            with self.subTest(name), self.env.cr.savepoint() as savepoint:
                for referred, referrer in referrals:
                    referred.lifecycle_referrer_id = referrer
                self._merge()
                if name == "over others":
                    # The last claim of a circle gives way.
                    self.assertEqual(self.customer.lifecycle_referrer_id, between)
                    self.assertFalse(between.lifecycle_referrer_id)
                else:
                    self.assertFalse(self.customer.lifecycle_referrer_id)
                savepoint.rollback()

    def test_a_referrer_outside_is_kept(self):
        referrer = self._create_customer("Gardens Ltd")
        self.double.lifecycle_referrer_id = referrer
        self._merge()
        self.assertEqual(self.customer.lifecycle_referrer_id, referrer)
        self.assertEqual(referrer.lifecycle_referred_ids, self.customer)

    def test_contacts_merge_without_touching_their_company(self):
        grace, double = self._create_contact("Grace"), self._create_contact("Grace H.")
        with self.at("2026-03-03"):
            self._confirm_order(double)
            self._process_queue()
            self._merge(double, grace)
            self.assertNothingChangesAgain()
        self.assertEqual(self._history(self.customer), [(None, "first_buyer", "2026-03-03")])

    def test_a_customer_merged_into_somebodys_contact_counts_for_them(self):
        contact = self._create_contact()
        self.double.is_company = False
        with self.at("2026-03-03"):
            self._confirm_order(self.double)
            self._process_queue()
            self._merge(self.double, contact)
            self.assertNothingChangesAgain()
        self.assertEqual([partner_id for partner_id, *_rest in self._dump()], [self.customer.id])
        self.assertEqual(contact.lifecycle_stage_id.code, "first_buyer")
