from odoo import fields, models

from .crm_lifecycle_customer_type import (
    ACQUISITION_POLICIES,
    CUSTOMER_TYPES,
    SENIORITIES,
)


class CrmLifecycleSegment(models.Model):
    """A group of customers by what they are: the first whose rules match is a customer's."""

    _name = "crm.lifecycle.segment"
    _description = "Customer Segment"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    default_type = fields.Selection(CUSTOMER_TYPES)
    acquisition_policy = fields.Selection(ACQUISITION_POLICIES)
    seniority = fields.Selection(SENIORITIES)
    team_id = fields.Many2one("crm.team", ondelete="set null", check_company=True)
    universe_size = fields.Integer()
