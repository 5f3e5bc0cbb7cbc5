import random
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..engine.verdicts import verdict, verdict_sql
from .survey_common import SurveyCase

TRIGGER_LOG = "odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin"


@tagged("post_install", "-at_install")
class TestFollowed(SurveyCase):
    """What follows from answers: statements, figures, calls; and what becomes of people."""

    # ------------------------------------------------------------
    # FOLLOW-UP
    # ------------------------------------------------------------

    def test_a_detractor_is_called_once(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        request = self._asked()
        answer = self._answer(request, 6, words="Too late")
        activity = request.activity_id
        self.assertRecordValues(
            activity,
            [
                {
                    "res_model": "res.partner",
                    "res_id": self.customer.id,
                    "user_id": self.salesperson.id,
                    "date_deadline": fields.Date.to_date("2026-03-11"),
                }
            ],
        )
        self.assertNotIn("Too late", f"{activity.summary}{activity.note}")
        answer.user_input_line_ids.filtered(
            lambda line: line.answer_type == "scale"
        ).value_scale = 1
        self.env.cr.flush()
        self._read("2026-03-12")
        self.assertEqual(request.value, 1)
        self.assertEqual(request.activity_id, activity)
        self.assertEqual(self._calls(), activity)

    def _calls(self):
        return self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.customer.id)]
        )

    def test_others_are_not_called(self):
        self._answer(self._asked(), 7)
        self.assertFalse(self._calls())

    def test_nobody_is_called_where_the_round_does_not_want_it(self):
        self.round.follow_up = False
        self._answer(self._asked(), 2)
        self.assertFalse(self._calls())

    def test_without_a_salesperson_who_is_responsible_calls(self):
        self.customer.user_id = False
        request = self._asked()
        self._answer(request, 2)
        self.assertEqual(request.activity_id.user_id, self.manager)

    def test_a_call_is_planned_in_the_language_of_who_calls(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.salesperson.lang = "zh_CN"
        said = []
        schedule = type(self.customer).activity_schedule

        def hear(partner, *args, **kwargs):
            said.append(partner.env.lang)
            return schedule(partner, *args, **kwargs)

        with patch.object(type(self.customer), "activity_schedule", hear):
            self._answer(self._asked(), 2)
        self.assertEqual(said, ["zh_CN"])

    def test_a_call_that_cannot_be_planned(self):
        request = self._asked()
        with (
            patch.object(
                type(self.customer), "activity_schedule", side_effect=ValueError("broken")
            ),
            mute_logger(
                "odoo.addons.crm_lifecycle_survey.models.crm_lifecycle_survey_request_answer"
            ),
        ):
            self._answer(request, 2)
        self.assertEqual((request.state, request.verdict), ("answered", "detractor"))

    # ------------------------------------------------------------
    # STATEMENTS AND FIGURES
    # ------------------------------------------------------------

    def test_an_answer_is_a_statement_of_satisfaction(self):
        request = self._asked()
        self._answer(request, 9)
        with self.at("2026-03-31"):
            row = self.env["crm.lifecycle.satisfaction"].search(
                [("company_id", "=", self.company.id)]
            )
        self.assertRecordValues(
            row,
            [
                {
                    "source": "survey",
                    "person_id": self.contact.id,
                    "partner_id": self.customer.id,
                    "date": fields.Date.to_date("2026-03-10"),
                    "value": 9,
                    "scale_max": 10,
                    "score": 90,
                    "sample_size": 1,
                    "is_top_box": True,
                    "res_model": request._name,
                    "res_id": request.id,
                }
            ],
        )

    def test_figures_on_past_days(self):
        """By hand: bought on 1 March and 1 July; asked on 8 March, answered 3 on 10 March; asked
        on 8 July, answered 9 on 9 July; asked on 20 October and silent until 3 November.
        """
        self.round.gap_days = 30
        self._answer(self._asked("2026-03-01", "2026-03-08"), 3)
        self._answer(self._asked("2026-07-01", "2026-07-08"), 9, "2026-07-09")
        self._asked("2026-10-13", "2026-10-20")
        self._run("2026-11-04")
        metrics = {
            key: self.env["crm.lifecycle.criterion"]._get_metrics()[key]
            for key in ("nps", "surveys_answered")
        }
        self.assertEqual(set(metrics), {"nps", "surveys_answered"})
        policy = self.env["crm.lifecycle.policy"]
        rulesets = policy._get_active_rulesets()
        policy_id, ruleset = rulesets[self.company.id]
        for day, nps, answered in (
            ("2026-03-09", None, None),
            ("2026-03-10", 3, 100),
            ("2026-07-08", 3, 100),
            ("2026-07-09", 9, 100),
            ("2026-11-03", 9, 100),
            ("2026-11-04", 9, 66.67),
        ):
            with self.subTest(day):
                found = self._figures(day, policy_id, ruleset)
                self.assertEqual(
                    (found.get("nps_0"), found.get("surveys_answered_0")), (nps, answered)
                )

    def _figures(self, day, policy_id, ruleset):
        from dataclasses import replace

        from odoo.addons.crm_lifecycle.engine.rules import Condition, StageRule

        asking = replace(
            ruleset,
            stages=(
                StageRule(
                    "partner",
                    ((Condition("nps", ">=", 1, 0), Condition("surveys_answered", ">=", 1, 0)),),
                ),
            ),
        )
        with self.at("2026-12-31"):
            [row] = [
                row
                for row in self.env["crm.lifecycle.event"]._derive(
                    self.customer.ids,
                    as_of=fields.Date.to_date(day),
                    drafts={self.company.id: (policy_id, asking)},
                )
                if row["company_id"] == self.company.id
            ]
        return row["figures"]

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

    # ------------------------------------------------------------
    # THE ROUND
    # ------------------------------------------------------------

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

    def test_without_answers(self):
        self.assertEqual((self.round.result_text, self.round.answered_text), ("–", "–"))

    # ------------------------------------------------------------
    # PROFILE
    # ------------------------------------------------------------

    def test_the_profile_tells_the_last_verdict(self):
        self.round.gap_days = 1
        self._answer(self._asked(), 3)
        self._process_queue()
        profile = self._profile(self.customer)
        self.assertEqual(profile.nps_verdict, "detractor")
        self._answer(self._asked("2026-04-01", "2026-04-08"), 10, "2026-04-09")
        profile.invalidate_recordset()
        self.assertEqual(profile.nps_verdict, "promoter")
        domain = [("company_id", "=", self.company.id)]
        profiles = profile.search([*domain, ("nps_verdict", "=", "promoter")])
        self.assertEqual(profiles, profile)
        self.assertFalse(profile.search([*domain, ("nps_verdict", "=", "detractor")]))
        self.assertEqual(
            profile._read_group(domain, ["nps_verdict"], ["__count"]), [("promoter", 1)]
        )
        self.assertEqual(self.contact.with_user(self.salesperson).lifecycle_survey_count, 2)
        self.assertEqual(self.requests.search(profile.action_open_surveys()["domain"]), self._all())

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    def test_a_contact_moves_to_another_customer(self):
        request = self._asked()
        other = self._create_customer("Other")
        self.contact.parent_id = other
        self.assertEqual(request.partner_id, other)

    def test_a_contact_is_merged_into_one_of_another_customer(self):
        request = self._asked()
        self._answer(request, 9)
        other = self._create_customer("Other")
        kept = self._create_contact("Bo", "bo@other.example", other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.contact | kept).ids, kept, extra_checks=False)
        self.assertEqual((request.person_id, request.partner_id), (kept, other))
        self.assertEqual(request.verdict, "promoter")

    def test_customers_are_merged(self):
        request = self._asked()
        other = self._create_customer("Other")
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.customer | other).ids, other, extra_checks=False)
        self.assertEqual((request.person_id, request.partner_id), (self.contact, other))

    def test_a_person_who_is_deleted(self):
        self._create_round("nps", "loss", delay_days=0)
        person = self._create_customer("Leaving", email="leaving@c.example")
        with self.at("2026-03-02"):
            self._create_loss(person)
        request = self._run("2026-03-02")
        self.assertEqual((request.state, request.person_id), ("asked", person))
        person.unlink()
        self.assertFalse(request.exists())

    # ------------------------------------------------------------
    # DEFECTS
    # ------------------------------------------------------------

    def _broken(self, model, method):
        # A function, for the host takes a mock for a method that is run at every deletion.
        def fail(*_args, **_kwargs):
            raise ValueError("broken")

        return patch.object(type(self.env[model]), method, fail)

    def test_a_defect_leaves_the_answer_done(self):
        request = self._asked()
        with (
            self._broken("survey.user_input", "_mark_lifecycle_answers"),
            mute_logger(TRIGGER_LOG),
        ):
            answer = self._fill(request, 9, "2026-03-10")
        self.assertEqual(answer.state, "done")
        self._run("2026-03-11")
        self.assertEqual(request.value, 9)

    def test_a_defect_at_the_end_leaves_the_answer_done(self):
        request = self._asked()
        with (
            self._broken("crm.lifecycle.survey.mark", "_append"),
            mute_logger("odoo.addons.crm_lifecycle_survey.models.crm_lifecycle_survey_mark"),
        ):
            answer = self._fill(request, 9, "2026-03-10")
        self.assertEqual(answer.state, "done")

    def test_a_defect_leaves_lines_and_questions_to_be_changed(self):
        answer = self._answer(self._asked(), 9)
        line = answer.user_input_line_ids[0]
        question = self.nps.question_ids[0]
        with (
            self._broken("survey.user_input.line", "_mark_lifecycle_answers"),
            self._broken("survey.question", "_mark_lifecycle_answers"),
            mute_logger(TRIGGER_LOG),
        ):
            line.value_scale = 3
            copy = line.copy()
            copy.unlink()
            question.unlink()
        self.assertFalse(question.exists())

    def test_a_defect_leaves_answers_and_surveys_deleted(self):
        answer = self._answer(self._asked(), 9)
        with (
            self._broken("crm.lifecycle.survey.request", "_forget"),
            mute_logger(TRIGGER_LOG),
        ):
            answer.unlink()
            self.nps.unlink()
        self.assertFalse(answer.exists() or self.nps.exists())
