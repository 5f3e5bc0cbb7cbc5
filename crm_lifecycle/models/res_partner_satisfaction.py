from odoo import api, fields, models

from ..access import LIFECYCLE_GROUPS


class ResPartner(models.Model):
    """How satisfied a customer is, by all that they said."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_satisfaction_count = fields.Integer(
        string="Statements of Satisfaction",
        compute="_compute_lifecycle_satisfaction",
        groups=LIFECYCLE_GROUPS,
        help="How often the customer said how satisfied they are, whoever asked.",
    )
    lifecycle_satisfaction_score = fields.Float(
        string="Satisfaction Score",
        compute="_compute_lifecycle_satisfaction",
        digits=(16, 1),
        groups=LIFECYCLE_GROUPS,
        help="Mean of what the customer said within the last twelve months, 0 to 100.",
    )
    lifecycle_satisfaction_text = fields.Char(
        string="Satisfaction",
        compute="_compute_lifecycle_satisfaction",
        groups=LIFECYCLE_GROUPS,
        help="Mean of what the customer said within the last twelve months, 0 to 100; a dash"
        " where they said nothing.",
    )

    @api.depends_context("company", "uid")
    def _compute_lifecycle_satisfaction(self):
        customers = self.commercial_partner_id._origin
        statements = self.env["crm.lifecycle.satisfaction"].with_context(
            lifecycle_partner_ids=customers.ids
        )
        domain = [("company_id", "=", self.env.company.id), ("partner_id", "in", customers.ids)]
        since = fields.Date.subtract(self.env["crm.lifecycle.period.mixin"]._get_today(), years=1)
        counts = scores = {}
        if customers:
            counts = dict(statements._read_group(domain, ["partner_id"], ["__count"]))
            scores = dict(
                statements._read_group(
                    [*domain, ("date", ">", since)], ["partner_id"], ["score:avg"]
                )
            )
        for partner in self:
            customer = partner.commercial_partner_id._origin
            score = scores.get(customer)
            partner.lifecycle_satisfaction_count = counts.get(customer, 0)
            partner.lifecycle_satisfaction_score = False if score is None else score
            partner.lifecycle_satisfaction_text = "–" if score is None else f"{score:.0f}"

    @api.readonly
    def action_lifecycle_open_satisfaction(self):
        """Open what the customer said."""
        self.ensure_one()
        self.env["crm.lifecycle.satisfaction"].check_access("read")
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Satisfaction: %s", customer.display_name),
            "res_model": "crm.lifecycle.satisfaction",
            "views": [(False, "list"), (False, "graph"), (False, "pivot")],
            "domain": [("partner_id", "=", customer.id)],
            "context": {
                "default_partner_id": self.id,
                "lifecycle_partner_ids": customer.ids,
                "graph_mode": "line",
            },
        }
