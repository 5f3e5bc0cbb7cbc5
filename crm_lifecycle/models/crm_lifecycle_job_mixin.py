import logging

from odoo import api, models
from odoo.tools import SQL

from .crm_lifecycle_queue_work import CONCURRENCY_ERRORS, MAX_RETRIES

_logger = logging.getLogger(__name__)


class CrmLifecycleJobMixin(models.AbstractModel):
    """A job that does something in steps, for one company after the other.

    It works in pages, each committed, and may be cut off and started again at any time: what is
    done is not found again, and what fails does not hold up the rest.
    """

    _name = "crm.lifecycle.job.mixin"
    _description = "Customer Lifecycle Job in Steps"

    # First key of the advisory locks on companies: one worker at a time does a job.
    _job_lock_space = None
    # Rows that one transaction deals with.
    _job_page_size = 500

    @api.model
    def _get_steps(self):
        """Return the names of what is done in turn; ``_do_<name>`` deals with rows of one."""
        raise NotImplementedError

    @api.model
    def _get_companies(self):
        """Return the companies that the job is done for."""
        return self.env["res.company"].sudo().search([("active", "=", True)])

    @api.model
    def _get_rows_query(self, company, step, begin, limit):
        """Return the query of the next rows of a step, None if there is nothing to do now.

        Its rows have an ``id`` and are sorted by it. Steps that have little in common have a
        ``_query_<name>`` each.

        :param int begin: id after which to look
        """
        return getattr(self, f"_query_{step}")(company, begin, limit)

    @api.model
    def _run_steps(self):
        """Do all steps for all companies, as long as the job may run."""
        retries = 0
        while retries <= MAX_RETRIES:
            try:
                self._work_off_all()
                return
            except CONCURRENCY_ERRORS:
                _logger.info("%s: another worker was faster, trying again", self._description)
                self.env.cr.rollback()
                retries += 1
        self.env["ir.cron"]._commit_progress(0, remaining=1)

    @api.model
    def _work_off_all(self):
        for company in self._get_companies():
            for step in self._get_steps():
                begin = 0
                while begin is not None:
                    count, begin = self._work_off(company, step, begin)
                    if count and not self.env["ir.cron"]._commit_progress(count, remaining=1):
                        return
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    @api.model
    def _work_off(self, company, step, begin=0, limit=None):
        """Do the next page of a step; never commits.

        :param int limit: rows at most, the job's own page if not given
        :return: number of rows dealt with, and the id after which to go on, None at the end
        """
        # As the superuser: the job is nobody's.
        self = self.sudo().with_company(company)  # noqa: PLW0642
        limit = limit or self._job_page_size
        query = self._try_lock(company) and self._get_rows_query(company, step, begin, limit)
        if not query:
            return 0, None
        self.env.flush_all()
        self.env.cr.execute(query)
        rows = self.env.cr.dictfetchall()
        if not rows:
            return 0, None
        self._do_or_leave(company, step, rows)
        return len(rows), rows[-1]["id"] if len(rows) == limit else None

    @api.model
    def _try_lock(self, company):
        """Keep other workers from the company until the end of the transaction."""
        [[is_free]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", self._job_lock_space, company.id)
        )
        return is_free

    @api.model
    def _do_or_leave(self, company, step, rows):
        """Deal with rows; one that fails is logged, and does not stop the rest."""
        try:
            with self.env.cr.savepoint():
                getattr(self, f"_do_{step}")(company, rows)
                self.env.flush_all()
        except CONCURRENCY_ERRORS:
            raise
        except Exception:  # noqa: BLE001 whatever it is, the rest must go on
            self.env.invalidate_all()
            if len(rows) == 1:
                _logger.exception("%s: %s failed for %s", self._description, step, rows)
                return
            middle = len(rows) // 2
            for part in (rows[:middle], rows[middle:]):
                self._do_or_leave(company, step, part)
