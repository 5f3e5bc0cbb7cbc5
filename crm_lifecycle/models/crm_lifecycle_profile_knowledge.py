from odoo import api, fields, models

from ..access import LIFECYCLE_GROUPS


class CrmLifecycleProfile(models.Model):
    """How well the customer is known, by the facts that the profile's company asks for."""

    _name = "crm.lifecycle.profile"
    _inherit = ["crm.lifecycle.profile", "lifecycle.knowledge.mixin"]

    _lifecycle_customer_field = "partner_id"
    _lifecycle_company_field = "company_id"

    source_id = fields.Many2one(related="partner_id.lifecycle_source_id")
    preference_ids = fields.Many2many(
        related="partner_id.lifecycle_preference_ids", groups=LIFECYCLE_GROUPS
    )

    def _join_lifecycle_customer(self, alias, query):
        """Join the customer to a query and return its alias."""
        _customers, customer_alias = self._fields["partner_id"].join(self, alias, query)
        return customer_alias

    def _join_lifecycle_profile(self, alias, query):
        return alias

    @api.readonly
    def action_fill_in(self):
        """Ask for what is not known of the customer yet."""
        self.ensure_one()
        customer = self.partner_id.with_company(self.company_id)
        return customer.action_lifecycle_fill_in()
