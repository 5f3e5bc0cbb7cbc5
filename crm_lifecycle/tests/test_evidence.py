from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import INVOICING, SALES, SALES_MANAGER, LifecycleCase


@tagged("post_install", "-at_install")
class TestEvidence(LifecycleCase):
    """The reason says what happened, and links only to what its reader may open."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = cls._create_user("lifecycle_colleague", SALES)
        cls.accountant = cls._create_user("lifecycle_accountant", INVOICING)
        cls.manager = cls._create_user("lifecycle_evidence_manager", SALES_MANAGER)
        cls.customer = cls._create_customer(user_id=cls.salesperson.id)

    def _may_open(self, user):
        """Tell for each screen whether the user is offered the link."""
        self.env.invalidate_all()
        profile = self._profile(self.customer).with_user(user)
        partner = self.customer.with_user(user)
        return (
            profile.stage_document_readable,
            profile.stage_transition_id.document_readable,
            partner.lifecycle_stage_document_readable,
        )

    def test_an_order_is_linked_for_those_who_may_read_it(self):
        self._confirm_order(self.customer, user_id=self.salesperson.id)
        self._process_queue()
        for user, offered in (
            (self.salesperson, True),
            (self.colleague, False),
            (self.manager, True),
            (self.accountant, True),
        ):
            with self.subTest(user.login):
                self.assertEqual(self._may_open(user), (offered,) * 3)

    def test_a_lead_is_linked_for_sales_alone(self):
        self._create_lead(self.customer, user_id=self.salesperson.id)
        self._process_queue()
        for user, offered in (
            (self.salesperson, True),
            (self.colleague, False),
            (self.accountant, False),
        ):
            with self.subTest(user.login):
                self.assertEqual(self._may_open(user), (offered,) * 3)

    def test_a_deleted_document_is_no_link(self):
        order = self._create_order(self.customer)
        self._create_lead(self.customer)
        self._process_queue()
        move = self._profile(self.customer).stage_transition_id
        move.write({"res_model": "sale.order", "res_id": order.id})
        order.unlink()
        self.assertEqual(self._may_open(self.manager), (False,) * 3)

    def test_a_rating_says_whether_it_was_good(self):
        for year in (2023, 2024, 2025):
            with self.at(f"{year}-03-03"):
                order = self._confirm_order(self.customer)
                self._process_queue()
        for day, value, stage, reason in (
            ("2025-03-10", 5, "advocate", "Best rating on March 10, 2025"),
            ("2025-03-20", 1, "long_term", "Poor rating on March 20, 2025"),
        ):
            with self.subTest(reason), self.at(day):
                self._rate(order, self.customer, value)
                self.assertEqual(self._stage(self.customer), stage)
                self.assertIn(reason, self._profile(self.customer).stage_reason)

    def test_a_mark_begins_today_in_the_companys_time_zone(self):
        # Past midnight for the user, not yet for the company.
        self.env.user.tz = "Europe/Brussels"
        with self.at("2026-03-03 23:30:00"):
            mark = self._create_mark(self.customer)
            self.assertEqual(str(mark.date_start), "2026-03-03")
            self.assertEqual(self._stage(self.customer), "suspect")

    def test_the_same_is_said_of_a_customer_once_at_a_time(self):
        contact = self._create_customer("Grace", is_company=False, parent_id=self.customer.id)
        self._create_mark(self.customer, date_start="2026-03-01", date_end="2026-03-31")
        for partner, start in ((self.customer, "2026-03-31"), (contact, "2026-02-01")):
            with self.subTest(start), self.assertRaises(ValidationError):
                self._create_mark(partner, date_start=start)
        self._create_mark(self.customer, "exclusive", date_start="2026-03-01")
        self._create_mark(self.customer, date_start="2026-04-01")
