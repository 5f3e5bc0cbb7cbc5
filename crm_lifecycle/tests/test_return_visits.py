from unittest.mock import patch

from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import READONLY_ACCOUNTING, SALES
from .reminder_common import ReminderCase


@tagged("post_install", "-at_install")
class TestReturnVisits(ReminderCase):
    """After an order is delivered and invoiced the customer is called on again, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_return_visit_days = 14
        cls.visits = cls.env["crm.lifecycle.return.visit"]

    def _order(self, day="2026-03-02", invoiced="2026-03-03", customer=None, **vals):
        with self.at(day):
            order = self._confirm_order(
                customer or self.customer, **{"user_id": self.senior.id, **vals}
            )
        if invoiced:
            with self.at(invoiced):
                self._invoice_order(order)
        self.env.flush_all()
        return order

    def _visit(self, order):
        return self.visits.search([("order_id", "=", order.id)])

    def test_a_visit_is_planned_after_the_order(self):
        order = self._order()
        self._remind("2026-03-04")
        visit = self._visit(order)
        self.assertEqual(visit.date_due, self._day("2026-03-17"))
        self.assertEqual((visit.state, visit.user_id), ("due", self.senior))
        self.assertEqual((visit.partner_id, visit.company_id), (self.customer, self.company))
        self.assertEqual(visit.activity_id.user_id, self.senior)
        self.assertEqual(visit.activity_id.date_deadline, self._day("2026-03-17"))
        self.assertIn(order.name, visit.activity_id.summary)
        self.assertEqual(order.lifecycle_return_visit_state, "due")

    def test_a_second_run_plans_nothing_twice(self):
        order = self._order()
        for day in ("2026-03-04", "2026-03-04", "2026-03-05"):
            self._remind(day)
        self.assertEqual(len(self._visit(order)), 1)
        self.assertEqual(len(self._activities(self.customer)), 1)

    def test_an_order_of_several_lines_gets_one(self):
        order = self._order(invoiced=False)
        order.order_line.copy({"order_id": order.id})
        with self.at("2026-03-03"):
            self._invoice_order(order)
        # Bridges add to where the orders are looked up; without any there is one query.
        invoiced_lately = self.env["crm.lifecycle.reminder"]._get_orders_lately
        with patch.object(
            type(self.env["crm.lifecycle.reminder"]),
            "_get_orders_lately",
            lambda _self, since: invoiced_lately(since)[:1],
        ):
            self._remind("2026-03-04")
        self.assertEqual(len(self._visit(order)), 1)

    def test_nothing_is_planned_where_it_is_switched_off(self):
        self.company.lifecycle_return_visit_days = 0
        order = self._order()
        self._remind("2026-03-04")
        self.assertFalse(self._visit(order))

    def test_an_order_that_is_not_invoiced_waits(self):
        order = self._order(invoiced=False)
        self._remind("2026-03-04")
        self.assertFalse(self._visit(order))
        with self.at("2026-03-30"):
            self._invoice_order(order)
        self._remind("2026-03-30")
        self.assertEqual(self._visit(order).date_due, self._day("2026-04-13"))

    def test_an_order_that_is_not_delivered_waits(self):
        order = self._order()
        model = type(order)
        with patch.object(model, "_get_lifecycle_delivered_days", lambda self: {}):
            self._remind("2026-03-04")
        self.assertFalse(self._visit(order))
        delivered = self._day("2026-03-05")
        with patch.object(model, "_get_lifecycle_delivered_days", lambda self: {order: delivered}):
            self._remind("2026-03-06")
        self.assertEqual(self._visit(order).date_due, self._day("2026-03-19"))

    def test_old_orders_are_history(self):
        order = self._order()
        for day, found in (("2026-04-17", 0), ("2026-04-16", 1)):
            with self.subTest(day):
                self._remind(day)
                self.assertEqual(len(self._visit(order)), found)

    def test_a_credited_order_gets_none_and_loses_the_one_it_has(self):
        order = self._order()
        credited = self._order()
        self._refund_order(credited)
        self._remind("2026-03-04")
        self.assertFalse(self._visit(credited))
        self._refund_order(order)
        self._remind("2026-03-06")
        visit = self._visit(order)
        self.assertEqual((visit.state, visit.reason), ("dropped", "The order was credited"))
        self.assertFalse(self._activities(self.customer))

    def _refund_order(self, order):
        with self.at("2026-03-04"):
            self._refund(order.invoice_ids)
        self.env.flush_all()

    def test_a_part_credited_leaves_the_visit(self):
        order = self._order()
        self._remind("2026-03-04")
        with self.at("2026-03-05"):
            self._refund(order.invoice_ids, 0.5)
        self._remind("2026-03-05")
        self.assertEqual(self._visit(order).state, "due")

    def test_a_cancelled_order_loses_it(self):
        order = self._order()
        self._remind("2026-03-04")
        order._action_cancel()
        self._remind("2026-03-04")
        self.assertEqual(self._visit(order).state, "dropped")
        self.assertEqual(self._visit(order).reason, "The order was cancelled")
        self.assertFalse(self._activities(self.customer))

    def test_an_archived_customer_loses_it(self):
        order = self._order()
        self._remind("2026-03-04")
        self.customer.active = False
        self._remind("2026-03-04")
        self.assertEqual(self._visit(order).state, "dropped")

    def test_who_wants_no_contact_gets_none(self):
        order = self._order()
        self.customer.lifecycle_opt_out = True
        self._remind("2026-03-04")
        visit = self._visit(order)
        self.assertEqual((visit.state, visit.reason), ("dropped", "The customer wants no contact"))
        self.assertFalse(self._activities(self.customer))

    def test_no_visit_on_a_day_off_or_a_quiet_day(self):
        order = self._order(invoiced="2026-03-07")
        self.customer.lifecycle_quiet_weekdays = "1"
        self._remind("2026-03-08")
        visit = self._visit(order)
        self.assertEqual(visit.date_due, self._day("2026-03-21"))
        self.assertEqual(visit.activity_id.date_deadline, self._day("2026-03-24"))

    def test_a_deputy_has_it_for_as_long_as_somebody_is_away(self):
        self.env["crm.lifecycle.absence"].create(
            {
                "user_id": self.senior.id,
                "deputy_id": self.junior.id,
                "date_start": "2026-03-04",
                "date_end": "2026-03-05",
            }
        )
        order = self._order()
        for day, user in (("2026-03-04", self.junior), ("2026-03-06", self.senior)):
            with self.subTest(day):
                self._remind(day)
                visit = self._visit(order)
                self.assertEqual((visit.user_id, visit.activity_id.user_id), (self.senior, user))

    def test_of_an_archived_salesperson_the_leader_gets_it(self):
        order = self._order()
        self.senior.active = False
        self._remind("2026-03-04")
        self.assertEqual(self._visit(order).user_id, self.leader)

    def test_of_nobody_it_waits_without_an_activity(self):
        order = self._order(user_id=False)
        self.customer.user_id = False
        order.user_id = False
        self._remind("2026-03-04")
        visit = self._visit(order)
        self.assertTrue(visit)
        self.assertFalse(visit.user_id | visit.activity_id.user_id)
        visit.user_id = self.junior
        self._remind("2026-03-05")
        self.assertEqual(visit.activity_id.user_id, self.junior)

    def test_days_are_those_of_the_company(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        order = self._order("2026-03-02 20:00:00", "2026-03-02 20:00:00")
        self.assertEqual(
            order.with_company(self.company)._get_lifecycle_delivered_days(),
            {order: self._day("2026-03-03")},
        )

    # ------------------------------------------------------------
    # RESULTS
    # ------------------------------------------------------------

    def _get_planned(self):
        order = self._order()
        self._remind("2026-03-04")
        return self._visit(order)

    def test_one_click_finishes_it_and_is_a_contact(self):
        visit = self._get_planned().with_user(self.senior)
        activity = visit.sudo().activity_id
        with self.at("2026-03-17"):
            visit.write({"satisfaction": "5", "note": "Very happy"})
            visit.action_done()
        self.assertEqual((visit.state, visit.done_on), ("done", self._day("2026-03-17")))
        self.assertEqual((visit.outcome, visit.score), ("reached", 5))
        self.assertEqual(activity.lifecycle_satisfaction, "5")
        self.assertTrue(activity.date_done)
        self.assertIn("Very happy", self.customer.message_ids[:1].body)
        with self.assertRaises(UserError):
            visit.action_done()
        self._remind("2026-03-18")
        self.assertEqual(visit.state, "done")

    def test_open_questions_come_first(self):
        visit = self._get_planned().with_user(self.senior)
        self.env["crm.lifecycle.question"].create(
            {"name": "Size?", "partner_id": self.customer.id, "company_id": self.company.id}
        )
        with self.assertRaises(RedirectWarning):
            visit.action_done()

    def test_finishing_the_activity_finishes_it(self):
        visit = self._get_planned()
        activity = visit.activity_id.with_user(self.senior)
        activity.lifecycle_satisfaction = "2"
        with self.at("2026-03-17"):
            activity.action_feedback(feedback="Too dear")
        self.assertEqual((visit.state, visit.satisfaction), ("done", "2"))
        self.assertEqual(visit.note, "Too dear")

    def test_who_was_not_reached_is_called_again(self):
        visit = self._get_planned()
        with self.at("2026-03-17"):
            visit.activity_id.lifecycle_outcome = "no_answer"
            visit.activity_id.action_feedback()
        self.assertEqual((visit.state, visit.attempts), ("due", 1))
        self._remind("2026-03-17")
        self.assertEqual(visit.activity_id.date_deadline, self._day("2026-03-18"))

    def test_an_attempt_in_vain_is_followed_by_one_attempt(self):
        visit = self._get_planned()
        with self.at("2026-03-17"):
            visit.activity_id.with_user(self.senior)._finish_attempt("no_answer")
        self._remind("2026-03-17")
        [following] = self._activities(self.customer)
        self.assertEqual((visit.state, visit.activity_id, visit.attempts), ("due", following, 1))
        with self.at("2026-03-17"):
            self.env["mail.activity"].with_user(self.senior)._undo_last_result()
        [again] = self._activities(self.customer)
        self.assertEqual((visit.state, visit.activity_id, visit.attempts), ("due", again, 0))

    def test_undoing_the_result_has_it_due_again(self):
        visit = self._get_planned()
        activity = visit.activity_id
        with self.at("2026-03-17"):
            activity.with_user(self.senior)._finish_attempt("reached")
            self.assertEqual(visit.state, "done")
            self.env["mail.activity"].with_user(self.senior)._undo_last_result()
        self.assertEqual((visit.state, visit.activity_id), ("due", activity))
        self.assertTrue(activity.active)

    def test_reopened_it_is_planned_anew(self):
        visit = self._get_planned()
        with self.at("2026-03-17"):
            visit.activity_id.with_user(self.senior).action_feedback()
            visit.with_user(self.senior).action_reopen()
        self._remind("2026-03-18")
        self.assertEqual(visit.state, "due")
        self.assertEqual(self._activities(self.customer), visit.activity_id)

    def test_skipping_needs_a_reason(self):
        visit = self._get_planned().with_user(self.senior)
        with self.assertRaises(UserError):
            visit.action_skip()
        visit.reason = "They moved"
        visit.action_skip()
        self.assertEqual((visit.state, visit.reason), ("skipped", "They moved"))
        self.assertFalse(self._activities(self.customer))
        visit.action_reopen()
        self._remind("2026-03-05")
        self.assertEqual(len(self._activities(self.customer)), 1)

    def test_deleting_the_activity_skips_it(self):
        visit = self._get_planned()
        visit.activity_id.with_user(self.senior).unlink()
        self.assertEqual(visit.state, "skipped")
        self.assertIn(self.senior.name, visit.reason)

    def test_who_and_when_are_the_same_on_both(self):
        visit = self._get_planned()
        visit.write({"user_id": self.junior.id, "date_due": "2026-03-20"})
        self.assertEqual(visit.activity_id.user_id, self.junior)
        self.assertEqual(visit.activity_id.date_deadline, self._day("2026-03-20"))
        visit.activity_id.user_id = self.senior
        self.assertEqual(visit.user_id, self.senior)

    def test_a_defect_leaves_the_hosts_activity_done(self):
        visit = self._get_planned()
        activity = visit.activity_id
        with (
            patch.object(type(self.visits), "_finish_for", side_effect=ValueError("test")),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"),
        ):
            activity.action_feedback()
        self.assertTrue(activity.date_done)

    # ------------------------------------------------------------
    # RIGHTS
    # ------------------------------------------------------------

    def test_nobody_forges_a_result(self):
        visit = self._get_planned()
        with self.assertRaises(AccessError):
            visit.with_user(self.manager).state = "done"
        with self.assertRaises(AccessError):
            visit.with_user(self.senior).partner_id = self._create_customer("Somebody else")

    def test_own_visits_alone(self):
        visit = self._get_planned()
        outsider = self._create_user("visit_seller", SALES)
        auditor = self._create_user("visit_auditor", READONLY_ACCOUNTING)
        self.assertEqual(self.visits.with_user(self.senior).search([]), visit)
        self.assertFalse(self.visits.with_user(outsider).search([]))
        self.assertIn(visit, self.visits.with_user(auditor).search([]))
        with self.assertRaises(AccessError):
            visit.with_user(auditor).action_done()
        with self.assertRaises(AccessError):
            visit.with_user(outsider).action_done()

    def test_merged_customers_keep_their_visits(self):
        first = self._get_planned()
        other = self._create_customer("Moor Hotel", user_id=self.senior.id)
        second = self._order(customer=other)
        self._remind("2026-03-04")
        second = self._visit(second)
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.customer | other).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual((first | second).partner_id, self.customer)
        self.assertEqual(len((first | second).activity_id), 2)
        self.assertEqual(set(self._activities(self.customer)), set((first | second).activity_id))

    def test_queries_do_not_grow_by_order(self):
        def count(number):
            for place in range(number):
                self._order(customer=self._create_customer(f"C {number} {place}"))
            self.env.flush_all()
            self.env.invalidate_all()
            with self.at("2026-03-04"):
                before = self.env.cr.sql_log_count
                self.reminder._work_off(self.company, "visits_new")
                self.reminder._work_off(self.company, "visits_unplanned")
                self.env.flush_all()
                return self.env.cr.sql_log_count - before

        count(1)
        self.assertLessEqual(count(8), count(2) + 2)
