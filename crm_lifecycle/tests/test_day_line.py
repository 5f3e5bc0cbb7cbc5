from odoo.tests import tagged

from .day_common import TODAY, DayCase


@tagged("post_install", "-at_install")
class TestDayLine(DayCase):
    """Who is listed, in which order, and with what."""

    def test_open_activities_for_customers_are_listed(self):
        with self.at(TODAY):
            lead = self._create_opportunity(self.customer)
            order = self._create_order(self.customer)
            planned = [self._plan(record, days=-1) for record in (self.customer, lead, order)]
            self._plan(self.product, days=-1)
            lines = self._lines_of()
            self.assertEqual(set(lines.ids), {activity.id for activity in planned})
            self.assertEqual(lines.partner_id, self.customer)
            self.assertEqual(set(lines.mapped("name")), {self.customer.name})

    def test_what_is_done_or_archived_is_not_listed(self):
        with self.at(TODAY):
            done = self._plan(self.customer)
            gone = self._create_customer("Gone")
            self._plan(gone)
            self._plan(self._create_lead(self.env["res.partner"], active=False))
            gone.active = False
            done.action_feedback()
            self.assertFalse(self._lines_of())

    def test_a_lead_without_a_contact_tells_its_own_data(self):
        with self.at(TODAY):
            lead = self._create_lead(
                self.env["res.partner"], partner_name="New Ltd", phone="12", email_from="a@b.test"
            )
            line = self._line(self._plan(lead))
            self.assertEqual((line.name, line.phone, line.email), ("New Ltd", "12", "a@b.test"))
            self.assertFalse(line.partner_id)
            self.assertFalse(line.offer_id)

    def test_the_decider_is_whom_to_call(self):
        with self.at(TODAY):
            person = self.env["res.partner"].create(
                {"name": "Bo", "parent_id": self.customer.id, "phone": "99"}
            )
            activity = self._plan(self.customer)
            self.assertEqual(self._line(activity).person_id, self.customer)
            self.assertEqual(self._line(activity).phone, self.customer.phone)
            person.lifecycle_decision_role = "decider"
            line = self._line(activity)
            self.assertEqual((line.person_id, line.phone), (person, "99"))
            self.assertEqual(line.email, person.email or self.customer.email)

    def test_the_person_whom_the_activity_names_is_meant(self):
        with self.at(TODAY):
            persons = self.env["res.partner"].create(
                [{"name": name, "parent_id": self.customer.id} for name in ("Bo", "Cy")]
            )
            persons[0].lifecycle_decision_role = "decider"
            line = self._line(self._plan(persons[1]))
            self.assertEqual((line.person_id, line.partner_id), (persons[1], self.customer))

    def test_bands(self):
        with self.at(TODAY):
            for days, band in (
                (1, "coming"),
                (0, "today"),
                (-1, "1-3"),
                (-3, "1-3"),
                (-4, "4-7"),
                (-7, "4-7"),
                (-8, "8+"),
                (-400, "8+"),
            ):
                with self.subTest(days=days):
                    line = self._line(self._plan(self.customer, days=days))
                    self.assertEqual(line.band, band)
                    self.assertEqual(line.days_late, max(0, -days))

    def test_the_order_is_value_times_lateness(self):
        with self.at(TODAY):
            gold, silver = self._create_customer("Gold"), self._create_customer("Silver")
            for customer in (gold, silver):
                self._create_lead(customer)
            self._process_queue()
            self._classify(gold, "a")
            self._classify(silver, "b")
            planned = {
                # (1 + days) times 3, 2 or 1
                "9": self._plan(gold, days=-2),
                "3": self._plan(gold),
                "8": self._plan(silver, days=-3),
                "6": self._plan(self.customer, days=-5),
                "soon": self._plan(self.customer, days=1),
                "later": self._plan(gold, days=2),
            }
            lines = self._lines_of()
            names = {activity.id: name for name, activity in planned.items()}
            self.assertEqual(
                [names[line.id] for line in lines], ["9", "8", "6", "3", "soon", "later"]
            )
            self.assertEqual(lines.mapped("position"), [1, 2, 3, 4, 5, 6])

    def test_equal_lines_keep_their_order(self):
        with self.at(TODAY):
            planned = [self._plan(self.customer, days=-2) for _number in range(5)]
            self.assertEqual(self._lines_of().ids, [activity.id for activity in planned])

    def test_open_questions_stand_on_the_line(self):
        with self.at(TODAY):
            activity = self._plan(self.customer)
            self.assertEqual(self._line(activity).question_count, 0)
            asked = {"partner_id": self.customer.id, "company_id": self.company.id}
            questions = self.env["crm.lifecycle.question"].create(
                [
                    {**asked, "name": "Which colour?", "asked_on": "2026-02-01"},
                    {**asked, "name": "Which size?", "asked_on": "2026-01-01"},
                    {**asked, "name": "Later", "postponed_until": "2026-03-04"},
                ]
            )
            line = self._line(activity)
            self.assertEqual((line.question_count, line.question), (2, "Which size?"))
            questions[1].answer = "Large"
            line = self._line(activity)
            self.assertEqual((line.question_count, line.question), (1, "Which colour?"))
        with self.at("2026-03-04"):
            self.assertEqual(self._line(activity).question_count, 2)

    def test_why_and_what_to_offer(self):
        with self.at(TODAY):
            self._confirm_order(self.customer)
            activity = self._plan(self.customer, summary="Ask for more benches")
            cadence = self.env["crm.lifecycle.cadence"].create(
                {"name": "Monthly", "company_id": self.company.id, "interval": 30, "minutes": 25}
            )
            self.env["crm.lifecycle.follow.up"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "cadence_id": cadence.id,
                    "activity_id": activity.id,
                    "date_due": TODAY,
                }
            )
            line = self._line(activity)
            self.assertEqual(line.why, "Ask for more benches · Monthly: every 30 days")
            activity.summary = "Monthly"
            self.assertEqual(self._line(activity).why, "Monthly: every 30 days")
            self.assertEqual((line.minutes, line.cadence_id), (25, cadence))
            self.assertEqual(line.offer_id, self.product)
            self.assertEqual(self._line(self._plan(self.customer)).why, "Ring")

    def test_who_does_not_want_to_be_contacted_is_marked(self):
        with self.at(TODAY):
            activity = self._plan(self.customer)
            self.assertFalse(self._line(activity).no_contact)
            self.customer.lifecycle_opt_out = True
            self.assertTrue(self._line(activity).no_contact)

    def test_minutes_are_those_of_the_channel(self):
        with self.at(TODAY):
            self.company.lifecycle_minutes_visit = 90
            for channel, minutes in (
                ("mail", 5),
                ("chat", 5),
                ("call", 10),
                ("meeting", 60),
                ("visit", 90),
                (False, 15),
            ):
                with self.subTest(channel=channel):
                    self.call.lifecycle_channel = channel
                    self.assertEqual(self._line(self._plan(self.customer)).minutes, minutes)
