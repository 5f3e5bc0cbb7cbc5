from odoo import api, models
from odoo.tools import SQL


class CrmLifecycleEvent(models.Model):
    """Who answered a survey earns points, as long as the answer stands.

    Whoever skipped all of it earns none; who is not to blame that the question that counts was
    changed keeps them.
    """

    _inherit = "crm.lifecycle.event"

    @api.model
    def _get_point_sources(self):
        return {
            **super()._get_point_sources(),
            "survey": SQL(
                """SELECT request.company_id, request.person_id, request.partner_id,
                          request.date_answered AS date,
                          'crm.lifecycle.survey.request,' || request.id AS key,
                          'crm.lifecycle.survey.request' AS res_model, request.id AS res_id
                     FROM crm_lifecycle_survey_request request
                    WHERE request.date_answered IS NOT NULL
                      AND request.user_input_id IS NOT NULL
                      AND (request.state = 'answered' OR request.reason = 'changed'
                           -- Something was answered, beside what the survey knew of them.
                           OR EXISTS (SELECT FROM survey_user_input_line line
                                        JOIN survey_question question
                                          ON question.id = line.question_id
                                       WHERE line.user_input_id = request.user_input_id
                                         AND line.skipped IS NOT TRUE
                                         AND question.save_as_email IS NOT TRUE
                                         AND question.save_as_nickname IS NOT TRUE))"""
            ),
        }
