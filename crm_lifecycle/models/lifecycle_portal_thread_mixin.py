from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.mimetypes import guess_mimetype

from ..engine.complaint_files import ALLOWED, is_allowed

# What a message of a customer has at most, with its tags.
MESSAGE_LENGTH = 50_000
# Messages that a customer writes within an hour.
MESSAGES_HOURLY = 60
# Files that customers add to one record altogether.
FILES_OF_RECORD = 100


class LifecyclePortalThreadMixin(models.AbstractModel):
    """What customers write and upload in the thread of a record in the portal is bounded."""

    _name = "lifecycle.portal.thread.mixin"
    _description = "Handed in by Customers, with a Thread"
    _inherit = ["lifecycle.portal.mixin"]

    # ------------------------------------------------------------
    # FILES
    # ------------------------------------------------------------

    @api.model
    def _get_file_problem(self, name, content, company):
        """Return why a file is not taken, empty if it is.

        :param bytes content: what is in it
        """
        size = company.sudo().lifecycle_complaint_file_size
        if len(content) > size * 1024 * 1024:
            return self.env._("%(name)s is larger than %(size)s MB.", name=name, size=size)
        if content and is_allowed(name, guess_mimetype(content)):
            return ""
        return self.env._(
            "%(name)s is not a file that we can open. Please send one of these: %(endings)s.",
            name=name,
            endings=", ".join(ALLOWED),
        )

    @api.model
    def _ensure_files(self, files, company):
        """Refuse files that are too many, too large, or of a kind that is not taken.

        :param files: ``[(name, content)]``
        :raise UserError: with what is wrong
        """
        most = company.sudo().lifecycle_complaint_files
        if len(files) > most:
            raise UserError(self.env._("Please send at most %s files at a time.", most))
        for name, content in files:
            if problem := self._get_file_problem(name, content, company):
                raise UserError(problem)

    def _count_files(self):
        """Return how many files there are, counted as far as anything hangs on it."""
        self.ensure_one()
        return (
            self.env["ir.attachment"]
            .sudo()
            .search_count(
                [("res_model", "=", self._name), ("res_id", "=", self.id)],
                limit=FILES_OF_RECORD + 1,
            )
        )

    # ------------------------------------------------------------
    # MESSAGES
    # ------------------------------------------------------------

    def message_post(self, **kwargs):
        """Bound what customers write and upload; colleagues do as they like.

        Customers write through the portal, which checks author and files, not over RPC.
        """
        if self.env.user.share:
            if not self.env.su:
                raise AccessError(self.env._("Please write your message in the portal."))
            self._ensure_message(kwargs)
        return super().message_post(**kwargs)

    def _message_update_content(self, message, /, *, body, attachment_ids=None, **kwargs):
        """Bound what customers make of their messages afterwards as well."""
        # How a rating is told is the host's text, and of a message that counts already.
        if self.env.user.share and kwargs.get("strict", True):
            files = {*message.sudo().attachment_ids.ids, *(attachment_ids or ())}
            self.sudo()._ensure_message({"body": body, "attachment_ids": sorted(files)})
        return super()._message_update_content(
            message, body=body, attachment_ids=attachment_ids, **kwargs
        )

    def _ensure_message(self, values):
        self.ensure_one()
        if len(values.get("body") or "") > MESSAGE_LENGTH:
            raise UserError(
                self.env._("This message is too long. Please shorten it, or attach a file.")
            )
        pending = self.env["ir.attachment"].sudo().browse(values.get("attachment_ids") or ())
        files = [(attachment.name, attachment.raw or b"") for attachment in pending]
        files += [(name, content) for name, content, *_info in values.get("attachments") or ()]
        self._ensure_files(files, self.company_id)
        self._ensure_few_messages()

    def _ensure_few_messages(self):
        """Refuse to go on who writes without end."""
        written = (
            self.env["mail.message"]
            .sudo()
            .search_count(
                [
                    ("model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("message_type", "in", ("comment", "email")),
                    ("author_id", "any", [("partner_share", "=", True)]),
                    ("create_date", ">", fields.Datetime.now() - timedelta(hours=1)),
                ],
                limit=MESSAGES_HOURLY,
            )
        )
        if written >= MESSAGES_HOURLY:
            raise UserError(self.env._("That was a lot within one hour. Please write again later."))
