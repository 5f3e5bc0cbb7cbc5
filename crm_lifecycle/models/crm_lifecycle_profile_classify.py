import logging

from odoo import api, models
from odoo.tools import SQL

from .crm_lifecycle_queue_work import CONCURRENCY_ERRORS

_logger = logging.getLogger(__name__)


class CrmLifecycleProfile(models.Model):
    """Customers of a company classified anew, and their cadences found, some at a time."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _classify_after(self, company_id, begin, limit, with_types):
        """Classify the next customers of a company; never commits.

        What goes wrong is logged and left for the next look at these customers: others, and
        other companies, have to go on.

        :param int begin: profile up to which they are classified
        :param bool with_types: derive their types from documents as well
        :return: number of customers compared; how many were written, None where something went
            wrong; and the last one's profile, None at the end
        """
        # Compiling so wide a statement takes longer than running it.
        self.env.cr.execute(SQL("SET LOCAL jit = off"))
        [[count, end, partner_ids]] = self.env.execute_query(
            SQL(
                """SELECT COUNT(*), MAX(id), ARRAY_AGG(partner_id ORDER BY partner_id)
                     FROM (SELECT id, partner_id FROM crm_lifecycle_profile
                            WHERE company_id = %s AND id > %s
                         ORDER BY id LIMIT %s) next""",
                company_id,
                begin,
                limit,
            )
        )
        profiles = SQL(
            "profile.company_id = %s AND profile.id > %s AND profile.id <= %s",
            company_id,
            begin,
            end,
        )
        written = 0
        try:
            with self.env.cr.savepoint():
                written += len(self.env["crm.lifecycle.value"]._write_classes(profiles))
                if with_types and partner_ids:
                    self._record_types(partner_ids)
                # By the classes and types of just now.
                written += len(self._write_cadences(profiles))
        except CONCURRENCY_ERRORS:
            raise
        except Exception:  # noqa: BLE001 the rest has to go on
            written = None
            _logger.exception("Customer lifecycle: customers were not classified")
        self.invalidate_model()
        return count, written, end if count == limit else None
