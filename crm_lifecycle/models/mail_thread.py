from odoo import api, models

from ..engine.automatic_mail import automatic_kind
from ..engine.contacts import MESSAGE_TYPES
from .crm_lifecycle_trigger_mixin import host_first

#: Documents on which people write to customers, and customers write back.
CONVERSATIONS = (
    "res.partner",
    "crm.lead",
    "sale.order",
    "account.move",
    "crm.complaint",
    "crm.lifecycle.idea",
)


class MailThread(models.AbstractModel):
    """A message to or from a customer calls for another look at them."""

    _inherit = "mail.thread"

    @api.model
    def _message_parse_post_process(self, message, message_dict, routes):
        found = super()._message_parse_post_process(message, message_dict, routes)
        if automatic_kind(message):
            found["lifecycle_is_automatic"] = True
        return found

    def _get_message_create_valid_field_names(self):
        return super()._get_message_create_valid_field_names() | {"lifecycle_is_automatic"}

    def _message_create(self, values_list):
        automatic = [values.pop("lifecycle_is_automatic", False) for values in values_list]
        messages = super()._message_create(values_list)
        for message, by_machine in zip(messages, automatic, strict=True):
            if by_machine:
                # As the superuser: who writes to us may know nothing of it.
                message.sudo().lifecycle_is_automatic = True
        return messages

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if self._name in CONVERSATIONS and message.message_type in MESSAGE_TYPES:
            with host_first(self, "messages"):
                self._mark_lifecycle_conversation(message)
        return result

    def _mark_lifecycle_conversation(self, message):
        """Queue those to whom, or by whom, a message was written.

        Followers are not known yet, but the document's customer is.
        """
        message_sudo = message.sudo()
        people = message_sudo.author_id | message_sudo.partner_ids
        people |= self.sudo() if self._name == "res.partner" else self.sudo().partner_id
        self.env["crm.lifecycle.queue"]._mark(people.filtered("partner_share").ids)
