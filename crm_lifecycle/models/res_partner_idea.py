from odoo import api, fields, models

from ..access import LIFECYCLE_GROUPS


class ResPartner(models.Model):
    """What a customer suggested."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_idea_count = fields.Integer(
        string="Suggestions",
        compute="_compute_lifecycle_idea_count",
        groups=LIFECYCLE_GROUPS,
        help="What the customer and their contacts suggested.",
    )

    @api.depends_context("company", "uid")
    def _compute_lifecycle_idea_count(self):
        """Count what the reader may open: the button opens no more than that."""
        counts = dict(
            self.env["crm.lifecycle.idea"]._read_group(
                [
                    ("commercial_partner_id", "in", self.commercial_partner_id._origin.ids),
                    ("company_id", "=", self.env.company.id),
                ],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.lifecycle_idea_count = counts.get(partner.commercial_partner_id._origin, 0)

    @api.readonly
    def action_lifecycle_open_ideas(self):
        """Open what the customer suggested; a new one is of this contact."""
        self.ensure_one()
        self.env["crm.lifecycle.idea"].check_access("read")
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suggestions: %s", customer.display_name),
            "res_model": "crm.lifecycle.idea",
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
            "domain": [("commercial_partner_id", "=", customer.id)],
            "context": {"default_partner_id": self.id},
        }
