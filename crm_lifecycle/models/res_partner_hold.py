from odoo import api, models

from .crm_lifecycle_trigger_mixin import host_first


class ResPartner(models.Model):
    """A contact's complaints go with the contact: their invoices are followed up again."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    @api.ondelete(at_uninstall=False)
    def _unlink_release_lifecycle_holds(self):
        with host_first(self, "holds"):
            holds = self.env["crm.complaint.hold"].sudo()
            holds.search(
                [("complaint_id.partner_id", "in", self.ids), ("state", "=", "active")]
            )._release("deleted")
        with host_first(self, "remedies"):
            # What was done for them costs their company nothing any more.
            remedies = self.env["crm.complaint.remedy"].sudo()
            remedies.search(
                [("complaint_id.partner_id", "in", self.ids), ("state", "=", "done")]
            )._mark_cost_to_serve()
