from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.channels import NOT_REACHED

# After how many working days the next attempt is made: who got a message may call back first.
RETRY_DAYS = {"no_answer": 1, "message_left": 2}


class MailActivity(models.Model):
    """Getting in touch with a customer is tried until somebody is reached, and a result that
    was a slip is taken back.
    """

    _inherit = "mail.activity"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_first_due = fields.Date(
        string="First Due",
        readonly=True,
        copy=False,
        help="Day on which it was due before it was moved or tried in vain.",
    )
    lifecycle_hand_over_reason = fields.Char(
        string="Handed Over Because", readonly=True, copy=False
    )
    lifecycle_attempt_of_id = fields.Many2one(
        "mail.activity",
        string="Follows On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="The activity after whose result this one was planned.",
    )
    lifecycle_message_id = fields.Many2one(
        "mail.message",
        string="Message of the Result",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    # What somebody has done today takes from what they can do yet.
    _lifecycle_done_idx = models.Index("(date_done, user_id) WHERE active IS FALSE")

    # ------------------------------------------------------------
    # RESULT
    # ------------------------------------------------------------

    def _finish_attempt(self, outcome, note="", date_next=False, **vals):
        """Finish the activity in the host's manner, with what came of it.

        Where nobody was reached, the next attempt is planned on a working day, unless the
        type of the activity says itself what comes next.

        :param str outcome: one of ``engine.channels.OUTCOMES``
        :param date date_next: day of what is planned next, whatever the outcome
        :param vals: further fields of the result
        """
        self.ensure_one()
        self.write({**vals, "lifecycle_outcome": outcome})
        following = self.browse()
        if date_next or (outcome in NOT_REACHED and self.chaining_type != "trigger"):
            following = self._plan_next_attempt(date_next or self._get_retry_day(outcome))
            if outcome in NOT_REACHED:
                # The contact is still wanted: what it is for goes on with the next attempt.
                self._go_on_with_next(following, 1)
        words = dict(self._fields["lifecycle_outcome"]._description_selection(self.env))
        feedback = "\n".join(filter(None, [words[outcome], (note or "").strip()]))
        messages, triggered = self._action_done(feedback=feedback)
        # What was done is on record, even where its document is somebody else's.
        self.sudo().lifecycle_message_id = messages[:1]
        triggered.sudo().lifecycle_attempt_of_id = self
        return following | triggered

    def _go_on_with_next(self, following, attempts):
        """Have what the activities are planned for go on with another attempt.

        :param int attempts: 1 if there was one more in vain, -1 if one was taken back
        """
        self._get_open_follow_ups()._go_on_with(following, attempts)

    def _replace_by(self, activity):
        """Have what the activity is planned for done by another one, and delete it."""
        self.ensure_one()
        self._go_on_with_next(activity, 0)
        activity.sudo().write(
            {
                "lifecycle_first_due": self.lifecycle_first_due or self.date_deadline,
                "lifecycle_hand_over_reason": self.lifecycle_hand_over_reason,
            }
        )
        # As the superuser: nothing is skipped by it.
        self.sudo().unlink()

    def _get_open_follow_ups(self):
        """Return the follow-ups that the activity is planned for, to be kept with it."""
        return self.sudo().lifecycle_follow_up_ids.filtered(
            lambda follow_up: follow_up.state == "open"
        )

    def _get_retry_day(self, outcome):
        """Return the working day on which somebody tries again."""
        self.ensure_one()
        user = self.user_id or self.env.user
        lines = self.env["crm.lifecycle.day.line"].sudo()
        today = lines.with_company(user.sudo().company_id)._get_today()
        number = RETRY_DAYS.get(outcome, 1)
        capacity = self.env["crm.lifecycle.day.capacity"]
        # A quiet day of the customer's is none to try again on.
        customer = self._get_lifecycle_customer()
        for day in list(capacity._get_working_days(user, today))[number - 1 :]:
            if not (customer and customer._is_lifecycle_quiet_day(day)):
                return day
        return capacity._get_next_day(user, today, number)

    def _get_lifecycle_customer(self):
        """Return the contact with whom the activity is, empty if there is none."""
        self.ensure_one()
        if self.res_model not in ("res.partner", "crm.lead", "sale.order"):
            return self.env["res.partner"]
        document = self.env[self.res_model].sudo().browse(self.res_id).exists()
        return document if self.res_model == "res.partner" else document.partner_id

    def _plan_next_attempt(self, date_next):
        """Plan the same once more. Whoever may finish an activity may go on with it."""
        self.ensure_one()
        quiet = self.sudo().with_context(mail_activity_quick_update=True)
        return quiet.create(self._prepare_next_attempt(date_next)).sudo(self.env.su)

    def _prepare_next_attempt(self, date_next):
        self.ensure_one()
        values = {
            "res_model_id": self.res_model_id.id,
            "res_id": self.res_id,
            "activity_type_id": self.activity_type_id.id,
            "summary": self.summary,
            "note": self.note,
            "user_id": (self.user_id or self.env.user).id,
            "date_deadline": date_next,
            "automated": self.automated,
            "lifecycle_company_id": self.sudo().lifecycle_company_id.id,
            "lifecycle_attempt_of_id": self.id,
        }
        if self.lifecycle_outcome in NOT_REACHED:
            # Who was not reached stays as late as before.
            values["lifecycle_first_due"] = self.lifecycle_first_due or self.date_deadline
            values["lifecycle_hand_over_reason"] = self.lifecycle_hand_over_reason
        return values

    # ------------------------------------------------------------
    # UNDO
    # ------------------------------------------------------------

    @api.model
    def _get_last_result(self):
        """Return the activity that the user finished last, of today and yesterday."""
        # As a superuser: one's own results alone, whoever has the activity or its document.
        return self.sudo().search(
            [
                ("active", "=", False),
                ("lifecycle_message_id.author_id", "=", self.env.user.partner_id.id),
                ("date_done", ">=", fields.Date.today() - timedelta(days=1)),
            ],
            order="lifecycle_message_id.id DESC",
            limit=1,
        )

    @api.model
    def _undo_last_result(self):
        """Open the activity again that the user finished last, as if nothing had been done.

        :return: the activity
        """
        activity = self._get_last_result()
        if not activity:
            raise UserError(
                self.env._("There is nothing to undo: you entered no result since yesterday.")
            )
        activity._undo_result()
        return activity

    def _undo_result(self):
        self.ensure_one()
        following = self.search([("lifecycle_attempt_of_id", "=", self.id)])
        following._go_on_with_next(self, -1)
        following.unlink()
        message = self.lifecycle_message_id
        self.action_unarchive()
        self.write(
            {
                "lifecycle_outcome": False,
                "lifecycle_minutes": 0,
                "lifecycle_satisfaction": False,
                "feedback": False,
                "lifecycle_message_id": False,
            }
        )
        self._reopen_ended()
        message.unlink()
        # What was done counted as a contact.
        documents = self.env[self.res_model].browse(self.res_id).exists()
        partners = documents if self.res_model == "res.partner" else documents.partner_id
        self.env["crm.lifecycle.queue"]._mark(partners.ids)

    def _reopen_ended(self):
        """Open again what ended with the activity: follow-ups, where none is open instead."""
        closed = self.lifecycle_follow_up_ids.filtered(lambda row: row.state == "done")
        for follow_up in closed:
            instead = follow_up.search_count(
                [
                    ("partner_id", "=", follow_up.partner_id.id),
                    ("company_id", "=", follow_up.company_id.id),
                    ("cadence_id", "=", follow_up.cadence_id.id),
                    ("state", "=", "open"),
                ],
                limit=1,
            )
            if not instead:
                follow_up._reopen()
