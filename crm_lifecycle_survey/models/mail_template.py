from odoo import models

from .crm_lifecycle_survey_round import REQUEST


class MailTemplate(models.Model):
    """Whoever is asked gets the mail alone: the link in it answers in their name."""

    _inherit = "mail.template"

    def _generate_template_recipients(self, res_ids, render_fields, **kwargs):
        results = super()._generate_template_recipients(res_ids, render_fields, **kwargs)
        if self.model == REQUEST:
            for request in self.env[REQUEST].browse(res_ids):
                results.setdefault(request.id, {}).update(
                    partner_ids=request.person_id.ids, email_to=False, email_cc=False
                )
        return results
