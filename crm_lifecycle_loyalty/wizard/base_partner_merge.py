from odoo import models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import behind_savepoint


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge_loyalty_cards(self, src_partners, dst_partner):
        """Have points and history of merged cards follow the card that is kept."""
        result = super()._merge_loyalty_cards(src_partners, dst_partner)
        with behind_savepoint(dst_partner, "points"):
            self.env["crm.lifecycle.point"].sudo()._unite(src_partners, dst_partner)
        return result
