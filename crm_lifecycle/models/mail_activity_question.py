from odoo import models
from odoo.exceptions import RedirectWarning

from ..engine.channels import NOT_REACHED
from ..engine.value_entries import ACTIVITY_MODELS
from .crm_lifecycle_trigger_mixin import host_first


class MailActivity(models.Model):
    """Nobody closes a contact silently while the customer waits for an answer.

    All ways of the web client to finish an activity end in ``_action_done``, archiving from a
    list in ``write``.
    """

    _inherit = "mail.activity"  # pylint: disable=consider-merging-classes-inherited

    def _finish_attempt(self, outcome, note="", date_next=False, **vals):
        if outcome not in NOT_REACHED:
            self._ensure_questions_settled(
                {**vals, "outcome": outcome, "note": note or "", "date_next": str(date_next or "")}
            )
        # Once is enough.
        settled = self.with_context(lifecycle_no_questions=True)
        return super(MailActivity, settled)._finish_attempt(
            outcome, note=note, date_next=date_next, **vals
        )

    def action_feedback_schedule_next(self, feedback=False, attachment_ids=None):
        self._filter_reached()._ensure_questions_settled(
            {
                "feedback": feedback or "",
                "attachment_ids": attachment_ids or [],
                "schedule_next": True,
            }
        )
        return super().action_feedback_schedule_next(
            feedback=feedback, attachment_ids=attachment_ids
        )

    def _action_done(self, feedback=False, attachment_ids=None):
        self._filter_reached()._ensure_questions_settled(
            {"feedback": feedback or "", "attachment_ids": attachment_ids or []}
        )
        # It archives the activities, which is no second look.
        settled = self.with_context(lifecycle_no_questions=True)
        messages, following = super(MailActivity, settled)._action_done(
            feedback=feedback, attachment_ids=attachment_ids
        )
        return messages.with_env(self.env), following.with_env(self.env)

    def write(self, vals):
        if "active" in vals and not vals["active"]:
            self.filtered("active")._filter_reached()._ensure_questions_settled({})
        return super().write(vals)

    def _filter_reached(self):
        return self.filtered(lambda activity: activity.lifecycle_outcome not in NOT_REACHED)

    # ------------------------------------------------------------
    # QUESTIONS
    # ------------------------------------------------------------

    def _ensure_questions_settled(self, result):
        """Send a person to what the customers asked, before a contact with them is closed.

        What is done by itself is not stopped: the questions stay open, and come with the next
        contact.

        :param dict result: what was entered, so that nothing of it is lost
        :raise RedirectWarning: if there are questions that are due
        """
        if self.env.su or self.env.context.get("lifecycle_no_questions"):
            return
        questions = self.env["crm.lifecycle.question"]
        action = self.env["ir.actions.act_window"]
        with host_first(self, "questions"):
            # Whoever may not settle them would never get their work done.
            questions = self._get_questions_due()._filtered_access("write")
            action = self.env.ref("crm_lifecycle.crm_lifecycle_question_settle_action")
        if not questions or not action:
            return
        names = [question.name for question in questions[:3]]
        if len(questions) > len(names):
            names.append("…")
        raise RedirectWarning(
            self.env._(
                "The customer still waits for an answer to: %s\n"
                "Answer it, postpone it to a day, or drop it with a reason; then the activity is"
                " done.",
                "; ".join(names),
            ),
            action.id,
            self.env._("Settle the Questions"),
            {
                "default_activity_refs": self.ids,
                "default_question_refs": questions.ids,
                "default_result": result,
            },
        )

    def _get_questions_due(self):
        """Return the questions that are due of customers with whom the activities are."""
        found = self.env["crm.lifecycle.question"]
        for company, customers in self._get_asking_customers().items():
            of_customers = found._get_open_of(customers, company)
            found = found.union(*(asked.sudo(False) for asked in of_customers.values()))
        return found

    def _get_asking_customers(self):
        """Return with whom the contacts among the activities are, as ``{company: customers}``."""
        found = {}
        asking = self.sudo().filtered(lambda activity: activity._is_lifecycle_contact())
        for model, activities in asking.grouped("res_model").items():
            documents = self.env[model].sudo().browse(activities.mapped("res_id")).exists()
            for document in documents:
                company = self.env.company
                if model != "res.partner":
                    company = document.company_id.sudo(False) or company
                partner = document if model == "res.partner" else document.partner_id
                found[company] = found.get(company, partner.browse()) | (
                    partner.commercial_partner_id
                )
        return found

    def _is_lifecycle_contact(self):
        """Tell whether the activity gets in touch with a customer."""
        self.ensure_one()
        return self.res_model in ACTIVITY_MODELS and bool(
            self.lifecycle_channel
            or self.activity_type_id.category in ("phonecall", "meeting")
            or any(follow_up.state == "open" for follow_up in self.lifecycle_follow_up_ids)
        )
