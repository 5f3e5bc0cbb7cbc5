from odoo import api, models

from ..engine.referrals import ACCEPTED
from .crm_lifecycle_trigger_mixin import host_first

# What of a claim says who brought whom, where and since when.
FACTS = {"partner_id", "referrer_id", "company_id", "date", "state"}


class CrmLifecycleReferral(models.Model):
    """Whom a customer brought is a figure of the customer: accepted claims are what it sums up.

    What becomes of an accepted claim, whether the referred customer bought, is read from the
    documents, and is no change of it.
    """

    _inherit = "crm.lifecycle.referral"  # pylint: disable=consider-merging-classes-inherited

    @api.model_create_multi
    def create(self, vals_list):
        referrals = super().create(vals_list)
        referrals._mark_changed({})
        return referrals

    def write(self, vals):
        if FACTS.isdisjoint(vals):
            return super().write(vals)
        before = self._get_facts()
        result = super().write(vals)
        self._mark_changed(before)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_marked(self):
        """Queue both customers of claims that are gone when the queue gets there."""
        self.browse()._mark_changed(self._get_facts())

    def _get_facts(self):
        """Return what accepted claims say, ``{claim: facts}``, the two customers first."""
        with host_first(self, "referrals"):
            return {
                claim: (
                    claim.referrer_customer_id.id,
                    claim.partner_id.id,
                    claim.company_id.id,
                    claim.date,
                )
                for claim in self.sudo()
                if claim.state in ACCEPTED and claim.partner_id
            }
        return {}

    def _mark_changed(self, before):
        """Queue both customers of claims that say something else now.

        :param dict before: what they said, of ``_get_facts``
        """
        with host_first(self, "referrals"):
            after = self._get_facts()
            changed = set(before.items()) ^ set(after.items())
            self.env["crm.lifecycle.queue"]._mark(
                partner_id for _claim, facts in changed for partner_id in facts[:2]
            )
