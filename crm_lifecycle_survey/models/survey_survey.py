from odoo import models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import (
    behind_savepoint,
    host_first,
)

FIT_TYPES = ("survey", "custom")


class SurveySurvey(models.Model):
    """A survey that rounds send."""

    _inherit = "survey.survey"

    def _get_lifecycle_obstacle(self):
        """Return why a round cannot send the survey, False if it can."""
        self.ensure_one()
        if not self.active:
            return self.env._("The survey is closed.")
        if self.certification or self.survey_type not in FIT_TYPES:
            return self.env._("Customers are asked by surveys, not by tests or live sessions.")
        if self.questions_selection == "random":
            return self.env._(
                "The survey draws its questions, so that not everybody would be asked the one"
                " that counts."
            )
        if self.users_login_required:
            return self.env._("The survey asks for a login, which customers may not have.")
        return False

    def unlink(self):
        """Forget what was answered: the host deletes answers along with their survey."""
        requests = self.env["crm.lifecycle.survey.request"]
        with host_first(self, "answers"):
            requests = requests.sudo().search([("user_input_id.survey_id", "in", self.ids)])
        result = super().unlink()
        with behind_savepoint(requests, "answers"):
            requests._forget()
        return result
