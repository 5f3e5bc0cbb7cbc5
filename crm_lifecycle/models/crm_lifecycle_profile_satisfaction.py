from odoo import api, models


class CrmLifecycleProfile(models.Model):
    """What the seven indicators count of the customer."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    @api.readonly
    def action_open_indicators(self):
        """Open what the indicators count of the customer; those of few are empty here, too."""
        self.ensure_one()
        entries = self.env["crm.lifecycle.indicator.entry"]
        entries.check_access("read")
        return entries._get_action(
            [
                ("company_id", "=", self.company_id.id),
                ("partner_id", "=", self.partner_id.id),
            ],
            self.env._("Indicators: %s", self.partner_id.display_name),
            {
                "lifecycle_partner_ids": self.partner_id.ids,
                "lifecycle_company_id": self.company_id.id,
            },
        )

    @api.readonly
    def action_open_satisfaction(self):
        """Open what the customer said."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_lifecycle_open_satisfaction()
