from odoo import api, models


class CrmLifecycleProfile(models.Model):
    """What a customer may buy yet: their yearly volume, and categories they lack."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def action_open_wallet(self):
        """Open the estimates of what the customer spends in a year."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Yearly Volume of %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.wallet",
            "view_mode": "list",
            "domain": [
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }

    @api.readonly
    def action_open_white_space(self):
        """Open the categories that comparable customers buy and this one does not."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("White Space of %s", self.partner_id.display_name),
            "res_model": "crm.lifecycle.white.space",
            "view_mode": "list",
            "domain": [("profile_id", "=", self.id)],
        }
