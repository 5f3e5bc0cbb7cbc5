from odoo import api, models

from ..engine.sources import METRICS


class CrmLifecycleCriterion(models.Model):
    """What customers answered, and whether they do, as figures of criteria."""

    _inherit = "crm.lifecycle.criterion"

    @api.model
    def _get_metrics(self):
        return {**super()._get_metrics(), **METRICS}

    def _get_unit_label(self, metric):
        return self.env._("of 10") if metric.key == "nps" else super()._get_unit_label(metric)
