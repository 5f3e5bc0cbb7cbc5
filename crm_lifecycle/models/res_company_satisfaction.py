from odoo import fields, models

from ..engine import indicators, satisfaction


class ResCompany(models.Model):
    """What a company takes for very satisfied and for dissatisfied, and its seven indicators."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_satisfaction_top = fields.Integer(
        string="Very Satisfied From",
        default=satisfaction.TOP,
        groups="base.group_user",
        help="Score, 0 to 100, from which on a customer is very satisfied: 90 is 5 of 5, and 9"
        " and 10 of 10.",
    )
    lifecycle_satisfaction_low = fields.Integer(
        string="Dissatisfied Up To",
        default=satisfaction.LOW,
        groups="base.group_user",
        help="Score, 0 to 100, up to which a customer is dissatisfied: 60 is 1 to 3 of 5, and 0"
        " to 6 of 10.",
    )
    lifecycle_indicator_minimum = fields.Integer(
        string="Indicators From",
        default=indicators.MINIMUM,
        groups="base.group_user",
        help="How many opinions, orders or customers an indicator needs; with fewer it is empty.",
    )
    lifecycle_return_days = fields.Integer(
        string="Back Within (Days)",
        default=indicators.RETURN_DAYS,
        groups="base.group_user",
        help="Days within which a buyer who buys again has come back.",
    )
    lifecycle_exit_basis = fields.Selection(
        [
            ("lapsed", "Customers who lapsed"),
            ("contacts", "People of customers who left"),
        ],
        string="Exit Rate Counts",
        default="lapsed",
        groups="base.group_user",
        help="What the exit rate is: of the buyers a month began with, those who lapsed in it;"
        " or of the contacts of customers, those who were archived in it.",
    )

    _lifecycle_satisfaction_range = models.Constraint(
        "CHECK(lifecycle_satisfaction_low >= 0 AND lifecycle_satisfaction_top <= 100"
        " AND lifecycle_satisfaction_low < lifecycle_satisfaction_top)",
        "Scores are 0 to 100, and dissatisfied customers are below very satisfied ones.",
    )
    _lifecycle_indicator_range = models.Constraint(
        "CHECK(lifecycle_indicator_minimum >= 1 AND lifecycle_return_days BETWEEN 1 AND 3650)",
        "An indicator needs 1 or more, and buyers come back within 1 to 3650 days.",
    )

    def write(self, vals):
        """Have everybody looked at again whom another limit may concern."""
        result = super().write(vals)
        if "lifecycle_satisfaction_top" in vals:
            passes = self.env["crm.lifecycle.pass"].sudo()
            for company in self.sudo().filtered(lambda company: company._asks_for_top_box()):
                passes._start_once(company)
        return result

    def _asks_for_top_box(self):
        """Tell whether the rules in force ask how many statements were very satisfied."""
        self.ensure_one()
        return bool(
            self.env["crm.lifecycle.criterion"].search_count(
                [
                    ("policy_id.company_id", "=", self.id),
                    ("policy_id.state", "=", "active"),
                    ("metric", "=", "satisfaction_top"),
                ],
                limit=1,
            )
        )
