"""What tests of points for surveys share: a rule that gives five points for an answer."""

from odoo.addons.crm_lifecycle_loyalty.tests.point_common import PointCase
from odoo.addons.crm_lifecycle_survey.tests.survey_common import SurveyCase


class SurveyPointCase(SurveyCase, PointCase):
    """A rule that gives points for answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey_rule = cls.env["crm.lifecycle.point.rule"].create(
            {
                "name": "Thank you for your answer",
                "source": "survey",
                "program_id": cls.program.id,
                "points": 5.0,
                "since": "2026-01-01",
                "company_id": cls.company.id,
            }
        )
