from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Leave one registration of what several of the contacts registered.

        The host moves the rest in SQL, and knows of constraints only, not of unique indexes.
        """
        self.env["crm.lifecycle.registration"].sudo()._unite(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
