from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import INVOICING, READONLY_ACCOUNTING, SALES
from .day_common import TODAY, DayCase


@tagged("post_install", "-at_install")
class TestDayRest(DayCase):
    """What does not fit goes to the next working days, or to colleagues."""

    def run(self, result=None):
        """Stand still on a Tuesday."""
        with self.at(TODAY):
            return super().run(result)

    def _hand_over(self, lines, users, reason="At the fair"):
        action = lines.action_hand_over()
        wizard = self.env[action["res_model"]].with_user(lines.env.user).browse(action["res_id"])
        wizard.write({"user_ids": [Command.set(users.ids)], "reason": reason})
        return wizard.action_apply()

    def test_the_rest_is_spread_over_working_days(self):
        # 48 minutes a day: four calls.
        self.company.lifecycle_day_share = 10
        self._plan(self.customer, days=1)
        due = [self._plan(self.customer, days=-number) for number in range(21)]
        action = self.lines.with_user(self.salesperson).action_move_rest()
        self.assertIn("03/04/2026: 3", action["params"]["message"])
        days = [activity.date_deadline for activity in due]
        rest = days[:-4][::-1]
        self.assertEqual(days[-4:], [date(2026, 2, 14 - number) for number in range(4)])
        # One is planned for Wednesday already; then come Thursday, Friday, Monday, Tuesday.
        self.assertEqual(
            rest,
            [date(2026, 3, 4)] * 3
            + [date(2026, 3, 5)] * 4
            + [date(2026, 3, 6)] * 4
            + [date(2026, 3, 9)] * 4
            + [date(2026, 3, 10)] * 2,
        )
        self.assertEqual(len(self._lines_of(domain=[("fits", "=", True)])), 4)
        self.assertFalse(self._lines_of(domain=[("fits", "=", False), ("band", "!=", "coming")]))

    def test_what_is_moved_stays_as_late_as_it_was(self):
        old = self._plan(self.customer, days=-10)
        self._line(old).action_postpone()
        self.assertEqual(
            (old.date_deadline, old.lifecycle_first_due), (date(2026, 3, 4), date(2026, 2, 21))
        )
        with self.at("2026-03-04"):
            new = self._plan(self.customer)
            self.assertEqual(self._lines_of().ids, [old.id, new.id])
            line = self._line(old)
            self.assertEqual((line.band, line.days_late), ("today", 11))
            line.action_postpone()
        self.assertEqual(old.lifecycle_first_due, date(2026, 2, 21))

    def test_appointments_stay(self):
        meeting = self.env["calendar.event"].create(
            {
                "name": "Visit",
                "start": f"{TODAY} 15:00:00",
                "stop": f"{TODAY} 16:00:00",
                "user_id": self.salesperson.id,
                "partner_ids": [Command.set(self.customer.ids)],
            }
        )
        appointment = self._plan(self.customer, calendar_event_id=meeting.id)
        with self.assertRaises(UserError):
            self._line(appointment).action_postpone()
        call = self._plan(self.customer)
        both = self._line(appointment) | self._line(call)
        self.assertIn("appointments that stay: 1", both.action_postpone()["params"]["message"])
        self.assertEqual(appointment.date_deadline, date(2026, 3, 3))
        self.assertEqual(call.date_deadline, date(2026, 3, 4))
        self.assertEqual(meeting.start.date(), date(2026, 3, 3))

    def test_a_second_run_moves_nothing(self):
        for _number in range(30):
            self._plan(self.customer)
        own = self.lines.with_user(self.salesperson)
        own.action_move_rest()
        with self.assertRaisesRegex(UserError, "nothing is moved"):
            own.action_move_rest()

    def test_who_never_works_keeps_everything(self):
        self.company.resource_calendar_id.attendance_ids.unlink()
        activity = self._plan(self.customer)
        action = self.lines.with_user(self.salesperson).action_move_rest()
        self.assertIn("without a working day in sight: 1", action["params"]["message"])
        self.assertEqual(activity.date_deadline, date(2026, 3, 3))

    def test_others_days_are_not_moved(self):
        foreign = self._plan(self.customer, user=self.colleague)
        with self.assertRaises(AccessError):
            self._line(foreign, self.salesperson).action_postpone()
        self.assertEqual(foreign.date_deadline, date(2026, 3, 3))

    def test_handed_over_with_a_reason(self):
        activities = self._plan(self.customer) | self._plan(self.customer, days=-1)
        lines = self._lines_of()
        self._hand_over(lines, self.colleague)
        self.assertEqual(activities.user_id, self.colleague)
        self.assertEqual(self._line(activities[0]).why, "Ring · At the fair")
        notice = self.env["mail.message"].search(
            [("partner_ids", "in", self.colleague.partner_id.ids)], order="id DESC"
        )
        self.assertEqual(len(notice), 1)
        self.assertIn("At the fair", notice.body)
        self.assertEqual(self.customer.user_id, self.env["res.users"])

    def test_several_colleagues_get_as_much_as_they_have_time_for(self):
        third = self._create_user("lifecycle_third", SALES)
        # The colleague's day is half full.
        for _number in range(12):
            self._plan(self.customer, user=self.colleague)
        for _number in range(24):
            self._plan(self.customer)
        self._hand_over(self._lines_of(), self.colleague | third)
        self.assertEqual(
            (len(self._lines_of(self.colleague)), len(self._lines_of(third))), (12 + 6, 18)
        )

    def test_hand_over_refuses_what_makes_no_sense(self):
        self._plan(self.customer)
        lines = self._lines_of()
        neighbours = self.env["res.company"].create({"name": "Neighbours"})
        stranger = self._create_user("lifecycle_stranger", SALES, company=neighbours)
        portal = self._create_user("lifecycle_portal", "base.group_portal")
        nobody = self.env["res.users"]
        for users, reason, said in (
            (self.colleague, " ", "Say why"),
            (nobody, "Fair", "to whom"),
            (stranger, "Fair", "does not work for"),
            (portal, "Fair", "no active colleague"),
            (self.salesperson, "Fair", "already"),
        ):
            with self.subTest(said), self.assertRaisesRegex(UserError, said):
                self._hand_over(lines, users, reason)
        self.assertEqual(self._lines_of(), lines)

    def test_the_follow_up_goes_along(self):
        activity = self._plan(self.customer)
        follow_up = self.env["crm.lifecycle.follow.up"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": self.salesperson.id,
                "activity_id": activity.id,
                "date_due": TODAY,
            }
        )
        self._hand_over(self._lines_of(), self.colleague)
        self.assertEqual((follow_up.user_id, follow_up.reason), (self.colleague, "At the fair"))


@tagged("post_install", "-at_install")
class TestDayAccess(DayCase):
    """Everybody sees their own day, leaders that of their team, managers all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = cls._create_user("lifecycle_leader", SALES)
        cls.other = cls._create_user("lifecycle_other", SALES)
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Team",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
                "member_ids": [Command.set(cls.salesperson.ids)],
            }
        )
        cls.activities = {
            user: cls("_plan")._plan(cls.customer, user=user)
            for user in (cls.leader, cls.other, cls.salesperson, cls.colleague)
        }

    def _seen(self, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.lines.with_user(user).search([]).user_id & self.env["res.users"].union(
            *self.activities
        )

    def test_who_sees_whose_lines(self):
        everybody = self.env["res.users"].union(*self.activities)
        for user, seen in (
            (self.salesperson, self.salesperson),
            (self.other, self.other),
            (self.leader, self.leader | self.salesperson),
            (self.colleague, everybody),
            (self.manager, everybody),
        ):
            with self.subTest(user.login):
                self.assertEqual(self._seen(user), seen)

    def test_who_left_the_team_is_seen_no_more(self):
        self.team.member_ids = [Command.clear()]
        self.assertEqual(self._seen(self.leader), self.leader)
        with self.assertRaises(AccessError):
            self._line(self.activities[self.salesperson], self.leader).check_access("read")

    def test_the_rule_alone_says_the_same(self):
        """Were everybody's lines made, the rule would still hide them."""
        self.patch(type(self.lines), "_get_visible_users", lambda lines: None)
        self.assertEqual(self._seen(self.salesperson), self.salesperson)
        self.assertEqual(self._seen(self.leader), self.leader | self.salesperson)
        self.team.member_ids = [Command.clear()]
        self.assertEqual(self._seen(self.leader), self.leader)

    def test_accountants_have_no_day(self):
        for number, group in enumerate((INVOICING, READONLY_ACCOUNTING, "base.group_user")):
            user = self._create_user(f"lifecycle_nobody_{number}", group)
            lines = self.lines.with_user(user)
            for method in (lines.get_day, lines.action_undo, lines.action_move_rest):
                with self.subTest(group=group, method=method.__name__):
                    with self.assertRaises(AccessError):
                        method()
            with self.subTest(group=group), self.assertRaises(AccessError):
                lines.browse(self.activities[self.salesperson].id).action_reached()

    def test_a_leader_relieves_the_team(self):
        """Even of what is planned on documents that are not the leader's."""
        lead = self._create_opportunity(self.customer, user_id=self.salesperson.id)
        activity = self._plan(lead)
        line = self._line(activity, self.leader)
        line.action_postpone()
        self.assertGreater(activity.date_deadline, activity.lifecycle_first_due)
        action = self._line(activity, self.leader).action_hand_over()
        wizard = self.env[action["res_model"]].with_user(self.leader).browse(action["res_id"])
        wizard.write({"user_ids": [Command.set(self.other.ids)], "reason": "Ill"})
        wizard.action_apply()
        self.assertEqual(activity.user_id, self.other)

    def test_nobody_finishes_for_others(self):
        line = self._line(self.activities[self.colleague], self.salesperson)
        for method in ("action_reached", "action_log", "action_hand_over", "action_open_document"):
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(line, method)()

    def test_lines_cannot_be_handed_over_by_their_ids(self):
        wizard = (
            self.env["crm.lifecycle.day.hand.over"]
            .with_user(self.salesperson)
            .create(
                {
                    "line_refs": self.activities[self.colleague].ids,
                    "user_ids": [Command.set(self.salesperson.ids)],
                    "reason": "Mine now",
                }
            )
        )
        with self.assertRaises(AccessError):
            wizard.action_apply()

    def test_a_company_of_ones_own(self):
        neighbours = self.env["res.company"].create({"name": "Neighbours"})
        lead = self._create_opportunity(self.customer, company_id=neighbours.id)
        activity = self._plan(lead, user=self.manager)
        self.assertNotIn(activity.id, self.lines.with_user(self.manager).search([]).ids)
        self.manager.company_ids = [Command.link(neighbours.id)]
        both = self.lines.with_user(self.manager).with_context(
            allowed_company_ids=[self.company.id, neighbours.id]
        )
        self.assertIn(activity.id, both.search([]).ids)

    def test_queries_do_not_grow_with_the_lines(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            lines = self.lines.with_user(self.salesperson)
            specification = {
                name: {"fields": {"display_name": {}}} if field.relational else {}
                for name, field in lines._fields.items()
                if field.type not in ("many2one_reference",)
            }
            records = lines.web_search_read([], specification)["records"]
            lines.get_day()
            return self.env.cr.sql_log_count - before, len(records)

        count()
        few, number = count()
        for place in range(20):
            customer = self._create_customer(f"Customer {place}")
            self._plan(customer)
            self._plan(self._create_opportunity(customer))
        many, more = count()
        self.assertEqual((number, more), (1, 41))
        self.assertEqual(many, few)
        # 18 at the time of writing.
        self.assertLessEqual(many, 40)
