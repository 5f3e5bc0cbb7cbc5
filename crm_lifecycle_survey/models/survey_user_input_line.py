from odoo import api, models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first


class SurveyUserInputLine(models.Model):
    """A line of a complete answer that somebody corrects: the answer is read again."""

    _inherit = "survey.user_input.line"

    def _mark_lifecycle_answers(self):
        # What is still being filled in is read when it is complete.
        done = self.user_input_id.filtered(lambda answer: answer.state == "done")
        done._mark_lifecycle_answers()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        with host_first(lines, "answers"):
            lines._mark_lifecycle_answers()
        return lines

    def write(self, vals):
        result = super().write(vals)
        with host_first(self, "answers"):
            self._mark_lifecycle_answers()
        return result

    def unlink(self):
        with host_first(self, "answers"):
            self._mark_lifecycle_answers()
        return super().unlink()
