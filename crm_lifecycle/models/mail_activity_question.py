from odoo import models
from odoo.exceptions import RedirectWarning

from ..engine.channels import NOT_REACHED
from ..engine.value_entries import ACTIVITY_MODELS


class MailActivity(models.Model):
    """Nobody closes a contact silently while the customer waits for an answer."""

    _inherit = "mail.activity"  # pylint: disable=consider-merging-classes-inherited

    def _finish_attempt(self, outcome, note="", date_next=False, **vals):
        if outcome not in NOT_REACHED:
            self._ensure_questions_settled(
                {"outcome": outcome, "note": note or "", "date_next": str(date_next or ""), **vals}
            )
        # Once is enough.
        settled = self.with_context(lifecycle_no_questions=True)
        return super(MailActivity, settled)._finish_attempt(
            outcome, note=note, date_next=date_next, **vals
        )

    def _action_done(self, feedback=False, attachment_ids=None):
        reached = self.filtered(lambda activity: activity.lifecycle_outcome not in NOT_REACHED)
        reached._ensure_questions_settled({"feedback": feedback or ""})
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _ensure_questions_settled(self, result):
        """Send a person to what the customers asked, before a contact with them is closed.

        What is done by itself is not stopped: the questions stay open, and come with the next
        contact.

        :param dict result: what was entered, so that nothing of it is lost
        :raise RedirectWarning: if there are questions that are due
        """
        if self.env.su or self.env.context.get("lifecycle_no_questions"):
            return
        asking = self.filtered(
            lambda activity: (
                activity.res_model in ACTIVITY_MODELS
                and (
                    activity.lifecycle_channel
                    or activity.activity_type_id.category in ("phonecall", "meeting")
                    or activity.sudo().lifecycle_follow_up_ids
                )
            )
        )
        customers = self.env["res.partner"]
        for activity in asking:
            customers |= activity.sudo()._get_lifecycle_customer().commercial_partner_id
        questions = self.env["crm.lifecycle.question"]._get_open_of(customers, self.env.company)
        if not questions:
            return
        raise RedirectWarning(
            self.env._(
                "There are open questions: %s. Answer them, postpone them to a day, or drop them"
                " with a reason; then the activity is done.",
                "; ".join(
                    question.name for found in questions.values() for question in found[:3]
                ),
            ),
            self.env.ref("crm_lifecycle.crm_lifecycle_question_settle_action").id,
            self.env._("Settle the Questions"),
            {
                "default_activity_refs": asking.ids,
                "default_result": result,
            },
        )
