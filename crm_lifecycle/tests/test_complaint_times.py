from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import SALES
from .complaint_common import ComplaintCase

NOW = "2026-03-03 12:00:00"


@tagged("post_install", "-at_install")
class TestComplaintTimes(ComplaintCase):
    """How long customers wait for an answer and a solution, those included who still wait."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reports = cls.env["crm.complaint.report"]
        cls.category = cls.env["crm.complaint.category"].create(
            {"name": "Paint", "dimension": "quality"}
        )
        cls("_set_up_complaints")._set_up_complaints()

    def _set_up_complaints(self):
        solved = self.env["crm.complaint.step"]._get("solved")
        rejected = self.env["crm.complaint.step"]._get("rejected")
        cls = type(self)
        with self.at(NOW):
            cls.fast, cls.slow, cls.waiting, cls.refused = (
                self._complain(category_id=self.category.id, date=date, **vals)
                for date, vals in (
                    (
                        "2026-02-01 08:00:00",
                        {
                            "answered_at": "2026-02-01 10:00:00",
                            "solved_at": "2026-02-03 08:00:00",
                            "step_id": solved.id,
                        },
                    ),
                    (
                        "2026-02-01 08:00:00",
                        {
                            "answered_at": "2026-02-01 14:00:00",
                            "solved_at": "2026-02-11 08:00:00",
                            "step_id": solved.id,
                        },
                    ),
                    ("2026-03-02 12:00:00", {}),
                    (
                        "2026-02-01 08:00:00",
                        {
                            "answered_at": "2026-02-02 08:00:00",
                            "closed_at": "2026-02-05 08:00:00",
                            "reject_reason": "No fault of ours",
                            "step_id": rejected.id,
                        },
                    ),
                )
            )
            self.env.flush_all()

    def _group(self, *aggregates, domain=()):
        with self.at(NOW):
            self.env.flush_all()
            [row] = self.reports._read_group(
                [("company_id", "=", self.company.id), *domain], [], aggregates
            )
        return row

    def test_medians_by_hand(self):
        """Answers after 2, 6 and 24 hours, and one who waits for 24: of four, half after 6.

        Solutions after 2 and 10 days; one goes on for 1 day, one was rejected after 4: 2/3 are
        left after 2 days, none after 10.
        """
        self.assertEqual(
            self._group(
                "__count",
                "answer_median:avg",
                "answer_ninety:avg",
                "solution_median:avg",
                "solution_ninety:avg",
            ),
            (4, 6.0, False, 10.0, 10.0),
        )

    def test_without_those_who_wait_it_would_look_better(self):
        self.assertEqual(
            self._group("solution_median:avg", domain=[("is_solved", "=", True)]), (2.0,)
        )
        self.assertEqual(
            self._group("answer_median:avg", domain=[("is_answered", "=", False)]), (False,)
        )

    def test_a_row_tells_so_far(self):
        with self.at(NOW):
            row = self.reports.browse(self.waiting.id)
            self.assertRecordValues(
                row,
                [
                    {
                        "complaint_id": self.waiting.id,
                        "partner_id": self.customer.id,
                        "dimension": "quality",
                        "answer_hours": 24.0,
                        "solution_days": 1.0,
                        "is_answered": False,
                        "is_open": True,
                        "is_late": False,
                    }
                ],
            )
            self.assertEqual(row.action_open_complaint()["res_id"], self.waiting.id)

    def test_late_is_what_missed_a_deadline(self):
        self.waiting._note({"answer_deadline": "2026-03-03 10:00:00"})
        self.fast._note({"answer_deadline": "2026-02-01 11:00:00"})
        self.slow._note({"answer_deadline": "2026-02-01 11:00:00"})
        with self.at(NOW):
            late = self.reports.search(
                [("company_id", "=", self.company.id), ("is_late", "=", True)]
            )
        self.assertEqual(late.complaint_id, self.waiting | self.slow)

    def test_what_was_told_twice_counts_once(self):
        with self.at(NOW):
            duplicate = self._complain()
            duplicate._merge_into(self.waiting)
            self._complain(active=False)
        self.assertEqual(self._group("__count"), (4,))

    def test_remedies_that_are_done_are_the_cost(self):
        remedies = self.env["crm.complaint.remedy"]
        for state, amount, cost in (("done", 30.0, 5.0), ("done", 0.0, 7.0), ("draft", 90.0, 0.0)):
            remedies.create(
                {
                    "name": "Flowers",
                    "kind": "other",
                    "complaint_id": self.fast.id,
                    "amount": amount,
                    "cost": cost,
                }
            ).state = state
        self.assertEqual(self._group("cost:sum"), (42.0,))
        with self.at(NOW):
            for model, field in (
                ("crm.complaint.complainer", "cost_12m"),
                ("crm.complaint.theme", "cost"),
            ):
                row = self.env[model].search([("company_id", "=", self.company.id)], limit=1)
                self.assertEqual(row[field], 42.0, model)
        # Amounts are not for those who see their own documents alone.
        described = self.reports.with_user(self.salesperson).fields_get()
        self.assertNotIn("cost", described)
        self.assertIn("answer_median", described)

    def test_salespeople_read_what_they_read_of_complaints(self):
        other = self._create_user("lifecycle_other", SALES)
        with self.at(NOW):
            foreign = self._complain(
                self._create_customer("Bo's Inn", user_id=self.leader.id), user_id=self.leader.id
            )
            self.env.flush_all()
            for user in (self.salesperson, other):
                complaints = self.env["crm.complaint"].with_user(user).search([])
                rows = self.reports.with_user(user).search([])
                self.assertEqual(rows.complaint_id, complaints)
            self.assertNotIn(foreign.id, self.reports.with_user(self.salesperson).search([]).ids)
            with self.assertRaises(AccessError):
                self.reports.browse(foreign.id).with_user(other).action_open_complaint()

    def test_as_many_queries_for_many_as_for_few(self):
        with self.at(NOW):
            for _number in range(5):
                self._complain()
            self.env.flush_all()
            self.env.invalidate_all()
            with self.assertQueryCount(1):
                self.reports._read_group(
                    [("company_id", "=", self.company.id)],
                    ["category_id"],
                    ["__count", "answer_median:avg", "solution_median:avg"],
                )
