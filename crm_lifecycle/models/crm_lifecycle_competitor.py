from odoo import api, fields, models


class CrmLifecycleCompetitor(models.Model):
    """Somebody who sells to our customers what we sell."""

    _name = "crm.lifecycle.competitor"
    _description = "Competitor"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    website = fields.Char()
    strengths = fields.Text(help="What they are better at: what a customer gains there.")
    weaknesses = fields.Text(help="Where we are better: what a customer risks there.")
    note = fields.Text(string="Notes")
    presence_ids = fields.One2many(
        "crm.lifecycle.competitor.presence", "competitor_id", string="Customers"
    )
    presence_count = fields.Integer(string="Present At", compute="_compute_presence_count")

    @api.depends("presence_ids")
    def _compute_presence_count(self):
        counts = dict(
            self.env["crm.lifecycle.competitor.presence"]._read_group(
                [("competitor_id", "in", self.ids)], ["competitor_id"], ["__count"]
            )
        )
        for competitor in self:
            competitor.presence_count = counts.get(competitor._origin, 0)

    @api.readonly
    def action_open_presences(self):
        """Open the customers whom the competitor serves, too."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers of %s", self.display_name),
            "res_model": "crm.lifecycle.competitor.presence",
            "view_mode": "list,form,pivot",
            "domain": [("competitor_id", "=", self.id)],
            "context": {"default_competitor_id": self.id},
        }
