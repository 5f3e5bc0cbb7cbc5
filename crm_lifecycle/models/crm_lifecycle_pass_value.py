import logging

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_lifecycle_pass import REBUILDS
from .crm_lifecycle_queue_work import CONCURRENCY_ERRORS

_logger = logging.getLogger(__name__)


class CrmLifecyclePass(models.Model):
    """After a pass the value classes are measured, by whichever worker comes next."""

    _inherit = "crm.lifecycle.pass"  # pylint: disable=consider-merging-classes-inherited

    to_measure = fields.Boolean(
        readonly=True, help="Where the value classes begin is yet to be measured after it."
    )

    def _finish(self, state="done"):
        self.to_measure = state == "done"
        return super()._finish(state)

    @api.model
    def _measure_next(self):
        """Measure the value classes after the passes that have ended; never commits.

        :return: number of these passes, 0 if there is none
        """
        self.flush_model(["to_measure"])
        rows = self.env.execute_query(
            SQL("SELECT id FROM crm_lifecycle_pass WHERE to_measure FOR UPDATE SKIP LOCKED")
        )
        ended = self.sudo().browse([pass_id for (pass_id,) in rows])
        if not ended:
            return 0
        companies = ended.company_id
        if any(not record.company_id for record in ended):
            companies = companies.search([("active", "=", True)])
        try:
            with self.env.cr.savepoint():
                anew = self.env["crm.lifecycle.rfm.cut"]._measure(companies)
                if any(record.kind in ("week", *REBUILDS) for record in ended):
                    anew = companies.ids
                self.env["crm.lifecycle.value.cut"]._measure(companies, anew)
        except CONCURRENCY_ERRORS:
            raise
        except Exception:  # noqa: BLE001 the next pass tries again
            _logger.exception("Customer lifecycle: value classes were not measured")
        ended.to_measure = False
        ended.flush_recordset()
        return len(ended)
