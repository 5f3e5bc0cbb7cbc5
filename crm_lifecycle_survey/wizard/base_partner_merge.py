from odoo import models


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Have requests follow: whoever is kept may belong to another customer."""
        result = super()._update_foreign_keys(src_partners, dst_partner)
        requests = self.env["crm.lifecycle.survey.request"].sudo()
        mine = requests.search([("person_id", "child_of", dst_partner.ids)])
        self.env.add_to_compute(requests._fields["partner_id"], mine)
        return result
