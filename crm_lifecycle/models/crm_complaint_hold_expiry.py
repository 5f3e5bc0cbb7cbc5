import logging

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# Holds that one transaction releases.
PAGE_SIZE = 100


class CrmComplaintHold(models.Model):
    """A hold ends after its last day, whatever becomes of the complaint."""

    _inherit = "crm.complaint.hold"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _cron_expire(self):
        """Release invoices whose last day on hold has passed, page by page."""
        for company in self.env["res.company"].sudo().search([("active", "=", True)]):
            begin = 0
            while begin is not None:
                count, begin = self.with_company(company)._expire(company, begin)
                if count and not self.env["ir.cron"]._commit_progress(count, remaining=1):
                    return
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    @api.model
    def _expire(self, company, begin=0, limit=PAGE_SIZE):
        """Release the next invoices; never commits. One that fails is logged and left.

        :return: how many were looked at, and the id to go on after, None at the end
        """
        holds = self.sudo().search(
            [
                ("id", ">", begin),
                ("company_id", "=", company.id),
                ("state", "=", "active"),
                ("date_to", "<", self._get_today()),
            ],
            order="id",
            limit=limit,
        )
        for hold in holds:
            try:
                with self.env.cr.savepoint():
                    hold._release("expired")
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:  # noqa: BLE001 whatever it is, the rest must go on
                self.env.invalidate_all()
                _logger.exception("Complaints: hold %s could not be released", hold.id)
        return len(holds), holds[-1].id if len(holds) == limit else None
