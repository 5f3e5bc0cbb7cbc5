from odoo import api, fields, models
from odoo.tools import SQL


class CrmLifecycleLoyaltyLevel(models.Model):
    """A level of loyalty: from which index on, and what such customers get.

    Of the levels whose conditions hold for a customer, the one with the highest index counts.
    """

    _name = "crm.lifecycle.loyalty.level"
    _description = "Loyalty Level"
    _inherit = ["mail.thread", "lifecycle.default.mixin"]
    _order = "company_id, minimum DESC, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True, tracking=True)
    sequence = fields.Integer(
        default=10, help="Of levels from the same index on, the first counts."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    color = fields.Integer()
    minimum = fields.Integer(
        string="From Index",
        tracking=True,
        help="The loyalty index, 0 to 100, from which on customers are of this level.",
    )
    stage_ids = fields.Many2many(
        "crm.lifecycle.stage",
        string="In Stages",
        help="Customers in one of these stages alone; empty for all.",
    )
    benefits = fields.Text(
        translate=True, help="What these customers get, for colleagues who talk to them."
    )
    customer_count = fields.Integer(string="Customers", compute="_compute_customer_count")

    _minimum_range = models.Constraint(
        "CHECK(minimum BETWEEN 0 AND 100)",
        "The loyalty index is a figure from 0 to 100. Enter one of these.",
    )

    def _compute_customer_count(self):
        counts = dict(
            self.env["crm.lifecycle.profile"]._read_group(
                [("loyalty_level_id", "in", self.ids)], ["loyalty_level_id"], ["__count"]
            )
        )
        for level in self:
            level.customer_count = counts.get(level._origin, 0)

    @api.readonly
    def action_open_customers(self):
        """Open the customers of the level."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.lifecycle.profile",
            "view_mode": "list,kanban,form",
            "domain": [("loyalty_level_id", "=", self.id)],
        }

    @api.model
    def _get_all(self):
        """Return the levels of all companies, in the order in which they are tried."""
        levels = self.sudo().with_context(active_test=True)
        return levels.search_fetch([], ["company_id", "minimum", "stage_ids"])

    @api.model
    def _get_sql_level(self, index, stage_id, company_id):
        """Return the SQL of a customer's level, NULL where there is none.

        :param SQL index: the customer's index
        :param SQL stage_id: the customer's stage
        :param SQL company_id: whose levels
        """
        cases = [
            SQL(
                "WHEN %s = %s AND %s >= %s AND %s THEN %s",
                company_id,
                level.company_id.id,
                index,
                level.minimum,
                SQL("%s = ANY(%s)", stage_id, level.stage_ids.ids)
                if level.stage_ids
                else SQL("TRUE"),
                level.id,
            )
            for level in self._get_all()
        ]
        return SQL("(CASE %s END)", SQL(" ").join(cases)) if cases else SQL("NULL::int")

    # ------------------------------------------------------------
    # DEFAULT
    # ------------------------------------------------------------

    @api.model
    def _prepare_default(self):
        return [
            {
                "name": self.env._("Die-hard"),
                "minimum": 85,
                "color": 10,
                "benefits": self.env._(
                    "New products first, a price list of their own, thanks in person once a year."
                ),
            },
            {
                "name": self.env._("Loyal"),
                "minimum": 65,
                "color": 4,
                "benefits": self.env._("Invitations to events, samples, free delivery."),
            },
            {
                "name": self.env._("Attached"),
                "minimum": 40,
                "color": 3,
                "benefits": self.env._("A call when something they buy is on offer."),
            },
            {"name": self.env._("Occasional"), "minimum": 0, "color": 0},
        ]
