from odoo import models
from odoo.exceptions import UserError

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first


class LoyaltyGenerateWizard(models.TransientModel):
    """Coupons for chosen customers go to those alone whom the programme is for."""

    _inherit = "loyalty.generate.wizard"

    def _get_partners(self):
        partners = super()._get_partners()
        with host_first(self, "limits"):
            if partners and self._is_lifecycle_limited():
                # Others would be sent a code that is refused.
                partners = self._leave_out_lifecycle_barred(partners)
        return partners

    def _is_lifecycle_limited(self):
        """Tell whether the programme is for some customers only."""
        program = self.program_id.sudo()
        return program in program._find_lifecycle_limited()

    def _leave_out_lifecycle_barred(self, partners):
        program = self.program_id.sudo()
        profiles = program._find_lifecycle_profiles(
            partners, program.company_id or self.env.company
        )
        return partners.filtered(
            lambda partner: program._suits_lifecycle(profiles.get(partner.sudo()))
        )

    def generate_coupons(self):
        for wizard in self.filtered(lambda wizard: wizard.mode == "selected"):
            if wizard._is_lifecycle_limited() and not wizard._get_partners():
                raise UserError(
                    self.env._(
                        "%(name)s is only for these customers: %(limit)s. None of the chosen ones"
                        " is one of them.",
                        name=wizard.program_id.display_name,
                        limit=wizard.program_id.sudo()._say_lifecycle_limit(),
                    )
                )
        return super().generate_coupons()
