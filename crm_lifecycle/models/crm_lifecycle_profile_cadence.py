from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import cadence, sources, staging


class CrmLifecycleProfile(models.Model):
    """When customers are contacted next: written where it differs, for many at once."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------
    # ENGINE
    # ------------------------------------------------------------

    @api.model
    def _record_cadence(self, partner_ids):
        """Find the cadences of customers and when they are contacted next, and write what differs.

        After their contacts, figures, values and types, by which the rules go.

        :param list partner_ids: ids of commercial partners
        :return: ids of the customers of whom something was written
        """
        # For customers named one by one, see crm.lifecycle.event.
        with staging.planned(self.env.cr, "seqscan", "mergejoin"):
            return self._write_cadences(
                SQL("profile.partner_id = ANY(%s)", list(partner_ids)),
                sources.Scope(list(partner_ids)),
            )

    @api.model
    def _write_cadences(self, profiles, scope=None):
        """Write when customers are contacted next, and why, where it differs.

        :param SQL profiles: condition on ``profile``
        :param Scope scope: the same customers, where they are named one by one
        :return: ids of the customers of whom something was written
        """
        self.env.flush_all()
        now = fields.Datetime.now()
        cadences = self.env["crm.lifecycle.cadence"].sudo()
        rules = cadences._read_rules()
        self.env.cr.execute(
            cadence.recording(
                self._get_cadence_companies(now),
                now,
                rules,
                cadences._read_workdays({rule.terms["calendar_id"] for rule in rules} - {False}),
                profiles,
                scope,
            )
        )
        written = [partner_id for (partner_id,) in self.env.cr.fetchall()]
        if written:
            self.env.invalidate_all(flush=False)
        return written

    @api.model
    def _get_cadence_companies(self, now):
        """Return the CTE of companies with their working times."""
        return sources.company_cte(now, rule_columns=SQL(", c.resource_calendar_id AS calendar_id"))
