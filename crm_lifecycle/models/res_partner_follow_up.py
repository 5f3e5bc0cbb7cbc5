from odoo import models


class ResPartner(models.Model):
    """Planning a contact makes nobody a follower of the customer."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        if self.env.context.get("lifecycle_quiet_activity"):
            return True
        return super().message_subscribe(partner_ids=partner_ids, subtype_ids=subtype_ids)
