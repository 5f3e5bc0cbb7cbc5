import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

_MARKED = "crm_lifecycle_survey.marked_answers"


class CrmLifecycleSurveyMark(models.Model):
    """Answers to read, because they were given or changed.

    Like the queue of customers, it is only appended to and deleted from, so that whoever
    answers never waits for the job, nor the job for them.
    """

    _name = "crm.lifecycle.survey.mark"
    _description = "Survey Answer to Read"
    _log_access = False
    _order = "id"
    _rec_name = "request_ref"

    # Plain number: a foreign key would lock the request's row.
    request_ref = fields.Integer(string="Request ID", required=True, readonly=True)

    @api.model
    def _mark(self, user_input_ids):
        """Have answers read after the current transaction; those of no request are left out."""
        user_input_ids = {number for number in user_input_ids if number}
        if not user_input_ids:
            return
        precommit = self.env.cr.precommit
        if _MARKED not in precommit.data:
            precommit.data[_MARKED] = set()
            precommit.add(self.sudo()._append_marked)
        precommit.data[_MARKED] |= user_input_ids

    @api.model
    def _append_marked(self):
        user_input_ids = self.env.cr.precommit.data.pop(_MARKED, None)
        if not user_input_ids:
            return
        try:
            self._append(user_input_ids)
        except psycopg2.Error:
            # The transaction is lost already.
            raise
        except Exception:  # noqa: BLE001 the job looks for what was missed, too
            _logger.exception("Survey answers %s were not marked", user_input_ids)

    @api.model
    def _append(self, user_input_ids):
        marked = self.env.execute_query(
            SQL(
                """INSERT INTO crm_lifecycle_survey_mark (request_ref)
                        SELECT request.id
                          FROM crm_lifecycle_survey_request request
                         WHERE request.user_input_id = ANY(%s)
                      ORDER BY request.id
                     RETURNING id""",
                sorted(user_input_ids),
            )
        )
        cron = marked and self.env.ref(
            "crm_lifecycle_survey.ir_cron_read", raise_if_not_found=False
        )
        if cron:
            cron._trigger()

    @api.model
    def _forget_deleted(self):
        """Drop the marks of requests that are gone; those that others have in hand they drop."""
        self.env.cr.execute(
            """DELETE FROM crm_lifecycle_survey_mark
                WHERE id = ANY(ARRAY(
                      SELECT id FROM crm_lifecycle_survey_mark mark
                       WHERE NOT EXISTS (
                             SELECT FROM crm_lifecycle_survey_request request
                              WHERE request.id = mark.request_ref)
                  FOR UPDATE SKIP LOCKED))"""
        )
