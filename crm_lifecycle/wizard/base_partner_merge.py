from odoo import models

from ..models.crm_lifecycle_trigger_mixin import behind_savepoint


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge what is kept of the contacts before the host moves the rest.

        The host moves foreign keys in SQL and deletes rows that violate a unique
        one. Whatever goes wrong with ours, the contacts are merged.
        """
        sources, destination = src_partners.sudo(), dst_partner.sudo()
        with behind_savepoint(dst_partner, "profiles"):
            self._unite_lifecycle_profiles(sources, destination)
        for model in self._get_lifecycle_united():
            with behind_savepoint(dst_partner, model):
                self.env[model].sudo()._unite(sources, destination)
        self.env["crm.lifecycle.referral"].sudo()._ensure_one_accepted(sources | destination)
        with behind_savepoint(dst_partner, "superiors"):
            # Nobody reports to themselves.
            for partner in sources | destination:
                superiors = partner.lifecycle_reports_to_id._get_lifecycle_superiors()
                if superiors & (sources | destination):
                    partner.lifecycle_reports_to_id = False
        self.env.flush_all()
        result = super()._update_foreign_keys(src_partners, dst_partner)
        with behind_savepoint(dst_partner, "queue"):
            self.env["crm.lifecycle.queue"]._mark(dst_partner.ids)
            dst_partner._mark_lifecycle_customers(with_referrers=True)
        return result

    def _unite_lifecycle_profiles(self, sources, destination):
        """Have one profile in each company, and the history of all.

        Where both have a profile in a company, the source's moves go to the destination's and
        the emptied profile is dropped; figures and stage follow from the merged documents when
        the queue gets there.
        """
        merged = sources | destination
        profiles_sudo = self.env["crm.lifecycle.profile"].sudo().with_context(active_test=False)
        for profiles in (
            profiles_sudo.search([("partner_id", "in", merged.ids)], order="id")
            .sorted(lambda profile: profile.partner_id != destination)
            .grouped("company_id")
            .values()
        ):
            profiles[0]._absorb(profiles[1:])
        # Whoever looked after each of them stays in the history of all.
        owners = self.env["crm.lifecycle.ownership"].sudo()
        owners._record_found(merged.ids)
        owners._close(sources)

    def _get_lifecycle_united(self):
        """Return the models whose ``_unite`` says what becomes of what merged contacts have."""
        return [
            "crm.lifecycle.account.member",
            "crm.lifecycle.follow.up",
            "crm.lifecycle.important.date",
            "crm.lifecycle.interview",
            "crm.lifecycle.referral",
        ]

    def _update_values(self, src_partners, dst_partner):
        """Keep to whom the contacts report as far as they stay with the same customer.

        The host copies a superior before it moves the contact to the customer that both belong
        to, and would be refused; and so it would with a referrer.
        """
        sources, destination = src_partners.sudo(), dst_partner.sudo()
        # As the host chooses: the kept contact's own one, or else the last one.
        merged = sources + destination
        superior = merged.filtered("lifecycle_reports_to_id")[-1:].lifecycle_reports_to_id
        with behind_savepoint(dst_partner, "superiors"):
            merged.lifecycle_reports_to_id = False
        with behind_savepoint(dst_partner, "referrers"):
            self._keep_lifecycle_referrer(sources, destination)
        result = super()._update_values(src_partners, dst_partner)
        with behind_savepoint(dst_partner, "superiors"):
            destination._restore_lifecycle_superior(superior)
            dst_partner._drop_lifecycle_foreign_superiors()
        return result

    def _keep_lifecycle_referrer(self, sources, destination):
        """Have the kept contact name whom the claims say, and nobody who makes a circle.

        Of all companies, contacts say but one thing: what makes a circle of them makes none of
        the claims of one company.
        """
        contacts = self.env["res.partner"].sudo().with_context(lifecycle_referral_settled=True)
        # The host moved them in SQL.
        contacts.invalidate_model(["lifecycle_referrer_id"])
        contacts.browse(sources.ids).lifecycle_referrer_id = False
        chain = destination.lifecycle_referrer_id._get_lifecycle_referrer_chain()
        if destination.commercial_partner_id in chain:
            contacts.browse(destination.ids).lifecycle_referrer_id = False
