from odoo import api, fields, models

from odoo.addons.crm_lifecycle.access import LIFECYCLE_GROUPS


class ResPartner(models.Model):
    """The points of a customer and all their contacts; nothing is stored here."""

    _inherit = "res.partner"

    lifecycle_points = fields.Float(
        string="Points",
        compute="_compute_lifecycle_points",
        compute_sudo=True,
        # Contacts of one customer would count the same several times.
        aggregator=None,
        groups=LIFECYCLE_GROUPS,
        help="On the loyalty cards of the customer and all their contacts.",
    )
    lifecycle_points_owed = fields.Float(
        string="Points to Recover",
        compute="_compute_lifecycle_points",
        compute_sudo=True,
        aggregator=None,
        groups=LIFECYCLE_GROUPS,
        help="Taken back after they were spent. Later points make up for them.",
    )
    lifecycle_point_count = fields.Integer(
        compute="_compute_lifecycle_point_count",
        groups=LIFECYCLE_GROUPS,
        export_string_translation=False,
    )

    @api.depends("commercial_partner_id")
    @api.depends_context("company")
    def _compute_lifecycle_points(self):
        customers = self.commercial_partner_id._origin
        having = dict.fromkeys(customers.ids, 0.0)
        owing = dict(having)
        for partner, points in self.env["loyalty.card"]._read_group(
            [
                ("partner_id.commercial_partner_id", "in", customers.ids),
                ("program_id.program_type", "=", "loyalty"),
                ("program_id.active", "=", True),
                ("company_id", "in", [False, self.env.company.id]),
            ],
            ["partner_id"],
            ["points:sum"],
        ):
            having[partner.commercial_partner_id.id] += points
        for partner, owed in self.env["crm.lifecycle.point"]._read_group(
            [
                ("person_id.commercial_partner_id", "in", customers.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["person_id"],
            ["owed:sum"],
        ):
            owing[partner.commercial_partner_id.id] += owed
        for partner in self:
            customer_id = partner.commercial_partner_id._origin.id
            partner.lifecycle_points = having.get(customer_id, 0.0)
            partner.lifecycle_points_owed = owing.get(customer_id, 0.0)

    @api.depends("commercial_partner_id")
    @api.depends_context("company", "uid")
    def _compute_lifecycle_point_count(self):
        """Count what the reader may open: there is a button for no more than that."""
        customers = self.commercial_partner_id._origin
        counts = dict.fromkeys(customers.ids, 0)
        for person, count in self.env["crm.lifecycle.point"]._read_group(
            [
                ("person_id.commercial_partner_id", "in", customers.ids),
                ("company_id", "=", self.env.company.id),
            ],
            ["person_id"],
            ["__count"],
        ):
            counts[person.commercial_partner_id.id] += count
        for partner in self:
            partner.lifecycle_point_count = counts.get(partner.commercial_partner_id._origin.id, 0)

    @api.readonly
    def action_lifecycle_open_points(self):
        """Open for what the customer and their contacts got points."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle_loyalty.crm_lifecycle_point_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }
