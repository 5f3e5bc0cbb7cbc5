from odoo import api, models

from ..engine import sources


class CrmLifecycleEvent(models.Model):
    """Answers are statements of satisfaction, and figures of their own."""

    _inherit = "crm.lifecycle.event"

    @api.model
    def _get_satisfaction_sources(self, scope):
        return {**super()._get_satisfaction_sources(scope), "survey": sources.answers(scope)}

    @api.model
    def _get_figure_sources(self, scope):
        return {
            **super()._get_figure_sources(scope),
            "nps": ("nps", sources.nps_answers(scope)),
            "surveyed": ("surveyed", sources.settled_requests(scope)),
        }

    @api.model
    def _get_traces(self):
        return [*super()._get_traces(), sources.TRACE]
