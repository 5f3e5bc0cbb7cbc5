from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html


class LifecycleComplaintToldMixin(models.AbstractModel):
    """What a customer complained about while somebody was in touch with them."""

    _name = "lifecycle.complaint.told.mixin"
    _description = "Complaint Told in a Contact"

    make_complaint = fields.Boolean(
        string="Make a Complaint of It",
        help="A complaint is made of what was said, and pauses sales follow-ups until it is"
        " solved.",
    )
    complaint_subject = fields.Char(
        string="Complains About",
        size=150,
        help="What it is about, in a few words, which the customer reads in the portal.",
    )

    def _ensure_complaint_told(self):
        """Refuse a complaint about nothing, before anything is entered."""
        if self.make_complaint and not (self.complaint_subject or "").strip():
            raise UserError(
                self.env._("Say in a few words what the customer complains about, or untick it.")
            )

    def _make_complaint(self, document, partner, channel, note):
        """Make the complaint with the rights of whoever was told, if it is one.

        The note may be meant for colleagues alone, so it does not become the description, which
        the customer reads.

        :param document: the record on which the contact stands; it is linked
        :param partner: who complained
        :param str channel: how, see ``crm_lifecycle_channel``
        :param str note: what was said, in plain text
        :return: the complaint, or none
        """
        self.ensure_one()
        complaints = self.env["crm.complaint"]
        if not self.make_complaint:
            return complaints
        complaint = complaints.create(
            {
                **document._prepare_lifecycle_complaint(),
                "partner_id": partner.id,
                "subject": self.complaint_subject.strip(),
                "channel": channel,
            }
        )
        if note:
            complaint.message_post(body=plaintext2html(note), subtype_xmlid="mail.mt_note")
        return complaint
