import random

from odoo.tests import tagged
from odoo.tools import SQL

from ..engine.verdicts import verdict, verdict_sql
from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestRoundResults(SurveyCase):
    """What answers say by the limits of a round, and what comes of the round."""

    def test_verdicts_in_python_and_in_sql(self):
        rng = random.Random(7)
        cases = [("nps", value, 0, 10, 60, 90) for value in range(11)]
        for _number in range(300):
            scale_min = rng.randint(0, 4)
            scale_max = rng.randint(scale_min + 1, 10)
            low = rng.randint(0, 98)
            cases.append(
                (
                    "csat",
                    rng.randint(scale_min, scale_max),
                    scale_min,
                    scale_max,
                    low,
                    rng.randint(low + 1, 100),
                )
            )
        for kind, value, scale_min, scale_max, low, top in cases:
            [[found]] = self.env.execute_query(
                SQL(
                    "SELECT %s FROM (SELECT %s AS kind, %s::float8 AS value,"
                    " %s::float8 AS scale_min, %s::float8 AS scale_max) said",
                    verdict_sql("said", SQL("%s", low), SQL("%s", top)),
                    kind,
                    value,
                    scale_min,
                    scale_max,
                )
            )
            self.assertEqual(found, verdict(kind, value, scale_min, scale_max, (low, top)))

    def test_other_limits_judge_anew(self):
        self.round.active = False
        survey_round = self._create_round("csat", "purchase")
        request = self._asked()
        self._answer(request, 4)
        self.assertEqual(request.verdict, "satisfied")
        survey_round.low_limit = 80
        self.assertEqual(request.verdict, "dissatisfied")
        survey_round.write({"low_limit": 50, "top_limit": 75})
        self.assertEqual(request.verdict, "very_satisfied")

    def _answer_many(self, values):
        for number in range(len(values)):
            person = self._create_customer(f"C {number}", email=f"c{number}@c.example")
            self._buy_on("2026-03-02", person)
        self._run("2026-03-09")
        for request, value in zip(self._all(state="asked"), values, strict=True):
            if value is not None:
                self._answer(request, value)

    def test_nps(self):
        self.company.lifecycle_indicator_minimum = 5
        self._answer_many([10, 9, 9, 7, 0, None, None, None])
        # Three promoters, one detractor of five.
        self.assertEqual(self.round.result_text, "NPS +40 (n = 5)")
        self.assertEqual((self.round.asked_count, self.round.answered_count), (8, 5))
        self.assertEqual(self.round.answered_text, "62%")
        self.company.lifecycle_indicator_minimum = 6
        self.round.invalidate_recordset()
        self.assertEqual(self.round.result_text, "Too few answers: 5, and 6 are needed")

    def test_csat(self):
        self.round.active = False
        survey_round = self._create_round("csat", "purchase")
        self._answer_many([5, 4, 4, 3, 1])
        self.assertEqual(
            survey_round.result_text, "Very satisfied 20%, satisfied in all 60% (n = 5)"
        )

    def test_customers_who_can_be_asked_are_counted_once(self):
        """Of several requests to one customer one is sent; the others are left out then."""
        other, later = (
            self._create_customer(name, email=f"{name}@c.example".lower()) for name in ("Cy", "Dee")
        )
        for person in (self.contact, self.contact, self.customer, other):
            self._buy_on("2026-03-02", person)
        self._buy_on("2026-03-03", later)
        survey_round = self.round.with_user(self.manager)
        for day, waiting, now in (("2026-03-08", 5, 0), ("2026-03-09", 5, 2)):
            with self.subTest(day), self.at(day):
                self.job._work_off(self.company, "found_purchase")
                survey_round.invalidate_recordset()
                self.assertEqual(
                    (survey_round.due_count, survey_round.askable_count), (waiting, now)
                )
        self._run("2026-03-09")
        for day, now in (("2026-03-09", 0), ("2026-03-10", 1)):
            with self.subTest(day), self.at(day):
                survey_round.invalidate_recordset()
                self.assertEqual((survey_round.asked_count, survey_round.askable_count), (2, now))

    def test_counting_asks_nobody(self):
        self._buy_on("2026-03-02")
        with self.at("2026-03-09"):
            self.job._work_off(self.company, "found_purchase")
            self.assertEqual(self.round.askable_count, 1)
        self.assertRecordValues(self._all(), [{"state": "due", "reason": False, "mail_id": False}])
        # Nobody can be asked while the survey cannot be sent.
        self.nps.active = False
        with self.at("2026-03-09"):
            self.round.invalidate_recordset()
            self.assertEqual(self.round.askable_count, 0)

    def test_without_answers(self):
        self.assertEqual((self.round.result_text, self.round.answered_text), ("–", "–"))
