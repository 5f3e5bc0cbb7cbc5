from odoo import api, fields, models
from odoo.tools import email_normalize

REPLY_ACTIVITY = "mail.mail_activity_data_todo"


class CrmComplaint(models.Model):
    """The customer gets an answer: the first one from a person keeps the first deadline.

    Templates are the host's mail templates, chosen in the composer.
    """

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        self._note_message(message, is_rating=bool(msg_vals.get("rating_id")))
        return result

    def _note_message(self, message, is_rating=False):
        """Note the first answer to the customer, and go on when they reply.

        :param bool is_rating: it tells of a rating, which reopens by itself if it is a bad one
        """
        self.ensure_one()
        if self._is_from_customer(message):
            if not is_rating:
                self.sudo()._go_on_with_reply()
        elif not self.answered_at and self._is_answer(message):
            self.sudo()._mark_answered()

    def _is_from_customer(self, message):
        """Tell whether the customer, or a contact of theirs, wrote a message."""
        return message.message_type in ("comment", "email") and self._is_sender(
            message.author_id, message.email_from
        )

    def _is_sender(self, author, address):
        """Tell whether somebody is the customer; of whom we do not know, their address counts."""
        self.ensure_one()
        customer = self.commercial_partner_id
        if customer:
            return author.commercial_partner_id == customer
        sender = email_normalize(address)
        colleague = author and not author.sudo().partner_share
        return bool(sender and not colleague and sender == self.sudo().email_from_normalized)

    def _go_on_with_reply(self):
        """End the wait for the customer, reopen what they do not think is solved, and have
        somebody look at what else they write on what is over.
        """
        self.ensure_one()
        if self.step_code == "waiting":
            self._set_step("investigating")
        elif self.step_code == "solved" and self._can_portal_reopen():
            self.action_reopen()
        elif not self.is_open:
            self._plan_reply()

    def _plan_reply(self):
        """Plan an activity, one at a time, for whoever is responsible."""
        user = self.user_id if self.user_id.active else self._get_escalation_user()
        other_than_check = [("id", "!=", self.check_activity_id.id)]
        if not user or self.activity_search(
            [REPLY_ACTIVITY], user_id=user.id, additional_domain=other_than_check
        ):
            return
        told = self.with_context(lang=user.lang or self.env.lang, mail_activity_quick_update=True)
        activity = told.activity_schedule(
            REPLY_ACTIVITY,
            summary=told.env._("The customer wrote on what is over: %s", told.display_name),
            user_id=user.id,
        )
        activity.automated = True

    def _is_answer(self, message):
        """Tell whether a colleague wrote a message that went to the customer; notes stay here."""
        comment = self.env.ref("mail.mt_comment")
        if (
            message.message_type not in ("comment", "email", "email_outgoing")
            or message.subtype_id != comment
            or not message.author_id.sudo().user_ids.filtered(lambda user: user._is_internal())
        ):
            return False
        reached = message.sudo().partner_ids | self.sudo().message_follower_ids.partner_id
        return self.commercial_partner_id in reached.commercial_partner_id

    def _mark_answered(self):
        """Note that complaints have been answered now; the first time counts."""
        self.filtered(lambda complaint: not complaint.answered_at)._note(
            {"answered_at": fields.Datetime.now()}
        )

    def action_mark_answered(self):
        """Note a first answer that no message tells of, such as a call."""
        self._mark_answered()

    @api.readonly
    def action_answer(self):
        """Open the composer, to the customer, with the first template."""
        self.ensure_one()
        self.check_access("write")
        template = self.env.ref(
            "crm_lifecycle.mail_template_complaint_received", raise_if_not_found=False
        )
        if self.answered_at:
            template = None
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_subtype_xmlid": "mail.mt_comment",
                "default_partner_ids": self.partner_id.ids,
                "default_template_id": template.id if template else False,
            },
        }
