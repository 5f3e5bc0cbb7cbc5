from odoo import api, fields, models

from odoo.addons.crm_lifecycle.access import LIFECYCLE_GROUPS


class ResPartner(models.Model):
    """What a customer registered."""

    _inherit = "res.partner"

    lifecycle_registration_count = fields.Integer(
        string="Registrations",
        compute="_compute_lifecycle_registration_count",
        groups=LIFECYCLE_GROUPS,
        help="What the customer and their contacts registered.",
    )

    @api.depends_context("company", "uid")
    def _compute_lifecycle_registration_count(self):
        """Count what the reader may open: the button opens no more than that."""
        counts = dict(
            self.env["crm.lifecycle.registration"]._read_group(
                [
                    ("commercial_partner_id", "in", self.commercial_partner_id._origin.ids),
                    ("company_id", "=", self.env.company.id),
                ],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.lifecycle_registration_count = counts.get(
                partner.commercial_partner_id._origin, 0
            )

    @api.readonly
    def action_lifecycle_open_registrations(self):
        """Open what the customer registered; a new one is of this contact."""
        self.ensure_one()
        self.env["crm.lifecycle.registration"].check_access("read")
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Registrations: %s", customer.display_name),
            "res_model": "crm.lifecycle.registration",
            "views": [(False, "list"), (False, "form")],
            "domain": [("commercial_partner_id", "=", customer.id)],
            "context": {"default_partner_id": self.id},
        }
