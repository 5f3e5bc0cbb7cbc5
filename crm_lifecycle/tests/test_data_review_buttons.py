from lxml import etree

from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES, LifecycleCase


@tagged("post_install", "-at_install")
class TestDataReviewButtons(LifecycleCase):
    """Nobody is shown a button that fails."""

    def _buttons(self, user, view_type):
        rows = self.env["crm.lifecycle.data.review"].with_user(user)
        view = rows.get_views([(False, view_type)])["views"][view_type]
        return {node.get("name") for node in etree.fromstring(view["arch"]).iter("button", "a")}

    def test_who_only_reads_is_shown_none(self):
        user = self._create_user("review_reader", "base.group_user", READONLY_ACCOUNTING)
        for view_type in ("list", "kanban"):
            self.assertFalse(self._buttons(user, view_type) - {None})

    def test_accountants_do_not_confirm(self):
        user = self._create_user("review_books", "base.group_user", INVOICING)
        for view_type in ("list", "kanban"):
            self.assertNotIn("action_confirm", self._buttons(user, view_type))

    def test_salespeople_confirm_and_archive(self):
        user = self._create_user("review_seller", SALES)
        self.assertLessEqual(
            {"action_confirm", "action_archive_partner"}, self._buttons(user, "list")
        )
        self.assertIn("action_confirm", self._buttons(user, "kanban"))

    def test_only_who_may_merge_contacts_is_shown_that(self):
        user = self._create_user("review_merger", SALES, "base.group_partner_manager")
        for view_type in ("list", "kanban"):
            self.assertIn("action_merge", self._buttons(user, view_type))
        user = self._create_user("review_plain_seller", SALES)
        for view_type in ("list", "kanban"):
            self.assertNotIn("action_merge", self._buttons(user, view_type))
