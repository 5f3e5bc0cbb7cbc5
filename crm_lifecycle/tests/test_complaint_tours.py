from odoo.tests import HttpCase, tagged

from .complaint_common import ComplaintCase


@tagged("post_install", "-at_install")
class TestComplaintTours(ComplaintCase, HttpCase):
    """A salesperson enters a complaint from an order, and works on it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.name = "Tour Garden"
        cls.complaint = cls("_complain")._complain(subject="Tour paint peels")

    def test_from_the_order(self):
        order = self._confirm_order(self.customer, user_id=self.salesperson.id)
        self.start_tour(
            f"/odoo/action-sale.action_orders/{order.id}",
            "crm_lifecycle_complaint",
            login=self.salesperson.login,
        )
        made = self.complaints.search([("subject", "=", "Tour bench wobbles")])
        self.assertEqual(made.order_ids, order)
        self.assertEqual(made.user_id, self.salesperson)
        self.assertEqual((made.step_code, made.reopened_count), ("investigating", 1))

    def test_the_board(self):
        self.start_tour(
            "/odoo/complaints",
            "crm_lifecycle_complaint_board",
            login=self.salesperson.login,
        )
        self.assertEqual(self.complaint.step_code, "confirmed")
