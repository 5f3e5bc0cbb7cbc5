from datetime import timedelta

from odoo import api, fields, models

from ..engine import referrals
from ..engine.rules import RuleSet

# How long customers usually wait to be looked at.
COME_AGAIN_AFTER = timedelta(minutes=1)


class CrmLifecycleReferralJob(models.AbstractModel):
    """The job that follows claims: whose customer bought, who is rewarded and thanked.

    The customer's profile says when the first purchase was that holds; whoever is looked at
    has their claims looked at next.
    """

    _name = "crm.lifecycle.referral.job"
    _description = "Following of Referrals"
    _inherit = ["crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D66  # "crmf" in ASCII

    @api.model
    def _cron_follow(self):
        self._run_steps()

    @api.model
    def _get_steps(self):
        """Return the names of what is done in turn: ``_query_<name>`` and ``_do_<name>``."""
        return ["unclaimed", "untold", "stale", "thanks"]

    @api.model
    def _query_unclaimed(self, company, begin, limit):
        return referrals.unclaimed(company.id, begin, limit)

    @api.model
    def _do_unclaimed(self, company, rows):
        """Note as claims what contacts told before there were claims; it earns nothing.

        What was told later and left, as two told it in the same moment, is settled by the rule.
        """
        claims = self.env["crm.lifecycle.referral"].with_context(tracking_disable=True)
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        for row in rows:
            customer = self.env["res.partner"].browse(row["partner_id"])
            referrer = self.env["res.partner"].browse(row["referrer_id"])
            if customer in referrer._get_lifecycle_referrer_chain(company):
                continue
            if row["is_left"]:
                claims._claim(customer, referrer, company, user_id=False)._settle_one()
                continue
            claim = claims._claim(
                customer,
                referrer,
                company,
                how="known",
                date=min(row["first_date"] or today, today),
                user_id=False,
                earns_reward=False,
            )
            if not claim._find_rivals():
                claim._accept()
            else:
                claim._reject(**claim._find_rivals()[:1]._get_rival_reason(), keep_field=True)

    @api.model
    def _query_untold(self, company, begin, limit):
        return referrals.untold(company.id, begin, limit)

    @api.model
    def _do_untold(self, _company, rows):
        """Claim what leads tell of who brought them where that was left undone."""
        claims = self.env["crm.lifecycle.referral"].with_context(lifecycle_referral_how="lead")
        for lead in self.env["crm.lead"].browse([row["id"] for row in rows]):
            claims._follow_lead(lead)

    @api.model
    def _query_stale(self, company, begin, limit):
        events = self.env["crm.lifecycle.event"]
        rules = self.env["crm.lifecycle.policy"]._get_active_rulesets()
        basis = rules[company.id][1].basis if company.id in rules else RuleSet.basis
        sources = events._get_purchase_sources(referrals.claimed_scope(), {basis}).values()
        now = fields.Datetime.now()
        return referrals.stale(company.id, now, basis, sources, begin, limit)

    @api.model
    def _do_stale(self, _company, rows):
        """Note what became of claims, and what they earned.

        Those whose customers' documents have changed since stay stale: their profiles tell of
        what was before.
        """
        known = [row for row in rows if not row["is_waiting"]]
        claims = self.env["crm.lifecycle.referral"].browse([row["id"] for row in known])
        for claim, row in zip(claims, known, strict=True):
            claim._note_outcome(row)
        claims._follow_outcomes()
        if len(known) < len(rows):
            self._come_again()

    @api.model
    def _come_again(self):
        """Have the job run in a minute: the queue does not wake it for what is stale already."""
        cron = self.env.ref("crm_lifecycle.ir_cron_referral", raise_if_not_found=False)
        if cron:
            cron._trigger(at=fields.Datetime.now() + COME_AGAIN_AFTER)

    @api.model
    def _query_thanks(self, company, begin, limit):
        # By day, as other mails to customers.
        if (
            not company.lifecycle_referral_thanks
            or not self.env["crm.lifecycle.dunning"]._is_daytime()
        ):
            return None
        return referrals.to_thank(company.id, begin, limit)

    @api.model
    def _do_thanks(self, _company, rows):
        """Thank those who brought customers."""
        claims = self.env["crm.lifecycle.referral"].browse([row["id"] for row in rows])
        if claims._thank():
            cron = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
            if cron:
                cron._trigger()
