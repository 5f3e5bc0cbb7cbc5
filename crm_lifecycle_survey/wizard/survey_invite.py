from odoo import fields, models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import host_first


class SurveyInvite(models.TransientModel):
    """Surveys that colleagues send: rounds leave out who was sent one lately."""

    _inherit = "survey.invite"

    def _send_mail(self, answer):
        mail = super()._send_mail(answer)
        with host_first(answer, "days of sending"):
            answer.sudo().write(
                {"lifecycle_sent_at": fields.Datetime.now(), "lifecycle_sender_id": self.env.uid}
            )
        return mail
