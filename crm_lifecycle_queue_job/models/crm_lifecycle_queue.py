from odoo import api, models


class CrmLifecycleQueue(models.Model):
    """The base's cron leaves to jobs what jobs do."""

    _inherit = "crm.lifecycle.queue"

    @api.model
    def _get_running_passes(self):
        left = set(self.env["crm.lifecycle.pass"]._get_left_to_jobs().ids)
        return [pass_id for pass_id in super()._get_running_passes() if pass_id not in left]

    @api.model
    def _count_waiting(self, limit=10000):
        left = self.env["crm.lifecycle.pass"]._get_left_to_jobs().sudo().exists()
        waiting = left.filtered(lambda left_pass: left_pass.state == "waiting")
        return super()._count_waiting(limit) - len(waiting)
