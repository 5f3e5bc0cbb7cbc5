from odoo.exceptions import UserError
from odoo.tests import tagged

from .remedy_common import RemedyCase
from .value_common import ValueCase


@tagged("post_install", "-at_install")
class TestRemedyCost(RemedyCase, ValueCase):
    """What a remedy takes counts as cost to serve its customer, as long as it is done."""

    def _assert_cost(self, amount, day="2026-03-12"):
        with self.at(day):
            self.assertValue(service=amount)
            self.assertValue(span="total", service=amount)

    def test_counts_once_it_is_done_and_no_more_when_it_was_not(self):
        self.company.lifecycle_remedy_limit = 20.0
        remedy = self._propose(0.0, kind="other", move_id=False, cost=45.0)
        self._as(self.manager, remedy).action_approve()
        self._assert_cost(0.0)
        self._make(remedy, self.salesperson)
        self._assert_cost(45.0)
        with self.assertRaises(UserError):
            self._as(self.salesperson, remedy).action_cancel()
        self._as(self.manager, remedy).action_cancel()
        self.assertEqual((remedy.state, remedy.done_on), ("cancelled", False))
        self._assert_cost(0.0)

    def test_of_a_credit_note_that_is_cancelled(self):
        remedy = self._propose(30.0, cost=15.0)
        self._make(remedy)
        self._assert_cost(15.0)
        self.assertFalse(remedy.is_undone)
        with self.assertRaises(UserError):
            self._as(self.manager, remedy).action_cancel()
        remedy.credit_move_id.button_cancel()
        self.assertTrue(remedy.is_undone)
        self._as(self.salesperson, remedy).action_cancel()
        self._assert_cost(0.0)
        self.assertEqual(self.complaint.remedy_amount, 0.0)

    def test_of_a_credit_note_made_again(self):
        remedy = self._propose(30.0, cost=15.0)
        self._make(remedy)
        remedy.credit_move_id.button_cancel()
        self._make(remedy)
        self.assertEqual(remedy.credit_move_id.state, "draft")
        self._assert_cost(15.0)

    def test_of_a_complaint_that_is_deleted(self):
        self._make(self._propose(0.0, kind="other", move_id=False, cost=45.0), self.salesperson)
        self._assert_cost(45.0)
        with self.assertRaises(UserError):
            self.complaint.unlink()

    def test_of_a_contact_who_is_deleted(self):
        person = self._create_customer("Bob", is_company=False, parent_id=self.customer.id)
        complaint = self._complain(person)
        remedy = self._propose(0.0, kind="other", move_id=False, cost=45.0, complaint=complaint)
        self._make(remedy, self.salesperson)
        self._assert_cost(45.0)
        person.unlink()
        self.assertEqual((remedy.state, complaint.partner_id), ("done", self.customer))
        self._assert_cost(45.0)

    def test_stays_when_complaints_are_merged(self):
        self._make(self._propose(0.0, kind="other", move_id=False, cost=45.0), self.salesperson)
        self.complaint._merge_into(self._complain())
        self._assert_cost(45.0)
