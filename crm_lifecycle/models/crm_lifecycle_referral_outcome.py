from odoo import api, models
from odoo.tools import SQL

from ..engine import referrals
from ..engine.referrals import ACCEPTED


class CrmLifecycleReferral(models.Model):
    """What became of an accepted claim follows from the customer's purchases, and the lead."""

    _inherit = "crm.lifecycle.referral"  # pylint: disable=consider-merging-classes-inherited

    def _note_outcome(self, row):
        """Note whether the customer bought, or the lead was lost.

        :param dict row: of ``engine.referrals.stale``
        """
        self.ensure_one()
        vals = {"first_date": row["first_date"] or False, "is_stale": False}
        if row["first_amount"] is not None or not row["first_date"]:
            # Else the documents tell of that day nothing yet, which is not the same as 0.
            vals["first_amount"] = row["first_amount"] or 0.0
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
        self.with_context(lifecycle_referral_outcome=True).write(news)

    @api.constrains("referrer_id", "partner_id", "state")
    def _check_circle(self):
        # What customers did since brings nobody: it is not asked of each claim again.
        if not (self.env.su and self.env.context.get("lifecycle_referral_outcome")):
            super()._check_circle()

    def _get_outcome(self, row):
        """Return state and reason of an accepted claim."""
        if row["first_date"]:
            return {"state": "won", **self._get_reason_vals(False)}
        if row["is_lost"]:
            return {"state": "lost", **self._get_reason_vals("lost")}
        return {"state": "accepted", **self._get_reason_vals(False)}

    def _filter_waiting(self):
        """Return the claims whose customers' documents have changed and are not looked at yet."""
        self.flush_model(["partner_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_lifecycle_referral WHERE id = ANY(%s) AND partner_id IN (%s)",
                self.ids,
                referrals.waiting(),
            )
        )
        return self.browse([claim_id for (claim_id,) in rows])

    def _filter_contested(self):
        """Return the claims to customers whom somebody else may have brought: a person decides."""
        open_claims = self.search(
            [
                ("state", "=", "claimed"),
                ("partner_id", "in", self.partner_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        contested = {(claim.partner_id, claim.company_id) for claim in open_claims}
        return self.filtered(lambda claim: (claim.partner_id, claim.company_id) in contested)

    def _follow_outcomes(self):
        """Do what follows from the outcomes; bridges may do more."""
        self.env["crm.lifecycle.referral.reward"]._follow(self)
