from unittest.mock import patch

from odoo import Command
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..models.crm_lifecycle_ownership import CrmLifecycleOwnership
from .common import INVOICING
from .service_common import ServiceCase


@tagged("post_install", "-at_install")
class TestOwnership(ServiceCase):
    """Who looked after a customer, from when to when."""

    def _commit(self):
        """Do what happens at the end of a transaction."""
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()

    def _history(self, customer):
        self._commit()
        return [
            (
                row.user_id.login or "",
                str(row.date_start),
                str(row.date_end or ""),
                row.cause,
            )
            for row in customer.lifecycle_ownership_ids.sorted("id")
        ]

    def _create_owned(self, day="2026-03-01", owner=None):
        with self.at(day):
            customer = self._create_customer(user_id=(owner or self.junior).id)
            self._commit()
        return customer

    def test_each_change_is_kept(self):
        customer = self._create_owned()
        with self.at("2026-03-05"):
            customer.user_id = self.senior
            self._commit()
        with self.at("2026-03-08"):
            customer.user_id = False
            self._commit()
        with self.at("2026-03-10"):
            customer.with_user(self.manager).user_id = self.junior
            self._commit()
        self.assertEqual(
            self._history(customer),
            [
                ("service_junior", "2026-03-01", "2026-03-05", "change"),
                ("service_senior", "2026-03-05", "2026-03-08", "change"),
                ("", "2026-03-08", "2026-03-10", "change"),
                ("service_junior", "2026-03-10", "", "change"),
            ],
        )
        last = customer.lifecycle_ownership_ids[0]
        self.assertEqual((last.changed_by_id, last.team_id), (self.manager, self.team))

    def test_what_changes_nothing_leaves_no_row(self):
        customer = self._create_owned()
        with self.at("2026-03-05"):
            customer.user_id = self.senior
            customer.user_id = self.junior
            self._commit()
            customer.write({"user_id": self.junior.id, "phone": "1"})
            self._commit()
        self.assertEqual(self._history(customer), [("service_junior", "2026-03-01", "", "change")])
        nobodys = self._create_customer("Nobody's")
        self.assertEqual(self._history(nobodys), [])

    def test_contacts_have_no_history_of_their_own(self):
        customer = self._create_owned()
        contact = self._create_customer("Ada", parent_id=customer.id, is_company=False)
        self.assertEqual(contact.user_id, self.junior)
        contact.user_id = self.senior
        self.assertEqual(self._history(contact), [])

    def test_what_was_before_is_told_to_be_assumed(self):
        customer = self._create_buyer(owner=self.junior)
        with self.at("2026-01-15"):
            self._create_mark(customer, date_start="2026-01-15")
        self._commit()
        self.env.cr.execute("DELETE FROM crm_lifecycle_ownership")
        first = min(self._profile(customer).transition_ids.mapped("effective_date"))
        with self.at("2026-03-20"):
            customer.user_id = self.senior
            self.assertEqual(
                self._history(customer),
                [
                    ("service_junior", str(first), "2026-03-20", "known"),
                    ("service_senior", "2026-03-20", "", "change"),
                ],
            )

    def test_a_pass_begins_the_history_of_present_salespeople(self):
        customer = self._create_buyer(owner=self.junior)
        self._commit()
        self.env.cr.execute("DELETE FROM crm_lifecycle_ownership")
        with self.at("2026-04-01"):
            self._look_again(customer)
            self.assertEqual(
                self._history(customer), [("service_junior", "2026-03-03", "", "known")]
            )
            # A second one writes nothing.
            rows = customer.lifecycle_ownership_ids
            self._look_again(customer)
            self.env.invalidate_all()
            self.assertEqual(customer.lifecycle_ownership_ids, rows)

    def test_without_an_event_it_begins_with_the_contact(self):
        customer = self._create_owned()
        self.env.cr.execute("DELETE FROM crm_lifecycle_ownership")
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2025-06-01 10:00' WHERE id = %s", [customer.id]
        )
        self.env["crm.lifecycle.ownership"]._record_found(customer.ids)
        self.assertEqual(self._history(customer), [("service_junior", "2025-06-01", "", "known")])

    def test_what_no_hook_saw_is_found(self):
        customer = self._create_buyer(owner=self.junior)
        self._commit()
        self.env.cr.execute(
            "UPDATE res_partner SET user_id = %s WHERE id = %s", [self.senior.id, customer.id]
        )
        self.env.invalidate_all()
        with self.at("2026-03-09"):
            self._look_again(customer)
        last = customer.lifecycle_ownership_ids[0]
        self.assertEqual(
            (last.user_id, str(last.date_start), last.cause, last.changed_by_id.id),
            (self.senior, "2026-03-09", "found", False),
        )

    def test_an_import_says_so(self):
        customer = self._create_owned()
        xmlid = customer.export_data(["id"])["datas"][0][0]
        with self.at("2026-03-05"):
            result = self.env["res.partner"].load(
                ["id", "user_id/.id"], [[xmlid, str(self.senior.id)]]
            )
            self.assertFalse(result["messages"])
            self.assertEqual(
                self._history(customer)[-1], ("service_senior", "2026-03-05", "", "import")
            )

    def test_a_converted_lead_begins_one(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Benches",
                "type": "lead",
                "partner_name": "Lakeside Parks",
                "company_id": self.company.id,
                "user_id": self.junior.id,
            }
        )
        with self.at("2026-03-05"):
            self.env["crm.lead2opportunity.partner"].with_context(
                active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
            ).create(
                {"name": "convert", "action": "create", "user_id": self.junior.id}
            ).action_apply()
            customer = lead.partner_id.commercial_partner_id
            self.assertEqual(customer.name, "Lakeside Parks")
            self.assertEqual(
                self._history(customer), [("service_junior", "2026-03-05", "", "change")]
            )

    def test_a_form_tells_who_changed_it(self):
        customer = self._create_owned()
        with self.at("2026-03-05"), Form(customer.with_user(self.manager)) as form:
            form.user_id = self.senior
        self.assertEqual(
            self._history(customer)[-1][0::3],
            ("service_senior", "change"),
        )
        self.assertEqual(customer.lifecycle_ownership_ids[0].changed_by_id, self.manager)

    def test_no_context_tells_what_was_not_so(self):
        customer = self._create_owned()
        partners = self.env["res.partner"].with_user(self.manager)
        for user, reason in ((self.senior, "They asked for it"), (self.junior, {"forged": True})):
            context = {
                "allowed_company_ids": self.company.ids,
                "import_file": True,
                "lifecycle_owner_cause": "known",
                "lifecycle_owner_reason": reason,
            }
            with self.subTest(reason):
                call_kw(
                    partners, "write", [customer.ids, {"user_id": user.id}], {"context": context}
                )
                self.assertEqual(self._history(customer)[-1][0::3], (user.login, "change"))
                last = customer.lifecycle_ownership_ids[0]
                self.assertEqual((last.reason, last.changed_by_id), (False, self.manager))

    def test_a_merge_keeps_both_histories(self):
        kept, gone = self._create_owned(), self._create_owned("2026-02-01", self.senior)
        with self.at("2026-03-09"):
            self.env["base.partner.merge.automatic.wizard"]._merge((kept | gone).ids, kept)
            self._commit()
        self.assertEqual(
            sorted(self._history(kept)),
            [
                ("service_junior", "2026-03-01", "", "change"),
                ("service_senior", "2026-02-01", "2026-03-09", "change"),
            ],
        )

    def test_a_merge_into_nobodys_customer_ends_the_history(self):
        kept = self._create_customer("Kept")
        gone = self._create_owned()
        with self.at("2026-03-09"):
            self.env["base.partner.merge.automatic.wizard"]._merge((kept | gone).ids, kept)
            self._commit()
        # The host does not carry the salesperson over.
        self.assertFalse(kept.user_id)
        self.assertEqual(
            self._history(kept), [("service_junior", "2026-03-01", "2026-03-09", "change")]
        )

    def test_archiving_changes_nothing_and_deleting_all(self):
        customer = self._create_owned()
        history = self._history(customer)
        customer.active = False
        self.assertEqual(self._history(customer), history)
        self.junior.active = False
        self._commit()
        self.assertEqual(
            customer.with_context(active_test=False).lifecycle_ownership_ids.user_id, self.junior
        )
        customer.unlink()
        self._commit()
        self.assertFalse(
            self.env["crm.lifecycle.ownership"].search([("partner_id", "=", customer.id)])
        )

    def test_a_defect_leaves_the_change(self):
        customer = self._create_owned()
        logger = "odoo.addons.crm_lifecycle.models.crm_lifecycle_ownership"
        with (
            patch.object(CrmLifecycleOwnership, "_execute", side_effect=ValueError("test")),
            self.assertLogs(logger, "ERROR"),
        ):
            customer.user_id = self.senior
            self._commit()
        self.assertEqual(customer.user_id, self.senior)
        hook = "odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"
        with (
            patch.object(CrmLifecycleOwnership, "_note", side_effect=ValueError("test")),
            mute_logger(hook),
        ):
            customer.user_id = False
            self._create_customer("New", user_id=self.senior.id)
            self._commit()
        self.assertFalse(customer.user_id)

    def test_who_it_was_on_a_day(self):
        customer = self._create_owned()
        with self.at("2026-03-05"):
            customer.user_id = self.senior
            self._commit()
        with self.at("2026-03-08"):
            customer.user_id = False
            self._commit()
        ownerships = self.env["crm.lifecycle.ownership"]
        for day, owner in (
            ("2026-02-28", False),
            ("2026-03-01", self.junior),
            ("2026-03-04", self.junior),
            ("2026-03-05", self.senior),
            ("2026-03-07", self.senior),
            ("2026-03-08", False),
        ):
            with self.subTest(day):
                found = ownerships.search([("partner_id", "=", customer.id), ("held_on", "=", day)])
                self.assertEqual(found.user_id.id, owner and owner.id)

    def test_two_changes_on_one_day_are_both_kept_and_the_last_counts(self):
        customer = self._create_owned()
        with self.at("2026-03-05"):
            for user in (self.senior, self.manager):
                customer.user_id = user
                self._commit()
        self.assertEqual(len(self._history(customer)), 3)
        held = self.env["crm.lifecycle.ownership"].search(
            [("partner_id", "=", customer.id), ("held_on", "=", "2026-03-05")]
        )
        self.assertEqual(held.user_id, self.manager)

    def test_everybody_who_sees_the_contact_reads_it_and_nobody_writes(self):
        other = self._create_company("Lifecycle Other Company", "base.USD")
        self.env.user.company_ids = [Command.link(other.id)]
        customer = self._create_owned()
        foreign = self._create_owned()
        foreign.company_id = other
        self._commit()
        accountant = self._create_user("service_accountant", "base.group_user", INVOICING)
        for user in (self.junior, self.manager, accountant):
            with self.subTest(user.login):
                found = (
                    self.env["crm.lifecycle.ownership"]
                    .with_user(user)
                    .with_context(allowed_company_ids=self.company.ids)
                    .search([("partner_id", "in", (customer | foreign).ids)])
                )
                self.assertEqual(found.partner_id, customer)
