from odoo import fields, models


def _retire(rounds):
    """Archive the rounds: their requests and answers stay."""
    rounds.sudo().write({"event": "purchase", "active": False})


class CrmLifecycleSurveyRound(models.Model):
    _inherit = "crm.lifecycle.survey.round"

    event = fields.Selection(
        selection_add=[("delivery", "Delivery")], ondelete={"delivery": _retire}
    )
