from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import SALES
from .day_common import TODAY, DayCase


@tagged("post_install", "-at_install")
class TestDayResults(DayCase):
    """One click finishes a line as the host does, and plans what follows."""

    def setUp(self):
        super().setUp()
        self.activity = self._plan(self.customer, days=-2, summary="Benches", note="<p>Oak</p>")

    def _finish(self, method, activity=None):
        line = self._line(activity or self.activity)
        getattr(line, method)()
        self.env.flush_all()
        return line

    def _following(self, activity=None):
        return self.env["mail.activity"].search(
            [("lifecycle_attempt_of_id", "=", (activity or self.activity).id)]
        )

    def _follow_up(self, activity):
        cadence = self.env["crm.lifecycle.cadence"].create(
            {"name": "Monthly", "company_id": self.company.id}
        )
        return self.env["crm.lifecycle.follow.up"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "cadence_id": cadence.id,
                "user_id": self.salesperson.id,
                "activity_id": activity.id,
                "date_due": TODAY,
            }
        )

    def run(self, result=None):
        """Stand still on a Tuesday."""
        with self.at(TODAY):
            return super().run(result)

    def test_reached(self):
        self._finish("action_reached")
        self.assertEqual(
            (self.activity.active, self.activity.lifecycle_outcome, self.activity.date_done),
            (False, "reached", date(2026, 3, 3)),
        )
        self.assertFalse(self._following())
        self.assertFalse(self._lines_of())
        message = self.activity.lifecycle_message_id
        self.assertEqual(
            (message.model, message.res_id, message.author_id),
            ("res.partner", self.customer.id, self.salesperson.partner_id),
        )
        self.assertIn("Reached", message.body)

    def test_nobody_reached_is_tried_again_on_a_working_day(self):
        for day, method, expected in (
            (TODAY, "action_no_answer", date(2026, 3, 4)),
            (TODAY, "action_message_left", date(2026, 3, 5)),
            ("2026-03-06", "action_no_answer", date(2026, 3, 9)),
            ("2026-03-06", "action_message_left", date(2026, 3, 10)),
        ):
            with self.subTest(day=day, method=method), self.at(day):
                activity = self._plan(
                    self.customer, days=-1, summary="Benches", activity_type=self.visit
                )
                self._finish(method, activity)
                following = self._following(activity)
                self.assertEqual(
                    following.read(
                        ["date_deadline", "summary", "lifecycle_first_due", "lifecycle_outcome"],
                        load="",
                    ),
                    [
                        {
                            "id": following.id,
                            "date_deadline": expected,
                            "summary": "Benches",
                            "lifecycle_first_due": activity.date_deadline,
                            "lifecycle_outcome": False,
                        }
                    ],
                )
                self.assertEqual(following.activity_type_id, self.visit)
                self.assertEqual(following.user_id, self.salesperson)

    def test_who_was_not_reached_stays_late(self):
        self._finish("action_no_answer")
        with self.at("2026-03-04"):
            line = self._line(self._following())
            self.assertEqual((line.band, line.days_late), ("today", 3))
            self._finish("action_no_answer", self._following())
        with self.at("2026-03-05"):
            self.assertEqual(self._lines_of().mapped("days_late"), [4])

    def test_what_the_type_says_comes_next_is_planned_once(self):
        self.call.write({"chaining_type": "trigger", "triggered_next_type_id": self.visit.id})
        self._finish("action_no_answer")
        self.assertEqual(self._following().activity_type_id, self.visit)

    def test_the_follow_up_goes_on_with_the_next_attempt(self):
        follow_up = self._follow_up(self.activity)
        self._finish("action_message_left")
        self.assertEqual((follow_up.activity_id, follow_up.state), (self._following(), "open"))
        self.lines.with_user(self.salesperson).action_undo()
        self.assertEqual((follow_up.activity_id, follow_up.state), (self.activity, "open"))

    def test_a_second_click_is_refused(self):
        line = self._finish("action_reached")
        for method in ("action_reached", "action_no_answer", "action_log", "action_postpone"):
            with self.subTest(method), self.assertRaisesRegex(UserError, "done already"):
                getattr(line, method)()

    def test_an_activity_of_anothers_document(self):
        """Whoever has the activity finishes it, and goes on with it."""
        lead = self._create_opportunity(self.customer, user_id=self.colleague.id)
        activity = self._plan(lead)
        self._finish("action_no_answer", activity)
        self.assertEqual(self._following(activity).user_id, self.salesperson)

    def test_undo_takes_all_back(self):
        for method in ("action_reached", "action_message_left", "action_no_answer"):
            with self.subTest(method):
                before = self.activity.read()[0]
                messages = self.customer.message_ids
                self._finish(method)
                self.assertNotEqual(self.customer.message_ids, messages)
                day = self.lines.with_user(self.salesperson).get_day()
                self.assertEqual(day["undo"], self.customer.display_name)
                self.lines.with_user(self.salesperson).action_undo()
                self.env.flush_all()
                self.env.invalidate_all()
                after = self.activity.read()[0]
                changed = {name for name, value in before.items() if after[name] != value}
                self.assertLessEqual(changed, {"write_date", "write_uid", "__last_update"})
                self.assertEqual(self.customer.message_ids, messages)
                self.assertFalse(self._following())
                self.assertEqual(self._lines_of().ids, self.activity.ids)

    def test_undo_opens_the_follow_up_again(self):
        follow_up = self._follow_up(self.activity)
        self._finish("action_reached")
        follow_up.write({"state": "done", "outcome": "reached"})
        self.lines.with_user(self.salesperson).action_undo()
        self.assertEqual((follow_up.state, follow_up.outcome), ("open", False))

    def test_undo_goes_back_one_result_at_a_time(self):
        second = self._plan(self.customer)
        self._finish("action_reached")
        self._finish("action_reached", second)
        own = self.lines.with_user(self.salesperson)
        own.action_undo()
        self.assertEqual((self.activity.active, second.active), (False, True))
        own.action_undo()
        self.assertTrue(self.activity.active)
        with self.assertRaisesRegex(UserError, "nothing to undo"):
            own.action_undo()

    def test_others_results_and_old_ones_are_not_undone(self):
        self._finish("action_reached")
        with self.assertRaises(UserError):
            self.lines.with_user(self.colleague).action_undo()
        self.assertFalse(self.lines.with_user(self.colleague).get_day()["undo"])
        with self.at("2026-03-06"), self.assertRaises(UserError):
            self.lines.with_user(self.salesperson).action_undo()
        self.assertFalse(self.activity.active)

    def test_log_with_note_and_next_date(self):
        action = self._line(self.activity).action_log()
        wizards = self.env[action["res_model"]].with_user(self.salesperson)
        with Form(wizards.with_context(**action["context"])) as form:
            form.outcome = "refused"
            form.note = "They want steel"
            form.minutes = 22
            form.satisfaction = "2"
            form.date_next = date(2026, 3, 16)
        form.record.action_apply()
        self.assertEqual(
            (
                self.activity.lifecycle_outcome,
                self.activity.lifecycle_minutes,
                self.activity.lifecycle_satisfaction,
                self.activity.feedback,
            ),
            ("refused", 22, "2", "Not Interested\nThey want steel"),
        )
        following = self._following()
        self.assertEqual(following.date_deadline, date(2026, 3, 16))
        # Somebody was spoken to: it is late no more.
        self.assertFalse(following.lifecycle_first_due)
        self.assertIn("They want steel", self.activity.lifecycle_message_id.body)

    def test_log_with_what_the_customer_complains_about(self):
        action = self._line(self.activity).action_log()
        wizards = self.env[action["res_model"]].with_user(self.salesperson)
        with Form(wizards.with_context(**action["context"])) as form:
            form.note = "Since Monday"
            form.make_complaint = True
            form.complaint_subject = "The bench wobbles"
        said = form.record.action_apply()["params"]["message"]
        made = self.env["crm.complaint"].search([("partner_id", "=", self.customer.id)])
        self.assertIn(made.name, said)
        self.assertRecordValues(
            made,
            [
                {
                    "subject": "The bench wobbles",
                    "company_id": self.company.id,
                    "channel": "call",
                    "user_id": self.salesperson.id,
                }
            ],
        )
        self.assertFalse(self.activity.active)

    def test_log_refuses_what_makes_no_sense(self):
        action = self._line(self.activity).action_log()
        wizards = self.env[action["res_model"]].with_user(self.salesperson)
        wizards = wizards.with_context(**action["context"])
        for values, said in (
            ({"date_next": "2026-03-03"}, "after today"),
            ({"minutes": -1}, "less than 0"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, said):
                wizards.create(values).action_apply()
        foreign = self._plan(self.customer, user=self.colleague)
        stolen = wizards.with_context(default_line_ref=foreign.id).create({})
        with self.assertRaises(UserError):
            stolen.action_apply()
        self.assertTrue(foreign.active)

    def test_a_day_off_is_warned_of(self):
        action = self._line(self.activity).action_log()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        for day, warned in ((date(2026, 3, 14), True), (date(2026, 3, 16), False)):
            with self.subTest(day=day):
                record = wizard.new({"date_next": day, "line_ref": self.activity.id})
                self.assertEqual(bool(record._onchange_date_next()), warned)

    def test_a_new_salesperson_has_an_empty_day(self):
        day = self.lines.with_user(self._create_user("lifecycle_new", SALES)).get_day()
        self.assertEqual((day["count"], day["rest_count"], day["undo"]), (0, 0, False))
