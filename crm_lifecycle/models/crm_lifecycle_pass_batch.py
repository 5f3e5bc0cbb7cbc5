from odoo import api, fields, models
from odoo.tools import SQL

# What the speed is taken from: the batches of the last so many minutes.
_RECENT = "5 minutes"


class CrmLifecyclePassBatch(models.Model):
    """Customers that a worker looked at in one transaction.

    Rows are appended only: workers that added up in one place would wait for each other.
    """

    _name = "crm.lifecycle.pass.batch"
    _description = "Customer Lifecycle Pass Batch"
    _log_access = False
    _order = "id DESC"
    _rec_name = "finished_at"

    pass_id = fields.Many2one(
        "crm.lifecycle.pass", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="pass_id.company_id")
    finished_at = fields.Datetime(string="Finished", required=True, readonly=True)
    looked = fields.Integer(string="Looked At", readonly=True)
    changed = fields.Integer(readonly=True)
    failed = fields.Integer(string="Set Aside", readonly=True)
    seconds = fields.Float(readonly=True)
    worker = fields.Char(readonly=True, help="Host and process that did it.")

    _pass_idx = models.Index("(pass_id, finished_at)")

    @api.model
    def _measure_speeds(self, pass_ids):
        """Return customers per second over the last minutes, as ``{pass id: number}``."""
        self.flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """SELECT pass_id, (SUM(looked) / GREATEST(1, EXTRACT(EPOCH FROM
                              MAX(finished_at)
                              - MIN(finished_at - make_interval(secs => seconds)))))::float
                         FROM crm_lifecycle_pass_batch
                        WHERE pass_id = ANY(%(ids)s)
                          AND finished_at > %(now)s::timestamp - %(recent)s::interval
                     GROUP BY pass_id""",
                    ids=list(pass_ids),
                    now=fields.Datetime.now(),
                    recent=_RECENT,
                )
            )
        )
