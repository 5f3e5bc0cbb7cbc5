from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SALES_ALL
from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestFollowUpEnd(FollowUpCase):
    """How a follow-up ends: done, reached otherwise, skipped, no longer wanted."""

    def setUp(self):
        super().setUp()
        self.customer = self._create_due()
        self._schedule()
        self.follow_up = self._open(self.customer)

    def _finish(self, day, **result):
        with self.at(day):
            activity = self.follow_up.activity_id.with_user(self.senior)
            activity.sudo().write(result)
            activity.action_feedback(feedback="Spoke")
        self.env.flush_all()

    def test_done_on_the_day_is_on_time(self):
        self._finish("2026-03-10")
        self.assertEqual(self.follow_up.state, "done")
        self.assertEqual(self.follow_up.outcome, "reached")
        self.assertEqual(self.follow_up.closed_on, self._day("2026-03-10"))
        self.assertTrue(self.follow_up.is_punctual)

    def test_done_later_is_late_by_so_many_days(self):
        self._finish("2026-03-13")
        self.assertEqual(self.follow_up.days_late, 3)
        self.assertFalse(self.follow_up.is_punctual)

    def test_nobody_reached_leaves_it_open_for_the_next_working_day(self):
        # 2026-03-13 is a Friday.
        self._finish("2026-03-13", lifecycle_outcome="no_answer")
        self.assertEqual(self.follow_up.state, "open")
        self.assertEqual(self.follow_up.attempts, 1)
        self._schedule("2026-03-13")
        self.assertEqual(self._open(self.customer), self.follow_up)
        self.assertEqual(self.follow_up.activity_id.date_deadline, self._day("2026-03-16"))

    def test_what_somebody_planned_meanwhile_is_the_next_attempt(self):
        self._finish("2026-03-10", lifecycle_outcome="message_left")
        self.call.lifecycle_channel = "call"
        planned = self.customer.activity_schedule(
            "mail.mail_activity_data_call", date_deadline=self._day("2026-03-18")
        )
        planned.user_id = self.senior
        self._schedule("2026-03-11")
        self.assertEqual(self.follow_up.activity_id, planned)

    def test_what_somebody_planned_is_theirs_whatever_becomes_of_it(self):
        self._finish("2026-03-10", lifecycle_outcome="message_left")
        self.call.lifecycle_channel = "call"
        planned = self.customer.activity_schedule(
            "mail.mail_activity_data_call", date_deadline=self._day("2026-03-18")
        )
        planned.user_id = self.senior
        self._schedule("2026-03-11")
        self._set_dates(self.customer, last_contact_date="2026-03-12")
        self._schedule("2026-03-12")
        self.assertEqual(self.follow_up.state, "met")
        self.assertTrue(planned.exists().active)

    def test_what_somebody_plans_takes_its_place(self):
        self._set_dates(self.customer, planned_contact_date="2026-03-12")
        self._schedule("2026-03-11")
        self.assertEqual(self.follow_up.state, "dropped")
        self.assertIn("03/12/2026", self.follow_up.reason)

    def test_who_wants_no_contact_is_let_alone_at_once(self):
        self.customer.lifecycle_opt_out = True
        other = self._create_due("Other")
        other.lifecycle_opt_out = True
        self._schedule("2026-03-11")
        self.assertEqual(self.follow_up.state, "dropped")
        self.assertFalse(self._all(other))

    def test_another_contact_closes_it_and_its_activity(self):
        activity = self.follow_up.activity_id
        self._set_dates(self.customer, last_contact_date="2026-03-11")
        self._schedule("2026-03-11")
        self.assertEqual(self.follow_up.state, "met")
        self.assertFalse(activity.exists())

    def test_a_contact_before_it_was_planned_does_not_close_it(self):
        self._set_dates(self.customer, last_contact_date="2026-03-10")
        self.follow_up.contact_before = "2026-03-10"
        self._schedule("2026-03-11")
        self.assertEqual(self.follow_up.state, "open")

    def test_somebody_not_wanted_any_more_is_dropped(self):
        other = self._create_cadence("Weekly", interval=7)
        for change in (
            {"cadence_id": other.id},
            {"next_contact_date": False},
            {"next_contact_date": "2026-04-20"},
            {"active": False},
        ):
            with self.subTest(change), self.env.cr.savepoint() as savepoint:
                activity = self.follow_up.activity_id
                self._set_dates(self.customer, **change)
                self._schedule("2026-03-11")
                self.assertEqual(self.follow_up.state, "dropped")
                self.assertFalse(activity.exists())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_who_cancels_the_activity_skips_the_customer_for_an_interval(self):
        with self.at("2026-03-10"):
            self.follow_up.activity_id.with_user(self.senior).action_cancel()
        self.assertEqual(self.follow_up.state, "skipped")
        self._schedule("2026-04-08")
        self.assertFalse(self._open(self.customer))
        self._schedule("2026-04-09")
        self.assertTrue(self._open(self.customer))

    def test_the_salesperson_skips_their_own_and_nobody_elses(self):
        with self.assertRaises(AccessError):
            self.follow_up.with_user(self.junior).action_skip()
        self.customer.user_id = False
        with self.assertRaises(UserError):
            self.follow_up.with_user(self.junior).action_skip()
        with self.at("2026-03-10"):
            self.follow_up.with_user(self.senior).action_skip()
        self.assertEqual(self.follow_up.state, "skipped")
        self.assertFalse(self.follow_up.activity_id)

    def test_another_companys_are_not_skipped(self):
        other = self._create_company("Other", "base.EUR")
        boss = self._create_user("skip_boss", SALES_ALL, company=other)
        with self.assertRaises(AccessError):
            self.follow_up.with_user(boss).with_context(allowed_company_ids=other.ids).action_skip()
        self.assertEqual(self.follow_up.state, "open")

    def test_closed_ones_stay_as_they_are(self):
        self._finish("2026-03-10")
        self.follow_up.action_skip()
        self.assertEqual(self.follow_up.state, "done")

    def test_merged_customers_keep_all_but_one_open_follow_up_of_a_cadence(self):
        other = self._create_due("Other")
        done = self.follow_ups.create(
            {
                "partner_id": other.id,
                "company_id": self.company.id,
                "cadence_id": self.cadence.id,
                "date_due": "2026-01-10",
                "state": "done",
            }
        )
        self._schedule()
        dropped = self._open(other)
        activity = dropped.activity_id
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (other | self.customer).ids, self.customer
        )
        self.env.invalidate_all()
        self.assertEqual(self._open(self.customer), self.follow_up)
        self.assertEqual((done | dropped).partner_id, self.customer)
        self.assertEqual(dropped.state, "dropped")
        self.assertFalse(activity.exists())
