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

    def _create_lifecycle_answers(self, people, deadline):
        """Create an answer for each person to give until a moment, without limit of attempts.

        As the host's ``_create_answer`` does, but with as many queries for many as for one.

        :return: ``{person: answer}``
        """
        self.ensure_one()
        inputs = self.env["survey.user_input"]
        limited = self.is_attempts_limited and self.access_mode != "public"
        vals_list = []
        for person in people:
            user = person.user_ids[:1]
            self._check_answer_creation(user, person, False, check_attempts=False)
            vals = {
                "survey_id": self.id,
                "partner_id": person.id,
                "email": user.email or person.email,
                "nickname": user.name or person.name,
                "deadline": deadline,
            }
            if limited:
                vals["invite_token"] = inputs._generate_invite_token()
            vals_list.append(vals)
        # Nobody follows answers, which the host would look up for each.
        answers = inputs.with_context(tracking_disable=True).create(vals_list)
        answers = answers.with_env(self.env)
        self._fill_in_lifecycle_known(answers)
        return dict(zip(people, answers, strict=True))

    def _fill_in_lifecycle_known(self, answers):
        """Answer the questions for mail address and name, which we know."""
        for question in self.question_ids:
            for name, is_asked in (
                ("email", question.save_as_email),
                ("nickname", question.save_as_nickname),
            ):
                if question.question_type == "char_box" and is_asked:
                    for answer in answers.filtered(name):
                        answer._save_lines(question, answer[name])

    def unlink(self):
        """Forget what was answered: the host deletes answers along with their survey."""
        requests = self.env["crm.lifecycle.survey.request"]
        with host_first(self, "answers"):
            requests = requests.sudo().search([("user_input_id.survey_id", "in", self.ids)])
        result = super().unlink()
        with behind_savepoint(requests, "answers"):
            requests._forget()
        return result
