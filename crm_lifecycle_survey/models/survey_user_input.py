from odoo import fields, models

from odoo.addons.crm_lifecycle.models.crm_lifecycle_trigger_mixin import (
    behind_savepoint,
    host_first,
)

from ..engine.sources import ADDRESS


class SurveyUserInput(models.Model):
    """An answer that a round asked for: it is read when it is complete."""

    _inherit = "survey.user_input"

    lifecycle_request_ids = fields.One2many(
        "crm.lifecycle.survey.request",
        "user_input_id",
        string="Survey Requests",
        groups="sales_team.group_sale_manager,survey.group_survey_user",
    )

    # When a colleague sent it last, and who.
    lifecycle_sent_at = fields.Datetime(readonly=True, copy=False, export_string_translation=False)
    lifecycle_sender_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        export_string_translation=False,
        ondelete="set null",
    )

    # Of everything that is sent it is asked whether its addresses were sent a survey by hand.
    _lifecycle_address_idx = models.Index(f"(({ADDRESS})) WHERE email IS NOT NULL")

    def _mark_lifecycle_answers(self):
        self.env["crm.lifecycle.survey.mark"]._mark(self.ids)

    def write(self, vals):
        result = super().write(vals)
        if not {"state", "end_datetime"}.isdisjoint(vals):
            with host_first(self, "answers"):
                self._mark_lifecycle_answers()
        return result

    def unlink(self):
        """Forget what was answered: nothing of it may stay with us."""
        requests = self.env["crm.lifecycle.survey.request"]
        with host_first(self, "answers"):
            requests = requests.sudo().search([("user_input_id", "in", self.ids)])
        result = super().unlink()
        with behind_savepoint(requests, "answers"):
            requests._forget()
        return result
