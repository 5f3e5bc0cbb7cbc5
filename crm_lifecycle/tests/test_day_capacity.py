from datetime import date, datetime, timedelta

from odoo import Command
from odoo.tests import tagged

from .day_common import TODAY, DayCase

#: 240 minutes hold 24 calls.
FULL = 24


@tagged("post_install", "-at_install")
class TestDayCapacity(DayCase):
    """What fits into a day is what working time leaves, after what is done already."""

    def _capacity(self, user=None):
        self.env.flush_all()
        return self.lines.with_user(user or self.salesperson).get_day()["capacity"]

    def _take_off(self, start, stop, **vals):
        """Close the company from one moment to another, in UTC."""
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "calendar_id": self.company.resource_calendar_id.id,
                "date_from": start,
                "date_to": stop,
                **vals,
            }
        )

    def test_never_five_hundred_lines(self):
        with self.at(TODAY):
            for number in range(50):
                self._plan(self.customer, days=-1 - number)
            self.assertEqual(len(self._lines_of()), 50)
            self.assertEqual(len(self._lines_of(domain=[("fits", "=", True)])), FULL)
            day = self.lines.with_user(self.salesperson).get_day()
            self.assertEqual(
                day,
                {
                    "capacity": 240,
                    "done": 0,
                    "count": FULL,
                    "minutes": 240,
                    "rest_count": 50 - FULL,
                    "rest_minutes": 260,
                    "undo": False,
                },
            )

    def test_the_cut_is_after_the_most_valuable_and_latest(self):
        with self.at(TODAY):
            self.company.lifecycle_day_share = 5  # 24 minutes
            late, later, latest = (self._plan(self.customer, days=-days) for days in (1, 2, 3))
            self.assertEqual(
                self._lines_of(domain=[("fits", "=", True)]).ids, [latest.id, later.id]
            )
            self.assertEqual(self._lines_of(domain=[("fits", "=", False)]).ids, [late.id])

    def test_what_is_coming_is_no_part_of_the_day(self):
        with self.at(TODAY):
            self._plan(self.customer, days=1)
            day = self.lines.with_user(self.salesperson).get_day()
            self.assertFalse(self._lines_of().fits)
            self.assertEqual((day["count"], day["rest_count"]), (0, 0))

    def test_what_takes_longer_than_the_day_is_done_all_the_same(self):
        with self.at(TODAY):
            self.company.lifecycle_day_share = 5
            visit = self._plan(self.customer, days=-5, activity_type=self.visit)
            self._plan(self.customer)
            self.assertEqual(self._lines_of(domain=[("fits", "=", True)]).ids, visit.ids)

    def test_what_was_done_today_takes_from_the_time_left(self):
        with self.at(TODAY):
            for _number in range(FULL + 6):
                self._plan(self.customer)
            # Ten minutes, 95 that somebody entered, and three in vain.
            for line, vals in zip(
                self._lines_of()[:3],
                ({}, {"lifecycle_minutes": 95}, {"lifecycle_outcome": "no_answer"}),
                strict=True,
            ):
                line.activity_id.with_user(self.salesperson).write(vals)
                line.activity_id.with_user(self.salesperson).action_feedback()
            self.assertEqual(self.lines.with_user(self.salesperson).get_day()["done"], 108)
            # 132 minutes are left.
            self.assertEqual(len(self._lines_of(domain=[("fits", "=", True)])), 13)
        with self.at("2026-03-04"):
            self.assertEqual(self.lines.with_user(self.salesperson).get_day()["done"], 0)
            self.assertEqual(len(self._lines_of(domain=[("fits", "=", True)])), FULL)

    def test_the_share_is_the_companys(self):
        with self.at(TODAY):
            for share, minutes in ((50, 240), (100, 480), (1, 4)):
                with self.subTest(share=share):
                    self.company.lifecycle_day_share = share
                    self.assertEqual(self._capacity(), minutes)

    def test_nothing_fits_on_days_off(self):
        for day in ("2026-03-07", "2026-03-08"):
            with self.subTest(day=day), self.at(day):
                self._plan(self.customer)
                self.assertEqual(self._capacity(), 0)
                self.assertFalse(self._lines_of(domain=[("fits", "=", True)]))

    def test_holidays_of_the_company(self):
        self._take_off("2026-03-03 00:00:00", "2026-03-03 23:59:59")
        self._take_off("2026-03-04 00:00:00", "2026-03-04 12:30:00")
        for day, minutes in ((TODAY, 0), ("2026-03-04", 120), ("2026-03-05", 240)):
            with self.subTest(day=day), self.at(day):
                self.assertEqual(self._capacity(), minutes)

    def test_holidays_of_another_company_are_not_ours(self):
        neighbours = self.env["res.company"].create({"name": "Neighbours"})
        leave = self._take_off("2026-03-03 00:00:00", "2026-03-03 23:59:59", calendar_id=False)
        leave.company_id = neighbours
        with self.at(TODAY):
            self.assertEqual(self._capacity(), 240)

    def test_working_time_and_absence_of_a_person(self):
        half = self.company.resource_calendar_id.copy({"name": "Mornings"})
        half.attendance_ids.filtered(lambda line: line.day_period != "morning").unlink()
        resource = self.env["resource.resource"].create(
            {
                "name": "Salesperson",
                "user_id": self.salesperson.id,
                "company_id": self.company.id,
                "calendar_id": half.id,
                "tz": "UTC",
            }
        )
        with self.at(TODAY):
            self.assertEqual(self._capacity(), 120)
            self.assertEqual(self._capacity(self.colleague), 240)
            self._take_off(
                "2026-03-03 00:00:00",
                "2026-03-05 23:59:59",
                calendar_id=half.id,
                resource_id=resource.id,
            )
            self.assertEqual(self._capacity(), 0)
            self.assertEqual(self._capacity(self.colleague), 240)
        with self.at("2026-03-06"):
            self.assertEqual(self._capacity(), 120)

    def test_without_working_time_it_is_eight_hours(self):
        self.company.resource_calendar_id = False
        with self.at("2026-03-07"):
            self.assertEqual(self._capacity(), 240)

    def test_leap_day_month_end_and_daylight_saving(self):
        self.company.resource_calendar_id.tz = "Europe/Brussels"
        capacity = self.env["crm.lifecycle.day.capacity"]
        for first, minutes in (
            # Tuesday to Friday over a leap day; Monday after the clocks changed.
            (date(2028, 2, 28), [240, 240, 240, 240, 240]),
            (date(2026, 3, 27), [240, 0, 0, 240, 240]),
            (date(2026, 10, 23), [240, 0, 0, 240, 240]),
        ):
            with self.subTest(first=first):
                found = capacity._get_minutes(self.salesperson, first, 5)[self.salesperson.id]
                self.assertEqual(list(found.values()), minutes)
                self.assertEqual(list(found)[-1], first + timedelta(days=4))

    def test_the_day_is_the_companys(self):
        for tz, moment, days, band in (
            # Noon in UTC is the same day nearly everywhere.
            ("UTC", "2026-03-03 12:00:00", "2026-03-03", "today"),
            ("Asia/Shanghai", "2026-03-02 17:00:00", "2026-03-03", "today"),
            ("Asia/Shanghai", "2026-03-02 15:00:00", "2026-03-03", "coming"),
            ("America/New_York", "2026-03-04 04:00:00", "2026-03-03", "today"),
            ("America/New_York", "2026-03-04 06:00:00", "2026-03-03", "1-3"),
            ("Pacific/Auckland", "2026-03-02 12:00:00", "2026-03-03", "today"),
        ):
            with self.subTest(tz=tz, moment=moment), self.at(moment):
                self.company.partner_id.tz = tz
                self.company.resource_calendar_id.tz = tz
                line = self._line(self._plan(self.customer, date_deadline=days))
                self.assertEqual(line.band, band)
                self.assertEqual(self._capacity(), 240)

    def test_what_is_done_counts_on_the_companys_day(self):
        self.company.partner_id.tz = "Asia/Shanghai"
        with self.at("2026-03-02 23:00:00"):  # seven in the morning of the third
            self._plan(self.customer).with_user(self.salesperson).action_feedback()
            self.env.flush_all()
        for moment, minutes in (
            ("2026-03-03 10:00:00", 10),
            ("2026-03-03 15:59:00", 10),
            ("2026-03-03 16:00:00", 0),
        ):
            with self.subTest(moment=moment), self.at(moment):
                self.assertEqual(self.lines.with_user(self.salesperson).get_day()["done"], minutes)

    def test_time_is_one_over_all_companies(self):
        neighbours = self._create_company("Neighbours", "base.EUR")
        self.salesperson.company_ids = [Command.link(neighbours.id)]
        with self.at(TODAY):
            for company in (self.company, neighbours):
                for _number in range(20):
                    self._plan(self._create_opportunity(self.customer, company_id=company.id))
            both = self.lines.with_user(self.salesperson).with_context(
                allowed_company_ids=[self.company.id, neighbours.id]
            )
            self.env.flush_all()
            self.assertEqual(both.search_count([("fits", "=", True)]), FULL)
            self.assertEqual(both.search_count([("company_id", "=", neighbours.id)]), 20)
            self.assertEqual(len(self._lines_of()), 20)

    def test_days_ahead_are_working_days(self):
        capacity = self.env["crm.lifecycle.day.capacity"]
        self._take_off("2026-03-09 00:00:00", "2026-03-09 23:59:59")
        friday = datetime(2026, 3, 6).date()
        self.assertEqual(capacity._get_next_day(self.salesperson, friday), date(2026, 3, 10))
        self.assertEqual(capacity._get_next_day(self.salesperson, friday, 2), date(2026, 3, 11))
