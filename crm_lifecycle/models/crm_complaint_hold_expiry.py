from odoo import api, models
from odoo.tools import SQL


class CrmComplaintHold(models.Model):
    """The job that ends holds after their last day, whatever becomes of the complaint."""

    _name = "crm.complaint.hold"
    _inherit = ["crm.complaint.hold", "crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D68  # "crmh" in ASCII
    _job_page_size = 100

    @api.model
    def _cron_expire(self):
        """Release invoices whose last day on hold has passed."""
        self._run_steps()

    @api.model
    def _get_steps(self):
        return ["expired"]

    @api.model
    def _get_rows_query(self, company, step, begin, limit):
        return SQL(
            """SELECT id FROM crm_complaint_hold
                WHERE id > %s AND company_id = %s AND state = 'active' AND date_to < %s
             ORDER BY id LIMIT %s""",
            begin,
            company.id,
            self._get_today(),
            limit,
        )

    @api.model
    def _do_expired(self, _company, rows):
        self.browse([row["id"] for row in rows])._release("expired")
