from odoo import models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import behind_savepoint


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Have what is noted of the level that survives survive with it."""
        with behind_savepoint(dst_partner, "levels"):
            for model in ("crm.lifecycle.grade.set", "crm.lifecycle.grade.waiver"):
                self.env[model].sudo()._unite(src_partners.sudo(), dst_partner.sudo())
        return super()._update_foreign_keys(src_partners, dst_partner)
