from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestFollowUpPlanning(FollowUpCase):
    """Whoever is due gets one activity, quietly, and nobody gets two."""

    def test_somebody_due_gets_an_activity_of_the_salesperson(self):
        customer = self._create_due()
        self._schedule()
        follow_up = self._open(customer)
        self.assertEqual(follow_up.user_id, self.senior)
        self.assertEqual(follow_up.date_due, self._day("2026-03-10"))
        activity = follow_up.activity_id
        self.assertEqual((activity.res_model, activity.res_id), ("res.partner", customer.id))
        self.assertEqual(activity.activity_type_id, self.call)
        self.assertEqual(activity.user_id, self.senior)
        self.assertEqual(activity.date_deadline, self._day("2026-03-10"))
        self.assertEqual(activity.summary, "Monthly")

    def test_the_same_day_run_twice_plans_nothing_twice(self):
        customers = [self._create_due(f"Buyer {number}") for number in range(5)]
        self._schedule()
        planned = self._open(*customers)
        self.assertEqual(len(planned), 5)
        activities = planned.activity_id
        self._schedule()
        self.assertEqual(self._open(*customers), planned)
        self.assertEqual(planned.activity_id, activities)

    def test_who_is_not_due_yet_is_left_alone(self):
        self.cadence.lead_days = 3
        for due, planned in (("2026-03-13", 1), ("2026-03-14", 0)):
            with self.subTest(due):
                customer = self._create_due(due, due=due)
                self._schedule()
                self.assertEqual(len(self._open(customer)), planned)

    def test_a_day_long_past_is_planned_for_today(self):
        customer = self._create_due(due="2026-01-05")
        self._schedule()
        self.assertEqual(self._open(customer).date_due, self._day("2026-03-10"))

    def test_no_quiet_day_and_no_day_off_is_one_to_catch_up_on(self):
        quiet = self._create_due("Quiet", due="2026-03-06")
        quiet.lifecycle_quiet_weekdays = "2"
        self._schedule()
        self.assertEqual(self._open(quiet).date_due, self._day("2026-03-11"))
        late = self._create_due("Late", due="2026-03-06")
        self._schedule("2026-03-14")
        self.assertEqual(self._open(late).activity_id.date_deadline, self._day("2026-03-16"))

    def test_what_is_done_is_not_planned_again_before_the_customer_is_looked_at(self):
        customer = self._create_due()
        self._schedule()
        with self.at("2026-03-10 13:00:00"):
            self._open(customer).activity_id.with_user(self.senior).action_feedback()
        self._schedule("2026-03-10 14:00:00")
        self.assertEqual(self._all(customer).mapped("state"), ["done"])

    def test_a_type_that_reaches_nobody_is_refused(self):
        with self.assertRaises(ValidationError):
            self.cadence.activity_type_id = self.env.ref("mail.mail_activity_data_todo")

    def test_nothing_is_planned_on_top_of_what_is_planned(self):
        customer = self._create_due(planned_contact_date="2026-03-20")
        self._schedule()
        self.assertFalse(self._open(customer))

    def test_nothing_is_planned_too_soon(self):
        customer = self._create_due(earliest_contact_date="2026-03-11")
        self._schedule()
        self.assertFalse(self._open(customer))
        self._schedule("2026-03-11")
        self.assertEqual(self._open(customer).date_due, self._day("2026-03-11"))

    def test_nobody_becomes_a_follower_and_nobody_gets_a_message_for_each(self):
        customer = self._create_due()
        followers = customer.message_follower_ids
        messages = self.env["mail.message"].search_count([])
        self._schedule()
        self.assertTrue(self._open(customer).activity_id)
        self.assertEqual(customer.message_follower_ids, followers)
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    def test_companies_that_did_not_switch_it_on_plan_nothing(self):
        self.company.lifecycle_follow_ups = False
        self.assertNotIn(self.company, self.follow_ups._get_companies())
        self.company.lifecycle_follow_ups = True
        self.assertIn(self.company, self.follow_ups._get_companies())

    def test_an_archived_customer_is_left_alone(self):
        customer = self._create_due()
        customer.active = False
        self._schedule()
        self.assertFalse(self._open(customer))

    def test_the_customers_wish_decides_on_how(self):
        mail = self.env.ref("mail.mail_activity_data_email")
        mail.lifecycle_channel = "mail"
        customer = self._create_due()
        customer.lifecycle_contact_channel = "mail"
        self._schedule()
        self.assertEqual(self._open(customer).activity_id.activity_type_id, mail)

    def test_what_is_still_open_stands_on_the_activity(self):
        customer = self._create_due()
        self.cadence.note = "Ask for <the> garden"
        self.env["crm.lifecycle.question"].create(
            {"partner_id": customer.id, "company_id": self.company.id, "name": "Which colour?"}
        )
        self._schedule()
        note = self._open(customer).activity_id.note
        self.assertIn("Which colour?", note)
        self.assertIn("Ask for &lt;the&gt; garden", note)

    def test_one_that_fails_does_not_stop_the_rest(self):
        customers = [self._create_due(f"Buyer {number}") for number in range(4)]
        plan = type(self.follow_ups)._plan_activities

        def fail_for_second(records, *args, **kwargs):
            if customers[1] in records.partner_id:
                raise ValueError("test")
            return plan(records, *args, **kwargs)

        with (
            patch.object(type(self.follow_ups), "_plan_activities", fail_for_second),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_job_mixin"),
        ):
            self._schedule()
        planned = self._open(*customers).partner_id
        self.assertEqual(set(planned), {customers[0], customers[2], customers[3]})
        self._schedule()
        self.assertEqual(len(self._open(*customers)), 4)

    def test_the_number_of_queries_does_not_grow_by_customer(self):
        def count(number):
            customers = [self._create_due(f"Buyer {number} {place}") for place in range(number)]
            self.env.flush_all()
            self.env.invalidate_all()
            with self.at("2026-03-10"):
                before = self.env.cr.sql_log_count
                self.follow_ups._work_off(self.company, "due", 0)
                self.env.flush_all()
                spent = self.env.cr.sql_log_count - before
            self.assertEqual(len(self._open(*customers)), number)
            return spent

        count(1)
        few, many = count(5), count(50)
        # The host's flushing goes by a hundred rows.
        self.assertLessEqual(many, few + 2)
