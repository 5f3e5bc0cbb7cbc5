from odoo.tests import tagged

from odoo.addons.crm_lifecycle.tests.common import SALES, LifecycleCase


@tagged("post_install", "-at_install")
class TestReferralHierarchy(LifecycleCase):
    """The host's chart of whom somebody brought, and whom these brought in turn."""

    def setUp(self):
        super().setUp()
        ada, hotel, inn = (self._create_customer(name) for name in ("Ada", "Hotel", "Inn"))
        for referrer, customer in ((ada, hotel), (hotel, inn)):
            self.env["crm.lifecycle.referral"].create(
                {
                    "referrer_id": referrer.id,
                    "partner_id": customer.id,
                    "company_id": self.company.id,
                }
            )
        self.env.flush_all()
        self.tree = self.env["crm.lifecycle.referral.tree"]
        self.hotel = self.tree.search([("partner_id", "=", hotel.id)])
        self.inn = self.tree.search([("partner_id", "=", inn.id)])

    def test_the_screen_has_it_beside_the_list(self):
        action = self.env.ref("crm_lifecycle.crm_lifecycle_referral_tree_action")
        modes = [mode for _view, mode in action.views]
        self.assertEqual(modes[:2], ["list", "hierarchy"])
        self.assertIn("form", modes)

    def test_it_opens_for_salespeople(self):
        user = self._create_user("hierarchy_sales", SALES)
        views = self.tree.with_user(user).get_views([(False, "hierarchy")])
        self.assertIn("hierarchy-box", views["views"]["hierarchy"]["arch"])

    def test_children_hang_below_their_parents(self):
        rows = self.tree.hierarchy_read(
            [("id", "=", self.hotel.id)],
            {"partner_id": {"fields": {"display_name": {}}}, "child_ids": {"fields": {}}},
            "parent_id",
            "child_ids",
        )
        by_id = {row["id"]: row for row in rows}
        self.assertEqual(set(by_id), {self.hotel.id, self.inn.id})
        self.assertEqual(by_id[self.inn.id]["parent_id"]["id"], self.hotel.id)
