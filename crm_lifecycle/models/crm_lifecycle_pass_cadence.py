from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..engine.workdays import SEARCHED_DAYS


class CrmLifecyclePass(models.Model):
    """Next contacts that move by themselves: a planned day passes, a rule looks at today."""

    _inherit = "crm.lifecycle.pass"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _start_due(self):
        started = super()._start_due()
        # Nobody knows on which day another customer meets conditions of one's own.
        rules = (
            self.env["crm.lifecycle.cadence"].sudo().search([("domain", "not in", (False, "[]"))])
        )
        if rules:
            self.env["crm.lifecycle.queue"]._execute_and_wake(
                self.env["crm.lifecycle.reclassification"]._get_appending(
                    rules.company_id.ids, with_types=False
                )
            )
        return started

    def _get_due(self):
        """Return the query of those for whom a date has come, or what was planned has passed.

        A meeting is over then; an activity that nobody does is waited for as long as the
        customer can wait. And of those whose date was moved to a working day so long ago that
        it is not any more.
        """
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        start = self.env["crm.lifecycle.cadence"]._get_first_workday()
        return SQL(
            """%s UNION
               SELECT profile.partner_id
                 FROM crm_lifecycle_profile profile
                WHERE profile.planned_contact_date < %s
                  AND (profile.cadence_figures->>'planned_by' = 'meeting'
                       OR profile.latest_contact_date < %s)
                UNION
               SELECT profile.partner_id
                 FROM crm_lifecycle_profile profile
                WHERE profile.next_contact_date < %s
                  AND profile.cadence_figures->>'moved_to' IS NOT NULL
                  AND LEAST((profile.cadence_figures->>'wanted')::date,
                            profile.next_contact_date) < %s""",
            super()._get_due(),
            # On that day or a day later, whatever the company's zone.
            today,
            today,
            start + timedelta(days=SEARCHED_DAYS),
            start,
        )
