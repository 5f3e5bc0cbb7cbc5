import json
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..engine import requests
from .survey_common import SurveyCase

ANSWER_LOG = "odoo.addons.crm_lifecycle_survey.models.crm_lifecycle_survey_request_answer"


@tagged("post_install", "-at_install")
class TestFollowedLater(SurveyCase):
    """Who is dissatisfied is called, also where no call could be planned as they answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.round.follow_up_since = "2026-01-01"

    def _failing(self, error):
        return patch.object(type(self.requests), "_plan_calls", side_effect=error)

    def _calls(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
        )

    def test_another_worker_who_was_faster_is_no_defect(self):
        request = self._asked()
        self._fill(request, 2, "2026-03-10")
        with self._failing(SerializationFailure()), self.assertRaises(SerializationFailure):
            self._read("2026-03-10")
        self.assertEqual(self.marks.search([]).request_ref, request.id)
        self._read("2026-03-10")
        self.assertEqual((request.verdict, request.activity_id), ("detractor", self._calls()))
        self.assertTrue(request.activity_id)

    def test_a_call_that_could_not_be_planned_is_planned_later(self):
        request = self._asked()
        with self._failing(ValueError("broken")), mute_logger(ANSWER_LOG):
            self._answer(request, 2)
            self._run("2026-03-10")
        self.assertFalse(request.date_followed or self._calls())
        self._run("2026-03-11")
        activity = self._calls()
        self.assertRecordValues(
            activity,
            [
                {
                    "user_id": self.salesperson.id,
                    "date_deadline": fields.Date.to_date("2026-03-12"),
                }
            ],
        )
        self.assertEqual(request.activity_id, activity)
        self._run("2026-03-12")
        self.assertEqual(self._calls(), activity)

    def test_one_that_fails_does_not_hold_up_the_rest(self):
        other = self._create_customer("Other", email="o@other.example", user_id=self.manager.id)
        first, second = self._asked(), self._asked(person=other)
        with self._failing(ValueError("broken")), mute_logger(ANSWER_LOG):
            self._answer(first, 2)
            self._answer(second, 2)
        plan = type(self.requests)._plan_calls

        def fail(requests):
            if requests.partner_id & self.customer:
                raise ValueError("broken")
            return plan(requests)

        with (
            patch.object(type(self.requests), "_plan_calls", fail),
            mute_logger(ANSWER_LOG),
        ):
            self._run("2026-03-11")
        self.assertFalse(first.activity_id)
        self.assertEqual(second.activity_id.user_id, self.manager)

    def test_as_soon_as_there_is_somebody_to_call(self):
        self.customer.user_id = False
        self.round.user_id = False
        request = self._asked()
        self._answer(request, 2)
        self._run("2026-03-10")
        self.assertFalse(self._calls())
        self.round.user_id = self.manager
        self._run("2026-03-24")
        self.assertEqual(request.activity_id.user_id, self.manager)

    def test_nobody_is_called_for_what_they_said_long_ago(self):
        self.customer.user_id = False
        self.round.user_id = False
        self._answer(self._asked(), 2)
        self.round.user_id = self.manager
        self._run("2026-03-25")
        self.assertFalse(self._calls())

    def test_who_is_dissatisfied_by_other_limits(self):
        self.round.active = False
        survey_round = self._create_round("csat", "purchase", follow_up_since="2026-01-01")
        request = self._asked()
        self._answer(request, 4)
        self._run("2026-03-10")
        self.assertFalse(self._calls())
        survey_round.low_limit = 80
        self._run("2026-03-11")
        activity = self._calls()
        self.assertEqual((len(activity), request.activity_id), (1, activity))
        for low, top in ((50, 75), (80, 90)):
            survey_round.write({"low_limit": low, "top_limit": top})
            self._run("2026-03-12")
        self.assertEqual(self._calls(), activity)

    def test_nobody_is_called_for_what_they_said_before_the_round_planned_calls(self):
        self.round.follow_up = False
        self._answer(self._asked(), 2)
        with self.at("2026-03-12"):
            self.round.follow_up = True
            self.round.flush_recordset()
        self.assertEqual(
            self.round.follow_up_since, fields.Datetime.to_datetime("2026-03-12 12:00:00")
        )
        self._run("2026-03-13")
        self.assertFalse(self._calls())
        # Saved again, it is the same.
        with self.at("2026-03-14"):
            self.round.follow_up = True
            self.round.flush_recordset()
        self.assertEqual(self.round.follow_up_since.day, 12)

    def test_nobody_is_called_where_the_round_does_not_want_it(self):
        self.round.follow_up = False
        self._answer(self._asked(), 2)
        self._run("2026-03-11")
        self.assertFalse(self._calls())

    def test_they_are_found_by_an_index(self):
        request = self._asked()
        self.env.flush_all()
        # A planner that knows of many answers, none of them to be followed up on.
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_lifecycle_survey_request
                          (round_id, company_id, kind, person_id, partner_id, res_model, res_id,
                           date_due, date_answered, state, verdict)
                   SELECT round_id, company_id, kind, person_id, partner_id, res_model, -number,
                          date_due, '2026-03-10', 'answered', 'promoter'
                     FROM crm_lifecycle_survey_request, generate_series(1, 3000) number
                    WHERE id = %s""",
                request.id,
            )
        )
        self.env.cr.execute("ANALYZE crm_lifecycle_survey_request")
        query = requests.unfollowed(fields.Datetime.now(), self.company.id, 0, 100)
        [[plan]] = self.env.execute_query(SQL("EXPLAIN (FORMAT JSON) %s", query))
        self.assertIn("crm_lifecycle_survey_request_unfollowed_idx", json.dumps(plan))
