from odoo import api, fields, models

from ..engine import points


class CrmLifecyclePointJob(models.AbstractModel):
    """The job that gives points, and takes back those for what no longer holds."""

    _name = "crm.lifecycle.point.job"
    _description = "Giving of Points"
    _inherit = ["crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D70  # "crmp" in ASCII
    _job_page_size = 200

    @api.model
    def _cron_give(self):
        self._run_steps()

    @api.model
    def _get_steps(self):
        # What is taken back first is not there to be given against.
        return ["follow", "give", "collect"]

    @api.model
    def _query_follow(self, company, begin, limit):
        sources = self.env["crm.lifecycle.event"]._get_point_sources()
        return points.to_follow(company.id, fields.Datetime.now(), sources, begin, limit)

    @api.model
    def _do_follow(self, _company, rows):
        person_ids = {row["id"]: row["person_id"] for row in rows}
        self.env["crm.lifecycle.point"].browse(person_ids)._follow(person_ids)

    @api.model
    def _query_give(self, company, begin, limit):
        events = self.env["crm.lifecycle.event"]
        return points.to_give(
            company.id,
            fields.Datetime.now(),
            events._get_point_sources(),
            events._get_point_conditions(),
            begin,
            limit,
        )

    @api.model
    def _do_give(self, _company, rows):
        self.env["crm.lifecycle.point"]._give(rows)

    @api.model
    def _query_collect(self, company, begin, limit):
        return points.to_collect(company.id, begin, limit)

    @api.model
    def _do_collect(self, _company, rows):
        self.env["crm.lifecycle.point"].browse([row["id"] for row in rows])._collect()

    @api.model
    def _wake(self):
        """Have the job run soon."""
        cron = self.env.ref("crm_lifecycle_loyalty.ir_cron_point", raise_if_not_found=False)
        if cron:
            cron._trigger()
