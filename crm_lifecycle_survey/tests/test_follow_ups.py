from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestFollowUps(SurveyCase):
    """Whoever is dissatisfied is called once, as the round says."""

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
        activities = type(self.env["mail.activity"])
        create = activities.create

        def hear(records, vals_list):
            said.append(records.env.lang)
            return create(records, vals_list)

        with patch.object(activities, "create", hear):
            self._answer(self._asked(), 2)
        self.assertEqual(said, ["zh_CN"])

    def test_a_call_that_cannot_be_planned(self):
        request = self._asked()
        with (
            patch.object(
                type(self.env["mail.activity"]), "create", side_effect=ValueError("broken")
            ),
            mute_logger(
                "odoo.addons.crm_lifecycle_survey.models.crm_lifecycle_survey_request_answer"
            ),
        ):
            self._answer(request, 2)
        self.assertEqual((request.state, request.verdict), ("answered", "detractor"))

    def test_one_call_that_cannot_be_planned_does_not_hold_up_the_rest(self):
        other = self._create_customer("Other", email="other@o.example")
        one, two = self._asked(), self._asked(person=other)
        activities = type(self.env["mail.activity"])
        create = activities.create

        def fail(records, vals_list):
            if self.customer.id in [vals["res_id"] for vals in vals_list]:
                raise ValueError("broken")
            return create(records, vals_list)

        self._fill(one, 2, "2026-03-10")
        self._fill(two, 2, "2026-03-10")
        with (
            patch.object(activities, "create", fail),
            mute_logger(
                "odoo.addons.crm_lifecycle_survey.models.crm_lifecycle_survey_request_answer"
            ),
        ):
            self._read("2026-03-10")
        self.assertEqual((one | two).mapped("verdict"), ["detractor", "detractor"])
        self.assertEqual((bool(one.activity_id), bool(two.activity_id)), (False, True))
