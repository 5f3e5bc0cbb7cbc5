from odoo import models


class CrmLifecycleSatisfaction(models.Model):
    """Answers to surveys are read here, too."""

    _inherit = "crm.lifecycle.satisfaction"
    _depends = {
        "crm.lifecycle.survey.request": [
            "company_id",
            "date_answered",
            "person_id",
            "scale_max",
            "scale_min",
            "state",
            "value",
        ]
    }
