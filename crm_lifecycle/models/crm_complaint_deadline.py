from odoo import api, fields, models

from .crm_complaint import KINDS, SEVERITIES

# What a rule may ask of a complaint; the more it asks, the more it counts.
CONDITIONS = ("severity", "kind", "service_level_id")


class CrmComplaintDeadline(models.Model):
    """How soon complaints of a kind are answered and solved, in hours of working time.

    Of the rules whose conditions all hold for a complaint, the one with the most conditions
    counts, of these the first in order.
    """

    _name = "crm.complaint.deadline"
    _description = "Complaint Deadline"
    _inherit = ["lifecycle.default.mixin"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="Of rules with equally many conditions, the upper one counts."
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    severity = fields.Selection(
        SEVERITIES, help="Complaints of this severity alone; empty for any severity."
    )
    kind = fields.Selection(KINDS, help="Only what is of this kind; empty for any kind.")
    service_level_id = fields.Many2one(
        "crm.lifecycle.service.level",
        index="btree_not_null",
        ondelete="cascade",
        check_company=True,
        help="Customers of this service level alone; empty for any customer.",
    )
    answer_hours = fields.Float(
        string="First Answer",
        required=True,
        help="Working hours within which the customer gets a first answer; 0 for no deadline.",
    )
    solution_hours = fields.Float(
        string="Solution",
        required=True,
        help="Working hours within which it is solved; 0 for no deadline. Time spent waiting for"
        " the customer does not count.",
    )

    _hours_positive = models.Constraint(
        "CHECK(answer_hours >= 0 AND solution_hours >= 0)",
        "Enter hours of 0 or more; 0 where there is no deadline.",
    )

    @api.model
    def _get_for(self, complaints):
        """Return the rule of each complaint, as ``{complaint: rule}``; empty where none holds."""
        found = {}
        for company, of_company in complaints.grouped("company_id").items():
            rules = self.sudo().search([("company_id", "=", company.id)])
            levels = self._get_levels(of_company, company) if rules.service_level_id else {}
            for complaint in of_company:
                facts = {
                    "severity": complaint.severity,
                    "kind": complaint.kind,
                    "service_level_id": levels.get(complaint.commercial_partner_id),
                }
                holding = [rule for rule in rules if rule._holds(facts)]
                found[complaint] = max(holding, key=self._count_conditions, default=rules.browse())
        return found

    @api.model
    def _get_levels(self, complaints, company):
        """Return the service level of each customer, as ``{customer: level}``."""
        profiles = (
            self.env["crm.lifecycle.profile"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", complaints.commercial_partner_id.ids),
                    ("company_id", "=", company.id),
                ]
            )
        )
        return {profile.partner_id: profile.service_level_id for profile in profiles}

    def _holds(self, facts):
        """Tell whether all conditions of the rule hold."""
        self.ensure_one()
        return all(not self[name] or self[name] == facts[name] for name in CONDITIONS)

    @api.model
    def _count_conditions(self, rule):
        return sum(bool(rule[name]) for name in CONDITIONS)

    @api.model
    def _prepare_default(self):
        return [
            {
                "name": self.env._("Critical"),
                "severity": "3",
                "answer_hours": 2.0,
                "solution_hours": 16.0,
            },
            {
                "name": self.env._("High"),
                "severity": "2",
                "answer_hours": 4.0,
                "solution_hours": 24.0,
            },
            {
                "name": self.env._("Low"),
                "severity": "0",
                "answer_hours": 16.0,
                "solution_hours": 80.0,
            },
            {
                "name": self.env._("Everything Else"),
                "answer_hours": 8.0,
                "solution_hours": 40.0,
            },
        ]
