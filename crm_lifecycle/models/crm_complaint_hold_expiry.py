from odoo import api, models
from odoo.tools import SQL

from .account_move_hold import FLAGGED


class CrmComplaintHold(models.Model):
    """The job that ends holds after their last day, whatever becomes of the complaint, and
    gives disputed invoices their flag again where it got lost.
    """

    _name = "crm.complaint.hold"
    _inherit = ["crm.complaint.hold", "crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D68  # "crmh" in ASCII
    _job_page_size = 100

    @api.model
    def _cron_expire(self):
        """Release invoices whose last day on hold has passed, and compare the rest."""
        self._run_steps()

    @api.model
    def _get_steps(self):
        return ["expired", "lost"]

    @api.model
    def _query_expired(self, company, begin, limit):
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

    @api.model
    def _query_lost(self, company, begin, limit):
        """Return the query of holds whose invoice has a line to be paid without the flag.

        People's edits of the flag are decisions and end holds. What else changes lines, such as
        an import or a correction by SQL, knows nothing of holds.
        """
        return SQL(
            """SELECT hold.id
                 FROM crm_complaint_hold hold
                WHERE hold.id > %s AND hold.company_id = %s
                  AND (hold.state = 'active' OR hold.decision = 'keep')
                  AND EXISTS (SELECT FROM account_move_line line
                                JOIN account_account account ON account.id = line.account_id
                               WHERE line.move_id = hold.move_id
                                 AND line.no_followup IS NOT TRUE
                                 AND account.account_type = ANY(%s))
             ORDER BY hold.id LIMIT %s""",
            begin,
            company.id,
            list(FLAGGED),
            limit,
        )

    @api.model
    def _do_lost(self, _company, rows):
        self._hold_again(self.browse([row["id"] for row in rows]).move_id)
