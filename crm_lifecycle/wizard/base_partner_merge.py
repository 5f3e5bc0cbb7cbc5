from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge the contacts' profiles and histories before the host moves the rest.

        The host moves foreign keys in SQL and deletes rows that violate a unique
        one. So where both have a profile in a company, the source's moves go to the
        destination's and the emptied profile is dropped; figures and stage follow
        from the merged documents when the queue gets there.
        """
        merged_sudo = (src_partners | dst_partner).sudo()
        profiles_sudo = self.env["crm.lifecycle.profile"].sudo().with_context(active_test=False)
        for profiles in (
            profiles_sudo.search([("partner_id", "in", merged_sudo.ids)], order="id")
            .sorted(lambda profile: profile.partner_id != dst_partner)
            .grouped("company_id")
            .values()
        ):
            profiles[0]._absorb(profiles[1:])
        # Whoever looked after each of them stays in the history of all.
        owners = self.env["crm.lifecycle.ownership"].sudo()
        owners._record_found(merged_sudo.ids)
        owners._close(src_partners)
        self.env["crm.lifecycle.account.member"].sudo()._unite(src_partners, dst_partner)
        self.env["crm.lifecycle.follow.up"].sudo()._unite(src_partners, dst_partner)
        self.env["crm.lifecycle.important.date"].sudo()._unite(src_partners, dst_partner)
        self.env["crm.lifecycle.interview"].sudo()._unite(src_partners, dst_partner)
        self.env["crm.lifecycle.referral"].sudo()._unite(src_partners.sudo(), dst_partner.sudo())
        # Nobody refers themselves, be it over others.
        for partner in merged_sudo:
            if partner.lifecycle_referrer_id._get_lifecycle_referrer_chain() & merged_sudo:
                partner.lifecycle_referrer_id = False
        # Nor does anybody report to themselves.
        for partner in merged_sudo:
            if partner.lifecycle_reports_to_id._get_lifecycle_superiors() & merged_sudo:
                partner.lifecycle_reports_to_id = False
        self.env.flush_all()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["crm.lifecycle.queue"]._mark(dst_partner.ids)
        dst_partner._mark_lifecycle_customers(with_referrers=True)
        return result

    def _update_values(self, src_partners, dst_partner):
        """Keep to whom the contacts report as far as they stay with the same customer.

        The host copies a superior before it moves the contact to the customer that both belong
        to, and would be refused.
        """
        merged_sudo = (src_partners + dst_partner).sudo()
        # As the host chooses: the kept contact's own one, or else the last one.
        superior = merged_sudo.filtered("lifecycle_reports_to_id")[-1:].lifecycle_reports_to_id
        merged_sudo.lifecycle_reports_to_id = False
        result = super()._update_values(src_partners, dst_partner)
        dst_partner.sudo()._restore_lifecycle_superior(superior)
        dst_partner._drop_lifecycle_foreign_superiors()
        return result
