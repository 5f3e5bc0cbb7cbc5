from dataclasses import replace

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_lifecycle.engine.rules import Condition, StageRule

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestStatements(SurveyCase):
    """Answers are statements of satisfaction, figures as of any day, and told on the profile."""

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
