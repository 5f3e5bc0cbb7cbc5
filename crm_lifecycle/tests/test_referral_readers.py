from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES, SALES_ALL
from .referral_common import ReferralCase


@tagged("post_install", "-at_install")
class TestReferralReaders(ReferralCase):
    """Who reads which claims, and how they are called for whom."""

    def _claim_lead(self, **vals):
        lead = self._create_lead(
            self.env["res.partner"], name="Secret title", contact_name="Bo Friend", **vals
        )
        return self._refer(customer=self.env["res.partner"], lead_id=lead.id)

    def test_who_reads_no_leads_reads_no_names_of_leads(self):
        claim = self._claim_lead()
        self.assertEqual(claim.name, "Bo Friend")
        for login, group, name in (
            ("readers_books", INVOICING, "a lead"),
            ("readers_audit", READONLY_ACCOUNTING, "a lead"),
            ("readers_all", SALES_ALL, "Bo Friend"),
        ):
            mine = claim.with_user(self._create_user(login, group))
            with self.subTest(login):
                self.assertEqual(mine.name, name)
                self.assertEqual(mine.display_name, f"Ada's Garden → {name}")
                [values] = mine.web_read({"name": {}, "display_name": {}})
                self.assertEqual(values["name"], name)
        # Whoever came first leaves nothing for the others.
        self.assertEqual(claim.name, "Bo Friend")

    def test_nor_of_a_colleagues_lead(self):
        own = self._create_user("readers_own", SALES)
        claim = self._claim_lead(user_id=self.colleague.id)
        claim.sudo().user_id = own
        self.assertEqual(claim.with_user(own).name, "a lead")
        claim.sudo().lead_id.user_id = own
        self.env.invalidate_all()
        self.assertEqual(claim.with_user(own).name, "Bo Friend")

    def test_customers_have_their_names(self):
        accountant = self._create_user("readers_books", INVOICING)
        claim = self._refer()
        self.assertEqual(claim.with_user(accountant).name, "Park Hotel")

    def test_who_reads_reward_and_tree_reads_the_claim(self):
        """Also where a contact of the referring customer made it."""
        own = self._create_user("readers_own", SALES)
        contact = self.env["res.partner"].create(
            {"name": "Grace", "parent_id": self.referrer.id, "user_id": self.colleague.id}
        )
        self.customer.user_id = self.colleague
        claim = self._refer(contact)
        reward = (
            self.env["crm.lifecycle.referral.reward"]
            .sudo()
            .create({"referral_id": claim.id, "amount": 50.0, "date_due": "2026-03-10"})
        )
        for owner, sees in ((own, True), (self.env["res.users"], True), (self.colleague, False)):
            self.referrer.user_id = owner
            self.env.flush_all()
            self.env.invalidate_all()
            for record, name in ((claim, "id"), (reward, "id"), (claim, "referral_id")):
                model = record._name if name == "id" else "crm.lifecycle.referral.tree"
                found = self.env[model].with_user(own).search([(name, "=", record.id)])
                with self.subTest(owner=owner.name, model=model):
                    self.assertEqual(bool(found), sees)
                    if found:
                        found.read(["display_name"])

    def test_leads_of_nobodys_referrers_are_not_for_everybody(self):
        own = self._create_user("readers_own", SALES)
        claim = self._claim_lead(user_id=self.colleague.id)
        self.assertFalse(self.referrals.with_user(own).search([("id", "=", claim.id)]))
        self.referrer.user_id = own
        self.assertTrue(self.referrals.with_user(own).search([("id", "=", claim.id)]))
