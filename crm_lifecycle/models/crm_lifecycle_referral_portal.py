from odoo import fields, models


class CrmLifecycleReferral(models.Model):
    """What came in by a referrer's link, and what the referrer sees of it in the portal."""

    _inherit = "crm.lifecycle.referral"  # pylint: disable=consider-merging-classes-inherited

    code_id = fields.Many2one(
        "crm.lifecycle.referral.code",
        string="Link",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    consent_on = fields.Datetime(
        string="Consent Given",
        readonly=True,
        copy=False,
        help="When the friend agreed, on the page of the link, that we contact them.",
    )

    def _get_portal_name(self):
        """Return by which name the referrer knows whom they brought; no title of ours.

        Nobody is named who did not agree on the page of the link.
        """
        self.ensure_one()
        referral = self.sudo()
        if not referral.consent_on:
            return self.env._("Somebody")
        lead = referral.lead_id
        return (
            lead.contact_name
            or lead.partner_name
            or referral.partner_id.name
            or self.env._("Somebody")
        )

    def _get_portal_state(self):
        """Return what became of it, as a referrer is told: never why, nor for whom else."""
        self.ensure_one()
        return {
            "claimed": self.env._("Being checked"),
            "accepted": self.env._("Received"),
            "won": self.env._("Became a customer"),
        }.get(self.state, self.env._("Closed"))
