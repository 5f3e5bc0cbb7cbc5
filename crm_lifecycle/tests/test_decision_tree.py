from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SALES, SALES_MANAGER
from .knowledge_common import KnowledgeCase


@tagged("post_install", "-at_install")
class TestDecisionTree(KnowledgeCase):
    """Who decides at a customer, how they think of us, and who reports to whom."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ada = cls._create_contact(
            "Ada", role="decider", lifecycle_attitude="positive", function="Owner"
        )
        cls.bob = cls._create_contact("Bob", role="buyer", lifecycle_reports_to_id=cls.ada.id)
        cls.cid = cls._create_contact("Cid", lifecycle_reports_to_id=cls.bob.id)
        cls.dot = cls._create_contact("Dot", role="blocker", lifecycle_attitude="negative")
        cls._create_contact("Nobody")

    def _get_tree(self, partner=None):
        self.env.invalidate_all()
        tree = (partner or self.customer).lifecycle_decision_tree
        return tree and [(node["name"], node["level"]) for node in tree["nodes"]]

    def test_contacts_stand_below_whom_they_report_to(self):
        expected = [("Ada", 1), ("Bob", 2), ("Cid", 3), ("Dot", 1)]
        self.assertEqual(self._get_tree(), expected)
        self.assertEqual(self._get_tree(self.cid), expected)
        self.assertFalse(self._get_tree(self._create_customer("Other")))
        node = self.customer.lifecycle_decision_tree["nodes"][0]
        self.assertEqual(
            (node["id"], node["job"], node["role_name"], node["attitude_name"]),
            (self.ada.id, "Owner", "Decides", "For us"),
        )

    def test_who_is_archived_leaves_the_tree_and_others_stay(self):
        self.bob.active = False
        self.assertEqual(self._get_tree(), [("Ada", 1), ("Dot", 1), ("Cid", 1)])

    def test_who_reports_in_a_circle_is_drawn_all_the_same(self):
        self.env.flush_all()
        # As two who write at the same time leave it.
        self.env.cr.execute(
            "UPDATE res_partner SET lifecycle_reports_to_id = %s WHERE id = %s",
            [self.cid.id, self.ada.id],
        )
        self.assertEqual(self._get_tree(), [("Dot", 1), ("Ada", 1), ("Bob", 2), ("Cid", 3)])

    def test_a_long_chain_is_drawn(self):
        customer = self._create_customer("Ministry")
        contacts = self.env["res.partner"].create(
            [{"name": f"Level {place:04}", "parent_id": customer.id} for place in range(1200)]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET lifecycle_reports_to_id = id - 1 WHERE id = ANY(%s)",
            [contacts.ids[1:]],
        )
        self.env.invalidate_all()
        tree = customer.lifecycle_decision_tree
        self.assertEqual(tree["more"], 1000)
        self.assertEqual(tree["nodes"][199]["level"], 200)

    def test_contacts_of_contacts_belong_to_it_and_subsidiaries_do_not(self):
        self._create_contact("Eve", self.bob, role="user", lifecycle_reports_to_id=self.bob.id)
        subsidiary = self._create_contact("Parks Abroad", is_company=True)
        self._create_contact("Fay", subsidiary, role="decider")
        self.assertEqual(
            self._get_tree(), [("Ada", 1), ("Bob", 2), ("Eve", 3), ("Cid", 3), ("Dot", 1)]
        )
        self.assertEqual(self._get_tree(subsidiary), [("Fay", 1)])

    def test_superiors_belong_to_the_same_customer(self):
        stranger = self._create_contact("Eve", self._create_customer("Other"))
        with self.assertRaisesRegex(ValidationError, "another customer"):
            self.dot.lifecycle_reports_to_id = stranger

    def test_nobody_is_their_own_superior(self):
        for superior in (self.ada, self.bob, self.cid):
            with self.subTest(superior.name), self.assertRaisesRegex(ValidationError, "already"):
                self.ada.lifecycle_reports_to_id = superior
                self.env.flush_all()

    def test_who_moves_to_another_customer_leaves_superiors_behind(self):
        other = self._create_customer("Other")
        self.bob.parent_id = other
        self.assertFalse(self.bob.lifecycle_reports_to_id)
        self.assertFalse(self.cid.lifecycle_reports_to_id)
        self.assertEqual(self._get_tree(other), [("Bob", 1)])
        self.assertEqual(self._get_tree(), [("Ada", 1), ("Dot", 1)])

    def test_who_becomes_a_company_leaves_superiors_behind(self):
        self.cid.is_company = True
        self.assertFalse(self.cid.lifecycle_reports_to_id)

    def test_merged_contacts_do_not_report_to_themselves(self):
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.ada | self.bob).ids, self.ada
        )
        self.env.invalidate_all()
        self.assertFalse(self.ada.lifecycle_reports_to_id)
        self.assertEqual(self.cid.lifecycle_reports_to_id, self.ada)

    def _merge(self, source, destination):
        """Merge as a sales manager does, who may not see every contact."""
        user = self._create_user(
            f"tree_{source.id}_{destination.id}", SALES_MANAGER, "base.group_partner_manager"
        )
        wizards = self.env["base.partner.merge.automatic.wizard"].with_user(user)
        wizard = wizards.with_context(allowed_company_ids=self.company.ids).create({})
        wizard._merge((source | destination).ids, destination.with_env(wizard.env))
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertFalse(source.exists())

    def _hide(self, contact):
        """Let no user see a contact."""
        self.env["ir.rule"].create(
            {
                "name": "Nobody reads them",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "domain_force": f"[('id', '!=', {contact.id})]",
            }
        )

    def test_a_merged_contact_reports_to_whom_it_did_where_both_belong(self):
        for hidden in (False, True):
            source = self._create_contact("Gil", lifecycle_reports_to_id=self.ada.id)
            below = self._create_contact("Hal", lifecycle_reports_to_id=source.id)
            kept = self.partners.create({"name": "Gil"})
            if hidden:
                self._hide(self.ada)
            with self.subTest(hidden=hidden):
                self._merge(source, kept)
                self.assertEqual(kept.commercial_partner_id, self.customer)
                self.assertEqual(kept.lifecycle_reports_to_id, self.ada)
                self.assertEqual(below.lifecycle_reports_to_id, kept)

    def test_the_kept_contacts_own_superior_stays(self):
        kept = self._create_contact("Bob", lifecycle_reports_to_id=self.dot.id)
        self._merge(self.bob, kept)
        self.assertEqual(kept.lifecycle_reports_to_id, self.dot)
        self.assertEqual(self.cid.lifecycle_reports_to_id, kept)

    def test_who_is_merged_into_another_customers_contact_leaves_superiors_behind(self):
        kept = self._create_contact("Bob", self._create_customer("Other"))
        self._merge(self.bob, kept)
        self.assertFalse(kept.lifecycle_reports_to_id)
        self.assertFalse(self.cid.lifecycle_reports_to_id)

    def test_who_becomes_a_company_by_a_merge_leaves_superiors_behind(self):
        company = self._create_customer("Cid")
        self._merge(company, self.cid)
        self.assertEqual(self.cid.commercial_partner_id, self.cid)
        self.assertFalse(self.cid.lifecycle_reports_to_id)

    def test_nobody_learns_whom_they_may_not_see(self):
        seller = self._create_user("tree_sales", SALES, "base.group_partner_manager")
        stranger = self._create_contact("Secret", self._create_customer("Other"))
        own = self.dot.with_user(seller).with_context(allowed_company_ids=self.company.ids)
        with self.assertRaisesRegex(ValidationError, "Secret belongs to another"):
            own.lifecycle_reports_to_id = stranger
        colleague = self._create_contact("Secret")
        for contact in (stranger, colleague):
            self._hide(contact)
            with (
                self.subTest(contact.parent_id.name),
                self.assertRaisesRegex(ValidationError, "may not see") as refusal,
                self.env.cr.savepoint(),
            ):
                own.lifecycle_reports_to_id = contact
            self.assertNotIn("Secret", str(refusal.exception))

    def test_a_large_customers_tree_says_what_it_leaves_out(self):
        customer = self._create_customer("Large")
        self.env["res.partner"].create(
            [
                {
                    "name": f"Contact {number:03}",
                    "parent_id": customer.id,
                    "lifecycle_decision_role": "user",
                }
                for number in range(205)
            ]
        )
        tree = customer.lifecycle_decision_tree
        self.assertEqual((len(tree["nodes"]), tree["more"]), (200, 5))

    def test_a_copy_has_no_role(self):
        copy = self.ada.copy()
        self.assertFalse(copy.lifecycle_decision_role or copy.lifecycle_attitude)
