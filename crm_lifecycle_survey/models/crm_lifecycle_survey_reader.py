from odoo import api, models
from odoo.tools import SQL


class CrmLifecycleSurveyReader(models.AbstractModel):
    """The job that reads answers: those that are marked, and no others."""

    _name = "crm.lifecycle.survey.reader"
    _description = "Reading of Survey Answers"
    _inherit = ["crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D61  # "crma" in ASCII

    @api.model
    def _cron_read(self):
        self._run_steps()

    @api.model
    def _work_off_all(self):
        self.env["crm.lifecycle.survey.mark"]._forget_deleted()
        super()._work_off_all()

    @api.model
    def _get_companies(self):
        """Return the companies whose customers answered."""
        ids = self.env.execute_query(
            SQL(
                """SELECT DISTINCT request.company_id
                     FROM crm_lifecycle_survey_mark mark
                     JOIN crm_lifecycle_survey_request request ON request.id = mark.request_ref"""
            )
        )
        return self.env["res.company"].sudo().browse([company_id for [company_id] in ids])

    @api.model
    def _get_steps(self):
        return ["marked"]

    @api.model
    def _query_marked(self, company, begin, limit):
        return SQL(
            """SELECT request.id, ARRAY_AGG(mark.id) AS mark_ids
                 FROM crm_lifecycle_survey_mark mark
                 JOIN crm_lifecycle_survey_request request ON request.id = mark.request_ref
                WHERE request.company_id = %s AND request.id > %s
             GROUP BY request.id
             ORDER BY request.id
                LIMIT %s""",
            company.id,
            begin,
            limit,
        )

    @api.model
    def _do_marked(self, _company, rows):
        """Read answers; what was marked meanwhile stays marked."""
        requests = self.env["crm.lifecycle.survey.request"].browse([row["id"] for row in rows])
        requests._read_answers()
        marks = self.env["crm.lifecycle.survey.mark"]
        marks.browse([mark_id for row in rows for mark_id in row["mark_ids"]]).unlink()
