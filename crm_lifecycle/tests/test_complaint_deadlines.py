from odoo.tests import tagged

from .complaint_common import ComplaintCase

# A Tuesday; people work from 8 to 12 and from 13 to 17.
TUESDAY = "2026-03-03"


@tagged("post_install", "-at_install")
class TestComplaintDeadlines(ComplaintCase):
    """Deadlines are working hours of the company, which pause while we wait for the customer."""

    def _deadlines(self, complaint):
        return complaint.answer_deadline, complaint.solution_deadline

    def _at(self, *moments):
        return tuple(self._moment(moment) for moment in moments)

    def test_hours_are_working_hours(self):
        self._create_deadline(answer_hours=4.0, solution_hours=16.0)
        for reported, answer, solution in (
            (f"{TUESDAY} 08:00:00", f"{TUESDAY} 12:00:00", "2026-03-04 17:00:00"),
            (f"{TUESDAY} 10:00:00", f"{TUESDAY} 15:00:00", "2026-03-05 10:00:00"),
            # At night, and on Friday afternoon.
            (f"{TUESDAY} 22:00:00", "2026-03-04 12:00:00", "2026-03-05 17:00:00"),
            ("2026-03-06 16:00:00", "2026-03-09 11:00:00", "2026-03-10 16:00:00"),
        ):
            with self.subTest(reported), self.at(reported):
                self.assertEqual(self._deadlines(self._complain()), self._at(answer, solution))

    def test_holidays_do_not_count(self):
        self._create_deadline(answer_hours=4.0, solution_hours=16.0)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Founders' Day",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": "2026-03-04 00:00:00",
                "date_to": "2026-03-04 23:59:59",
            }
        )
        with self.at(f"{TUESDAY} 15:00:00"):
            complaint = self._complain()
        self.assertEqual(
            self._deadlines(complaint), self._at("2026-03-05 10:00:00", "2026-03-06 15:00:00")
        )

    def test_the_calendars_zone_counts(self):
        self._create_deadline(answer_hours=4.0, solution_hours=8.0)
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        with self.at(f"{TUESDAY} 00:00:00"):
            complaint = self._complain()
        self.assertEqual(
            self._deadlines(complaint), self._at(f"{TUESDAY} 04:00:00", f"{TUESDAY} 09:00:00")
        )

    def test_the_rule_with_the_most_conditions_counts(self):
        level = self.env["crm.lifecycle.service.level"].create(
            {"name": "Gold", "company_id": self.company.id, "value_class": "a", "sequence": 1}
        )
        with self.at(TUESDAY):
            self._confirm_order(self.customer)
            self._process_queue()
        self._profile(self.customer).value_class = "a"
        self.env.flush_all()
        self._create_deadline(answer_hours=8.0, name="All", sequence=1)
        self._create_deadline(answer_hours=7.0, name="Severe", severity="3")
        self._create_deadline(answer_hours=2.0, name="Gold", service_level_id=level.id, sequence=20)
        self._create_deadline(
            answer_hours=1.0, name="Both", severity="3", kind="request", sequence=30
        )
        other = self._create_customer("Bo's Inn")
        for customer, vals, hour in (
            (other, {}, 17),
            (other, {"severity": "3"}, 16),
            (other, {"severity": "3", "kind": "request"}, 9),
            (self.customer, {}, 10),
            # As many conditions: the upper one counts.
            (self.customer, {"severity": "3"}, 16),
        ):
            with self.subTest(customer=customer.name, vals=vals), self.at(f"{TUESDAY} 08:00:00"):
                complaint = self._complain(customer, **vals)
                self.assertEqual(
                    complaint.answer_deadline, self._moment(f"{TUESDAY} {hour:02}:00:00")
                )

    def test_without_a_rule_there_is_no_deadline(self):
        self.assertEqual(self._deadlines(self._complain()), (False, False))
        self._create_deadline(answer_hours=0.0, solution_hours=8.0)
        complaint = self._complain()
        self.assertFalse(complaint.answer_deadline)
        self.assertTrue(complaint.solution_deadline)

    def test_waiting_pauses(self):
        self._create_deadline(answer_hours=8.0, solution_hours=16.0)
        with self.at(f"{TUESDAY} 08:00:00"):
            complaint = self._complain()
        with self.at(f"{TUESDAY} 10:00:00"):
            complaint.action_wait()
        # Over a night and a weekend of which nothing counts.
        with self.at("2026-03-09 10:00:00"):
            complaint.action_investigate()
        self.assertEqual(complaint.waited_hours, 6 + 8 * 3 + 2)
        self.assertEqual(
            self._deadlines(complaint), self._at("2026-03-09 17:00:00", "2026-03-10 17:00:00")
        )
        with self.at("2026-03-10 08:00:00"):
            complaint.action_wait()
        with self.at("2026-03-10 12:00:00"):
            complaint.action_solve()
        self.assertEqual(complaint.waited_hours, 36)
        # Tuesday's first two hours, and Monday's last six.
        self.assertEqual(complaint.solution_hours, 8)

    def test_waiting_is_not_late(self):
        self._create_deadline(answer_hours=1.0, solution_hours=2.0)
        with self.at(f"{TUESDAY} 08:00:00"):
            complaint = self._complain()
            other = self._complain()
            other.action_wait()
        with self.at("2026-03-04 08:00:00"):
            (complaint | other).invalidate_recordset(["is_late"])
            self.assertEqual([complaint.is_late, other.is_late], [True, False])
            both = [("id", "in", (complaint | other).ids)]
            self.assertEqual(self.complaints.search([*both, ("is_late", "=", True)]), complaint)
            self.assertEqual(self.complaints.search([*both, ("is_late", "=", False)]), other)

    def test_an_answer_keeps_its_deadline(self):
        self._create_deadline(answer_hours=4.0, solution_hours=16.0)
        with self.at(f"{TUESDAY} 08:00:00"):
            complaint = self._complain()
        with self.at(f"{TUESDAY} 09:30:00"):
            complaint.action_mark_answered()
        self.assertEqual(complaint.answer_hours, 1.5)
        self._create_deadline(answer_hours=1.0, solution_hours=8.0, severity="3")
        complaint.severity = "3"
        self.assertEqual(
            self._deadlines(complaint), self._at(f"{TUESDAY} 12:00:00", f"{TUESDAY} 17:00:00")
        )

    def test_reopened_counts_from_there(self):
        self._create_deadline(answer_hours=4.0, solution_hours=8.0)
        with self.at(f"{TUESDAY} 08:00:00"):
            complaint = self._complain()
            complaint.action_wait()
        with self.at(f"{TUESDAY} 12:00:00"):
            complaint.action_solve()
            self.assertEqual(complaint.solution_deadline, self._moment("2026-03-04 12:00:00"))
        with self.at("2026-03-10 08:00:00"):
            complaint.action_reopen()
        self.assertEqual(complaint.solution_deadline, self._moment("2026-03-10 17:00:00"))
        self.assertFalse(complaint.solved_at)
        self.assertEqual(complaint.reopened_count, 1)

    def test_what_is_not_solved_does_not_lower_the_average(self):
        with self.at(f"{TUESDAY} 08:00:00"):
            solved, unsolved = self._complain(), self._complain()
        with self.at(f"{TUESDAY} 12:00:00"):
            solved.action_solve()
        [[average]] = self.complaints._read_group(
            [("id", "in", (solved | unsolved).ids)], [], ["solution_hours:avg"]
        )
        self.assertEqual(average, 4.0)
        self.assertEqual(unsolved.solution_hours, 0.0)

    def test_new_companies_have_deadlines(self):
        company = self._create_company("New Company", "base.EUR")
        found = self.env["crm.complaint.deadline"].search([("company_id", "=", company.id)])
        self.assertEqual(set(found.mapped("severity")), {"0", "2", "3", False})
