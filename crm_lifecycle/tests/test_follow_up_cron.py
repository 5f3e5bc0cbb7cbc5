from odoo import sql_db
from odoo.tests import tagged
from odoo.tools import SQL

from .follow_up_common import FollowUpCase


@tagged("post_install", "-at_install")
class TestFollowUpCron(FollowUpCase):
    """The job goes through all companies, one worker at a time."""

    def test_the_cron_plans_what_is_due(self):
        customer = self._create_due()
        self.env.cr.flush()
        with self.at("2026-03-10 10:00:00"), self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_follow_up").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self._open(customer).user_id, self.senior)

    def test_a_company_that_somebody_works_on_is_left_to_them(self):
        customer = self._create_due()
        with sql_db.db_connect(self.env.cr.dbname).cursor() as other:
            other.execute(
                SQL(
                    "SELECT pg_advisory_xact_lock(%s, %s)",
                    self.follow_ups._job_lock_space,
                    self.company.id,
                )
            )
            self._schedule()
            self.assertFalse(self._open(customer))
            other.rollback()
        self._schedule()
        self.assertTrue(self._open(customer))

    def test_from_contact_to_contact(self):
        """What is done moves the clock, and the next one comes when it is its turn."""
        customer = self._create_buyer(owner=self.senior)
        with self.at("2026-03-03"):
            self._process_queue()
        done = 0
        for day in ("2026-04-08", "2026-04-09", "2026-04-10", "2026-06-01", "2026-06-02"):
            self._schedule(f"{day} 08:00:00")
            with self.at(f"{day} 13:00:00"):
                activity = self._open(customer).activity_id
                if activity and str(activity.date_deadline) <= day:
                    activity.with_user(self.senior).action_feedback()
                    done += 1
                # Before the queue has caught up, and after it.
                self._schedule(f"{day} 14:00:00")
                self.assertFalse(self._open(customer))
                self._process_queue()
                self._schedule(f"{day} 15:00:00")
                self.assertFalse(self._open(customer))
        self.assertEqual(self._all(customer).mapped("state"), ["done"] * done)
        self.assertEqual(done, 2)
