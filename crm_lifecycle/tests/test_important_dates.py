from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..engine import dates
from .common import SALES
from .reminder_common import ReminderCase


@tagged("post_install", "-at_install")
class TestImportantDates(ReminderCase):
    """Of a day that matters somebody is reminded in time, once."""

    def test_the_salesperson_is_reminded_some_days_before(self):
        with self.at("2026-03-01"):
            important = self._create_date("1980-03-17", note="Likes <roses>")
        self.assertEqual(important.next_date, self._day("2026-03-17"))
        self.assertEqual((important.lead_days, important.is_yearly), (7, True))
        self._remind("2026-03-09")
        self.assertFalse(self._activities())
        self._remind("2026-03-10")
        activity = self._activities()
        self.assertEqual(activity.user_id, self.senior)
        self.assertEqual(activity.date_deadline, self._day("2026-03-17"))
        self.assertEqual(activity.summary, "Birthday")
        self.assertIn("Likes &lt;roses&gt;", activity.note)

    def test_a_second_run_reminds_of_nothing_twice(self):
        with self.at("2026-03-01"):
            self._create_date("1980-03-17")
        for day in ("2026-03-10", "2026-03-10", "2026-03-12", "2026-03-17"):
            self._remind(day)
        self.assertEqual(len(self._activities()), 1)

    def test_it_comes_round_next_year(self):
        with self.at("2026-03-01"):
            important = self._create_date("1980-03-17")
        self._remind("2026-03-17")
        self.assertEqual(important.next_date, self._day("2026-03-17"))
        self._remind("2026-03-18")
        self.assertEqual(important.next_date, self._day("2027-03-17"))
        self._remind("2027-03-10")
        self.assertEqual(
            self._activities().mapped("date_deadline"),
            [self._day("2026-03-17"), self._day("2027-03-17")],
        )

    def test_next_days(self):
        for day, today, found in (
            ("2000-02-29", "2026-02-01", "2026-02-28"),
            ("2000-02-29", "2026-03-01", "2027-02-28"),
            ("2000-02-29", "2027-03-01", "2028-02-29"),
            ("1990-12-31", "2026-12-31", "2026-12-31"),
            ("1990-01-01", "2026-12-31", "2027-01-01"),
            ("1990-03-31", "2026-04-01", "2027-03-31"),
            ("2030-03-31", "2026-04-01", "2030-03-31"),
        ):
            with self.subTest(day=day, today=today), self.at(today):
                self.assertEqual(self._create_date(day).next_date, self._day(found))

    def test_a_single_day_is_over_afterwards(self):
        with self.at("2026-03-01"):
            important = self._create_date("2026-03-17", is_yearly=False, lead_days=0)
        self._remind("2026-03-16")
        self.assertFalse(self._activities())
        self._remind("2026-03-17")
        self.assertEqual(len(self._activities()), 1)
        self._remind("2026-03-18")
        self.assertFalse(important.next_date)
        self.assertEqual(len(self._activities()), 1)

    def test_what_passed_while_the_job_did_not_run_is_told_of_for_a_week(self):
        for day, told in (("2026-03-24", 1), ("2026-03-25", 0)):
            with self.subTest(day):
                person = self._create_customer(f"Bea {day}", user_id=self.senior.id)
                with self.at("2026-03-01"):
                    important = self._create_date("1980-03-17", partner=person)
                self._remind(day)
                self.assertEqual(len(self._activities(person)), told)
                self.assertEqual(important.next_date, self._day("2027-03-17"))

    def test_days_are_those_of_the_company(self):
        # 23:30 UTC is the next day in Shanghai, and the same in Los Angeles.
        for zone, found in (
            ("Asia/Shanghai", "2027-03-10"),
            ("America/Los_Angeles", "2026-03-10"),
            ("UTC", "2026-03-10"),
        ):
            self.company.partner_id.tz = zone
            with self.subTest(zone), self.at("2026-03-10 23:30:00"):
                self.assertEqual(self._create_date("1980-03-10").next_date, self._day(found))

    def test_a_changed_date_is_found_anew(self):
        with self.at("2026-03-01"):
            important = self._create_date("1980-03-05")
            self._remind("2026-03-01")
            important.date = "1980-03-06"
            self._remind("2026-03-01")
        self.assertEqual(
            self._activities().mapped("date_deadline"),
            [self._day("2026-03-05"), self._day("2026-03-06")],
        )

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    def _get_reminded(self, **vals):
        with self.at("2026-03-01"):
            self._create_date("1980-03-12", **vals)
        self._remind()
        return self._activities().user_id

    def test_whoever_is_named_is_reminded(self):
        self.assertEqual(self._get_reminded(user_id=self.junior.id), self.junior)

    def test_of_somebody_who_left_the_salesperson_is(self):
        with self.at("2026-03-01"):
            self._create_date("1980-03-12", user_id=self.junior.id)
        self.junior.active = False
        self._remind()
        self.assertEqual(self._activities().user_id, self.senior)

    def test_without_a_salesperson_here_the_leader_is(self):
        self.senior.active = False
        self.assertEqual(self._get_reminded(), self.leader)

    def test_during_an_absence_the_deputy_is(self):
        self.env["crm.lifecycle.absence"].create(
            {
                "user_id": self.senior.id,
                "deputy_id": self.junior.id,
                "date_start": "2026-03-09",
                "date_end": "2026-03-11",
            }
        )
        self.assertEqual(self._get_reminded(), self.junior)

    def test_of_nobody_it_waits_until_there_is_somebody(self):
        self.customer.user_id = False
        self.assertFalse(self._get_reminded())
        self.customer.user_id = self.junior
        self._remind("2026-03-11")
        self.assertEqual(self._activities().user_id, self.junior)

    def test_of_archived_people_nobody_is_reminded(self):
        self.person.active = False
        self.assertFalse(self._get_reminded())

    def test_archived_dates_are_left_alone(self):
        self.assertFalse(self._get_reminded(active=False))

    def test_what_speaks_against_it_is_told_along(self):
        self.customer.lifecycle_opt_out = True
        with self.at("2026-03-01"):
            self._create_date("1980-03-12")
        self._remind()
        self.assertIn("wants no contact", self._activities().note)

    def test_nobody_becomes_a_follower_and_nobody_gets_a_message(self):
        followers = self.person.message_follower_ids
        messages = self.env["mail.message"].search_count([])
        self._get_reminded()
        self.assertEqual(len(self._activities()), 1)
        self.assertEqual(self.person.message_follower_ids, followers)
        self.assertEqual(self.env["mail.message"].search_count([]), messages)

    # ------------------------------------------------------------
    # THE JOB
    # ------------------------------------------------------------

    def test_one_that_fails_does_not_stop_the_rest_and_the_loop_ends(self):
        people = [self._create_customer(f"P {n}", user_id=self.senior.id) for n in range(4)]
        with self.at("2026-03-01"):
            for person in people:
                self._create_date("1980-03-12", partner=person)
        plan = type(self.reminder)._plan

        def fail_for_second(model, plans):
            if any(people[1] == planned["partner"] for planned in plans):
                raise ValueError("test")
            return plan(model, plans)

        with (
            patch.object(type(self.reminder), "_plan", fail_for_second),
            mute_logger("odoo.addons.crm_lifecycle.models.crm_lifecycle_job_mixin"),
        ):
            self._remind(limit=2)
        reminded = [len(self._activities(person)) for person in people]
        self.assertEqual(reminded, [1, 0, 1, 1])
        self._remind(limit=2)
        self.assertEqual([len(self._activities(person)) for person in people], [1, 1, 1, 1])

    def test_the_cron_goes_through_all_companies(self):
        with self.at("2026-03-01"):
            self._create_date("1980-03-12")
        self.env.cr.flush()
        with self.at("2026-03-10"), self.enter_registry_test_mode():
            self.env.ref("crm_lifecycle.ir_cron_reminder").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(self._activities()), 1)

    # ------------------------------------------------------------
    # AGREEMENTS
    # ------------------------------------------------------------

    def test_the_end_of_an_agreement_stands_there_by_itself(self):
        with self.at("2026-03-01"):
            agreement = self._create_agreement(self.customer, "2026-01-01", "2026-04-30")
        important = self.importants.search([("agreement_id", "=", agreement.id)])
        self.assertEqual(important.next_date, self._day("2026-04-30"))
        self._remind("2026-03-01")
        activity = self._activities(self.customer)
        self.assertEqual(activity.user_id, self.senior)
        self.assertIn(agreement.display_name, activity.note)
        with self.at("2026-03-02"):
            agreement.date_end = "2026-12-31"
        self.assertEqual(important.next_date, self._day("2026-12-31"))
        agreement.active = False
        self.assertFalse(important.active)
        agreement.write({"active": True, "date_end": False})
        self.assertFalse(important.exists())

    def test_agreements_from_before_are_noted_by_the_job(self):
        with self.at("2026-03-01"):
            agreement = self._create_agreement(self.customer, "2026-01-01", "2026-04-30")
            self.importants.search([("agreement_id", "=", agreement.id)]).unlink()
        self._remind("2026-03-01")
        self._remind("2026-03-01")
        self.assertEqual(len(self.importants.search([("agreement_id", "=", agreement.id)])), 1)
        self.assertEqual(len(self._activities(self.customer)), 1)

    def test_people_change_the_agreement_instead(self):
        agreement = self._create_agreement(self.customer, "2026-01-01", "2026-04-30")
        important = self.importants.search([("agreement_id", "=", agreement.id)])
        important = important.with_user(self.manager)
        important.lead_days = 30
        with self.assertRaises(UserError):
            important.date = "2026-05-01"
        with self.assertRaises(UserError):
            important.unlink()

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    def test_own_customers_dates_alone(self):
        mine = self._create_date("1980-03-12")
        other = self._create_customer("Other", user_id=self.junior.id)
        others = self._create_date("1980-03-12", partner=other)
        seen = self.importants.with_user(self.senior).search([("id", "in", (mine + others).ids)])
        self.assertEqual(seen, mine)
        with self.assertRaises(AccessError):
            mine.with_user(self.senior).write({"partner_id": other.id, "user_id": False})

    def test_an_outsider_is_not_reminded(self):
        portal = self._create_user("reminder_portal", "base.group_portal")
        with self.assertRaises(ValidationError):
            self._create_date("1980-03-12", user_id=portal.id)

    def test_another_companys_customer_is_refused(self):
        other = self._create_company("Other Company", "base.EUR")
        self.env.user.company_ids = [Command.link(other.id)]
        theirs = self._create_customer("Theirs", company_id=other.id)
        with self.assertRaises(UserError):
            self._create_date("1980-03-12", partner=theirs)

    def test_salespeople_enter_dates(self):
        user = self._create_user("reminder_seller", SALES)
        important = self.importants.with_user(user).create(
            {"partner_id": self._create_customer("Free").id, "date": "1980-03-12"}
        )
        self.assertEqual(important.kind_id, self.birthday)

    def test_a_date_is_needed(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.cr.savepoint():
            self._create_date(False)

    # ------------------------------------------------------------
    # MERGE
    # ------------------------------------------------------------

    def test_merged_people_keep_all_dates(self):
        other = self._create_customer("Ada M.", is_company=False, parent_id=self.customer.id)
        founding = self.env.ref("crm_lifecycle.crm_lifecycle_important_date_kind_founding")
        with self.at("2026-03-01"):
            kept = self._create_date("1980-03-12", note="Roses")
            self._create_date("1980-03-12", partner=other, note="Wine")
            different = self._create_date("1990-01-01", partner=other, kind_id=founding.id)
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (self.person | other).ids, self.person
        )
        found = self.importants.search([("partner_id", "=", self.person.id)])
        self.assertEqual(found, kept | different)
        self.assertEqual(kept.note, "Roses, Wine")

    def test_who_left_is_no_reason_not_to_merge(self):
        other = self._create_customer("Ada M.", is_company=False, parent_id=self.customer.id)
        gone = self._create_user("reminder_gone", SALES)
        self._create_date("1980-03-12", user_id=gone.id)
        kept = self._create_date("1980-03-12", partner=other, user_id=gone.id)
        gone.group_ids = [Command.set([self.env.ref("base.group_portal").id])]
        self.env.flush_all()
        self.env["base.partner.merge.automatic.wizard"]._merge((self.person | other).ids, other)
        self.assertEqual(self.importants.search([("partner_id", "=", other.id)]), kept)

    def test_of_a_reminder_that_left_with_somebody_another_one_is_told(self):
        with self.at("2026-03-01"):
            self._create_date("1980-03-12")
        self._remind("2026-03-10")
        self.assertEqual(self._activities().user_id, self.senior)
        with self.at("2026-03-10"):
            self.senior.action_archive()
        self._remind("2026-03-11")
        self.assertEqual(self._activities().user_id, self.leader)


@tagged("post_install", "-at_install")
class TestLunarDates(ReminderCase):
    """Days by the Chinese calendar come round by it."""

    def setUp(self):
        super().setUp()
        if not dates.has_lunar():
            self.skipTest("borax is not installed")

    def test_next_days(self):
        for month, day, leap, today, found in (
            # Mid-autumn, the 15th of the 8th month.
            (8, 15, False, "2026-03-01", "2026-09-25"),
            (8, 15, False, "2026-09-26", "2027-09-15"),
            # New year, and its eve, that is in the next year of ours.
            (1, 1, False, "2026-02-17", "2026-02-17"),
            (12, 30, False, "2026-02-18", "2027-02-05"),
            # The year 2025 has a leap 6th month, 2026 has none.
            (6, 1, True, "2025-01-01", "2025-07-25"),
            (6, 1, False, "2025-01-01", "2025-06-25"),
            (6, 1, True, "2026-01-01", "2026-07-14"),
        ):
            with self.subTest(month=month, day=day, leap=leap, today=today), self.at(today):
                important = self._create_date(
                    calendar="lunar", lunar_month=month, lunar_day=day, lunar_leap=leap
                )
                self.assertEqual(important.next_date, self._day(found))

    def test_a_short_month_ends_a_day_earlier(self):
        # The 12th month of the year that began in 2024 has 29 days.
        with self.at("2025-01-01"):
            important = self._create_date(calendar="lunar", lunar_month=12, lunar_day=30)
        self.assertEqual(important.next_date, self._day("2025-01-28"))

    def test_month_and_day_follow_from_the_date(self):
        with self.at("2026-03-01"):
            important = self._create_date("2025-07-25", calendar="lunar")
        self.assertEqual(
            (important.lunar_month, important.lunar_day, important.lunar_leap), (6, 1, True)
        )
        self.assertEqual(important.next_date, self._day("2026-07-14"))

    def test_it_comes_round_and_reminds(self):
        with self.at("2026-09-01"):
            important = self._create_date(calendar="lunar", lunar_month=8, lunar_day=15)
        self._remind("2026-09-20")
        self._remind("2026-09-26")
        self.assertEqual(important.next_date, self._day("2027-09-15"))
        self.assertEqual(len(self._activities()), 1)

    def test_years_that_nobody_reckons_are_refused(self):
        with self.assertRaises(UserError):
            self._create_date("1850-01-01", calendar="lunar")

    def test_without_the_library_it_says_so(self):
        with self.at("2026-03-01"):
            important = self._create_date(calendar="lunar", lunar_month=8, lunar_day=15)
        with patch.object(dates, "LunarDate", None):
            with self.assertRaisesRegex(UserError, "borax"):
                self._create_date(calendar="lunar", lunar_month=8, lunar_day=15)
            form = Form(self._create_date("1980-01-01"))
            with self.assertRaisesRegex(UserError, "borax"):
                form.calendar = "lunar"
            # What is there is left alone.
            self._remind("2026-10-10")
            self.assertEqual(important.next_date, self._day("2026-09-25"))
        self._remind("2026-10-10")
        self.assertEqual(important.next_date, self._day("2027-09-15"))
