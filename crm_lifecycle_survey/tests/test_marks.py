from odoo.tests import tagged

from .survey_common import SurveyCase


@tagged("post_install", "-at_install")
class TestMarks(SurveyCase):
    """Marks of answers to read go with what they marked."""

    def _run_reader(self):
        with self.enter_registry_test_mode(), self.at("2026-03-10"):
            self.env.ref("crm_lifecycle_survey.ir_cron_read").method_direct_trigger()

    def test_marks_of_deleted_requests_are_deleted(self):
        person = self._create_customer("Leaving", email="leaving@c.example")
        self._create_round("nps", "loss", delay_days=0)
        with self.at("2026-03-02"):
            self._create_loss(person)
        leaving = self._run("2026-03-02")
        self._fill(leaving, 9, "2026-03-03")
        staying = self._asked()
        self._fill(staying, 9, "2026-03-10")
        person.unlink()
        self.env.flush_all()
        self.assertFalse(leaving.exists())
        self.assertEqual(len(self.marks.search([])), 2)
        self._run_reader()
        self.assertFalse(self.marks.search([]))
        self.assertEqual(staying.state, "answered")
