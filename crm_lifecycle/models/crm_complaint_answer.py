from odoo import api, fields, models


class CrmComplaint(models.Model):
    """The customer gets an answer: the first one from a person keeps the first deadline.

    Templates are the host's mail templates, chosen in the composer.
    """

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        self._note_message(message)
        return result

    def _note_message(self, message):
        """Note the first answer to the customer, and go on when they reply to a question."""
        self.ensure_one()
        if self._is_from_customer(message):
            if self.step_code == "waiting":
                self.sudo()._set_step("investigating")
        elif not self.answered_at and self._is_answer(message):
            self.sudo()._mark_answered()

    def _is_from_customer(self, message):
        """Tell whether the customer, or a contact of theirs, wrote a message."""
        return bool(
            self.commercial_partner_id
            and message.message_type in ("comment", "email")
            and message.author_id.commercial_partner_id == self.commercial_partner_id
        )

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
        self.filtered(lambda complaint: not complaint.answered_at).write(
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
