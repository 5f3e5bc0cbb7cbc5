from odoo import Command, api, fields, models
from odoo.exceptions import UserError

DECISIONS = [("answer", "Answer"), ("postpone", "Postpone"), ("drop", "Drop")]


class CrmLifecycleQuestionSettle(models.TransientModel):
    """What becomes of each open question before a contact with the customer is closed."""

    _name = "crm.lifecycle.question.settle"
    _description = "Settle Open Questions"

    # Ids, and what was entered, as the interrupted call had them.
    activity_refs = fields.Json(readonly=True, export_string_translation=False)
    question_refs = fields.Json(readonly=True, export_string_translation=False)
    result = fields.Json(readonly=True, export_string_translation=False)
    line_ids = fields.One2many("crm.lifecycle.question.settle.line", "settle_id")

    @api.model
    def default_get(self, fields):
        """List the questions that the contact with the customers waits for."""
        values = super().default_get(fields)
        asked = self.env["crm.lifecycle.question"].browse(values.get("question_refs") or [])
        values["line_ids"] = [
            Command.create({"question_id": question.id})
            for question in asked.exists()._filtered_access("read")
        ]
        return values

    def action_apply(self):
        """Settle the questions, and finish the activities with what was entered before.

        An activity that was to be made and done at once is there no more: it is entered anew.
        """
        self.ensure_one()
        for line in self.line_ids:
            line._settle()
        activities = self.env["mail.activity"].browse(self.activity_refs or []).exists()
        return self._finish(activities.filtered("active"), dict(self.result or {})) or {
            "type": "ir.actions.client",
            "tag": "soft_reload",
        }

    @api.model
    def _finish(self, activities, result):
        """Finish activities in the way that was interrupted; return an action, or nothing.

        Questions that came up in the meantime interrupt it again.
        """
        if not activities:
            return False
        if result.get("outcome"):
            date_next = fields.Date.to_date(result.pop("date_next", "") or False)
            for activity in activities:
                activity._finish_attempt(date_next=date_next, **result)
            return False
        told = {
            "feedback": result.get("feedback") or False,
            "attachment_ids": result.get("attachment_ids") or None,
        }
        if result.get("schedule_next"):
            return activities.action_feedback_schedule_next(**told)
        activities.action_feedback(**told)
        return False


class CrmLifecycleQuestionSettleLine(models.TransientModel):
    """What becomes of one question."""

    _name = "crm.lifecycle.question.settle.line"
    _description = "Open Question to Settle"

    settle_id = fields.Many2one("crm.lifecycle.question.settle", required=True, ondelete="cascade")
    question_id = fields.Many2one("crm.lifecycle.question", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="question_id.partner_id")
    asked_on = fields.Date(related="question_id.asked_on")
    decision = fields.Selection(DECISIONS, required=True, default="answer")
    words = fields.Char(string="Answer or Reason", help="The answer, or why it is dropped.")
    postponed_until = fields.Date(string="Until")

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        # The host checks no references.
        lines.question_id.check_access("read")
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "question_id" in vals:
            self.question_id.check_access("read")
        return result

    def _settle(self):
        self.ensure_one()
        question = self.question_id
        if self.decision == "postpone":
            question._postpone(self.postponed_until)
        elif not (self.words or "").strip():
            raise UserError(
                self.env._("Write the answer to %s, or why it is dropped.", question.name)
            )
        elif self.decision == "answer":
            question.answer = self.words
        else:
            question.drop_reason = self.words
