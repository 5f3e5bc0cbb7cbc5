from odoo import models

from ..engine.referrals import ACCEPTED


class CrmLifecycleReferral(models.Model):
    """What became of an accepted claim follows from the customer's purchases, and the lead."""

    _inherit = "crm.lifecycle.referral"  # pylint: disable=consider-merging-classes-inherited

    def _note_outcome(self, row):
        """Note whether the customer bought, or the lead was lost.

        :param dict row: of ``engine.referrals.stale``
        """
        self.ensure_one()
        vals = {
            "first_date": row["first_date"] or False,
            "first_amount": row["first_amount"] or 0.0,
            "is_stale": False,
        }
        if self.state in ACCEPTED:
            vals |= self._get_outcome(row)
        news = {
            name: value
            for name, value in vals.items()
            if self._fields[name].convert_to_record(
                self._fields[name].convert_to_cache(value, self), self
            )
            != self[name]
        }
        self.write(news)

    def _get_outcome(self, row):
        """Return state and reason of an accepted claim."""
        if row["first_date"]:
            return {"state": "won", **self._get_reason_vals(False)}
        if row["is_lost"]:
            return {"state": "lost", **self._get_reason_vals("lost")}
        return {"state": "accepted", **self._get_reason_vals(False)}

    def _follow_outcomes(self):
        """Do what follows from the outcomes; bridges may do more."""
        self.env["crm.lifecycle.referral.reward"]._follow(self)
