from odoo import models


class CrmComplaint(models.Model):
    """Customers are asked after complaints are solved: those lately are looked for each hour."""

    _inherit = "crm.complaint"

    _survey_solved_idx = models.Index("(company_id, solved_at) WHERE solved_at IS NOT NULL")
