from odoo import api, models

from ..engine import points, registrations


class CrmLifecycleEvent(models.Model):
    """What customers earn points for; bridges add their own."""

    _inherit = "crm.lifecycle.event"

    @api.model
    def _get_point_sources(self):
        """Return what earns points as long as it holds, see ``engine.points``.

        :return: ``{name: SQL}``, each a SELECT with the columns ``company_id``, ``person_id``,
            ``partner_id``, ``date``, ``key``, ``res_model``, ``res_id``; ``company`` can be joined
        """
        sources = {"referral": points.referrals()}
        if "crm.lifecycle.registration" in self.env:
            sources["registration"] = registrations.registrations()
        return sources

    @api.model
    def _get_point_conditions(self):
        """Return what has to hold besides, of ``held``, before points are given at all.

        :return: ``{name: SQL}``; what holds later no longer, takes nothing back
        """
        return {"referral": points.referral_condition()}
