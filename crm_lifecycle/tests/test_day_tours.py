from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .day_common import DayCase


class DayTourCase(DayCase, HttpCase):
    """Four customers to call, three of whom fit into the day."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Whatever the weekday is on which the tests run.
        calendar = cls.company.resource_calendar_id
        calendar.attendance_ids = [Command.clear()] + [
            Command.create(
                {
                    "name": "Day",
                    "dayofweek": str(day),
                    "hour_from": 8,
                    "hour_to": 12,
                    "day_period": "morning",
                }
            )
            for day in range(7)
        ]
        # 240 minutes: three contacts of 80 minutes.
        cls.company.lifecycle_day_share = 100
        cls.company.lifecycle_minutes_call = 80
        today = fields.Date.today()
        cls.planned = [
            cls("_plan")._plan(
                cls._create_customer(f"Tour {name}", phone="+32 470 12 34 56"),
                date_deadline=today - timedelta(days=days),
            )
            for name, days in (("Gold", 9), ("Late", 5), ("Today", 1), ("Next", 0))
        ]

    def _outcomes(self):
        self.env.invalidate_all()
        return [activity.lifecycle_outcome for activity in self.planned]


@tagged("post_install", "-at_install")
class TestDayTour(DayTourCase):
    """A salesperson's day by the keyboard alone."""

    def test_the_day_by_the_keyboard(self):
        self.start_tour(
            "/odoo/lifecycle-day", "crm_lifecycle_day_keyboard", login=self.salesperson.login
        )
        self.assertEqual(self._outcomes(), ["reached", "message_left", "reached", False])
        self.assertIn("They think about it", self.planned[2].feedback)
        self.assertTrue(self.planned[3].active)


@tagged("post_install", "-at_install")
class TestDayTourPhone(DayTourCase):
    """The same on a phone."""

    browser_size = "375x667"
    touch_enabled = True

    def test_the_day_on_a_phone(self):
        self.start_tour(
            "/odoo/lifecycle-day", "crm_lifecycle_day_phone", login=self.salesperson.login
        )
        self.assertEqual(self._outcomes(), ["reached", False, False, False])
        self.assertGreater(self.planned[3].date_deadline, fields.Date.today())
