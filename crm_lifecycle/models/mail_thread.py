from odoo import models

from ..engine.contacts import MESSAGE_TYPES
from .crm_lifecycle_trigger_mixin import host_first

#: Documents on which people write to customers, and customers write back.
CONVERSATIONS = ("res.partner", "crm.lead", "sale.order", "account.move", "crm.complaint")


class MailThread(models.AbstractModel):
    """A message to or from a customer calls for another look at them."""

    _inherit = "mail.thread"

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
