from odoo import api, models

from .crm_lifecycle_trigger_mixin import host_first


class ResPartner(models.Model):
    """Complaints stay on record when the contact who complained is deleted."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.ondelete(at_uninstall=False)
    def _unlink_keep_lifecycle_complaints(self):
        """Give the contacts' complaints to their company, where one stays."""
        with host_first(self, "complaints"):
            complaints = self.env["crm.complaint"].sudo().with_context(active_test=False)
            found = complaints.search([("partner_id", "in", self.ids)])
            for partner, own in found.grouped("partner_id").items():
                own._keep_without(partner, partner.commercial_partner_id - self)
