from odoo import Command, api, fields, models
from odoo.exceptions import UserError

DECISIONS = [("answer", "Answer"), ("postpone", "Postpone"), ("drop", "Drop")]


class CrmLifecycleQuestionSettle(models.TransientModel):
    """What becomes of each open question before a contact with the customer is closed."""

    _name = "crm.lifecycle.question.settle"
    _description = "Settle Open Questions"

    activity_refs = fields.Json(readonly=True, export_string_translation=False)
    result = fields.Json(readonly=True, export_string_translation=False)
    line_ids = fields.One2many("crm.lifecycle.question.settle.line", "settle_id")

    @api.model
    def default_get(self, fields):
        """List the questions that are due of the customers of the activities."""
        values = super().default_get(fields)
        activities = self.env["mail.activity"].browse(values.get("activity_refs") or []).exists()
        activities.check_access("read")
        customers = self.env["res.partner"]
        for activity in activities.sudo():
            customers |= activity._get_lifecycle_customer().commercial_partner_id
        found = self.env["crm.lifecycle.question"]._get_open_of(customers, self.env.company)
        values["line_ids"] = [
            Command.create({"question_id": question.id})
            for questions in found.values()
            for question in questions
        ]
        return values

    def action_apply(self):
        """Settle the questions, and finish the activities with what was entered before."""
        self.ensure_one()
        for line in self.line_ids:
            line._settle()
        activities = self.env["mail.activity"].browse(self.activity_refs or []).exists()
        settled = activities.with_context(lifecycle_no_questions=True)
        result = dict(self.result or {})
        if result.get("outcome"):
            date_next = fields.Date.to_date(result.pop("date_next", "") or False)
            for activity in settled:
                activity._finish_attempt(date_next=date_next, **result)
        else:
            settled._action_done(feedback=result.get("feedback") or False)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class CrmLifecycleQuestionSettleLine(models.TransientModel):
    """What becomes of one question."""

    _name = "crm.lifecycle.question.settle.line"
    _description = "Open Question to Settle"

    settle_id = fields.Many2one(
        "crm.lifecycle.question.settle", required=True, ondelete="cascade"
    )
    question_id = fields.Many2one("crm.lifecycle.question", required=True, ondelete="cascade")
    partner_id = fields.Many2one(related="question_id.partner_id")
    asked_on = fields.Date(related="question_id.asked_on")
    decision = fields.Selection(DECISIONS, required=True, default="answer")
    words = fields.Char(string="Answer or Reason", help="The answer, or why it is dropped.")
    postponed_until = fields.Date(string="Until")

    def _settle(self):
        self.ensure_one()
        question = self.question_id
        if self.decision == "postpone":
            today = self.env["crm.lifecycle.period.mixin"]._get_today()
            if not self.postponed_until or self.postponed_until <= today:
                raise UserError(
                    self.env._(
                        "Choose a day after today to which the question %s is postponed.",
                        question.name,
                    )
                )
            question.postponed_until = self.postponed_until
        elif not (self.words or "").strip():
            raise UserError(
                self.env._("Write the answer to %s, or why it is dropped.", question.name)
            )
        elif self.decision == "answer":
            question.answer = self.words
        else:
            question.drop_reason = self.words
