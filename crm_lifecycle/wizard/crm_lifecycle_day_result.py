from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.crm_lifecycle_channel import OUTCOMES, SATISFACTIONS


class CrmLifecycleDayResult(models.TransientModel):
    """What came of getting in touch, what was said, and when to get in touch again."""

    _name = "crm.lifecycle.day.result"
    _description = "Result of a Contact"
    _inherit = ["lifecycle.complaint.told.mixin"]

    line_ref = fields.Integer(required=True, readonly=True, export_string_translation=False)
    outcome = fields.Selection(OUTCOMES, required=True, default="reached")
    note = fields.Text(help="It stands in the history of the customer's document.")
    minutes = fields.Integer(help="How long it took; 0 for as long as usual.")
    satisfaction = fields.Selection(SATISFACTIONS, help="How satisfied the customer seemed.")
    date_next = fields.Date(
        string="Next Time On",
        help="The same is planned once more for this day. Empty after no answer or a message:"
        " it is tried again on one of the next working days.",
    )

    @api.onchange("date_next")
    def _onchange_date_next(self):
        """Warn of a day on which nobody works."""
        lines = self.env["crm.lifecycle.day.line"]
        if not self.date_next:
            return None
        user = lines.browse(self.line_ref).user_id or self.env.user
        rooms = self.env["crm.lifecycle.day.capacity"]._get_minutes(user, self.date_next)
        if rooms[user.id][self.date_next]:
            return None
        return {
            "warning": {
                "title": self.env._("No working day"),
                "message": self.env._("%s does not work on this day.", user.sudo().name),
            }
        }

    def action_apply(self):
        """Finish the line with what was entered."""
        self.ensure_one()
        line = self.env["crm.lifecycle.day.line"].browse(self.line_ref)
        line._ensure_open()
        if self.minutes < 0:
            raise UserError(self.env._("Nothing takes less than 0 minutes."))
        if self.date_next and self.date_next <= line._get_today():
            raise UserError(self.env._("The next time is after today. Choose a later day."))
        self._ensure_complaint_told()
        # The line is gone once its activity is done.
        told = self._get_told(line)
        line.activity_id._finish_attempt(
            self.outcome,
            note=self.note,
            date_next=self.date_next,
            lifecycle_minutes=self.minutes,
            lifecycle_satisfaction=self.satisfaction,
        )
        if told:
            complaint = self._make_complaint(*told, self.note)
            return line._notify_done(self.env._("Complaint entered: %s.", complaint.display_name))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _get_told(self, line):
        """Return where, by whom and how a complaint was told."""
        if not self.make_complaint:
            return ()
        partner = line.person_id or line.partner_id
        document = self.env[line.res_model].browse(line.res_id)
        if "lifecycle_complaint_count" not in document._fields or not document.has_access("read"):
            document = partner
        document = document.with_company(line.company_id)
        return document, partner, line.activity_id.lifecycle_channel
