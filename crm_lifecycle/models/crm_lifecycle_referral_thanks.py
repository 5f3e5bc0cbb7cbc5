from odoo import Command, fields, models
from odoo.tools import email_normalize


class CrmLifecycleReferral(models.Model):
    """Whoever brought a customer is thanked once, where the company wants that."""

    _inherit = "crm.lifecycle.referral"  # pylint: disable=consider-merging-classes-inherited

    thanks = fields.Selection(
        [("due", "To Thank"), ("sent", "Thanked"), ("skipped", "Not Thanked")],
        readonly=True,
        copy=False,
        help="The referrer is thanked once, when the customer has bought; never who wants no"
        " contact or has no mail address.",
    )
    thanked_on = fields.Date(readonly=True, copy=False)

    def _get_outcome(self, row):
        outcome = super()._get_outcome(row)
        if (
            outcome["state"] == "won"
            and self.state != "won"
            and not self.thanks
            and self.how != "known"
            and self.company_id.sudo().lifecycle_referral_thanks
        ):
            outcome["thanks"] = "due"
        return outcome

    def _thank(self):
        """Thank referrers by mail as far as nothing speaks against it.

        :return: whether there is a mail to send
        """
        template = self.env.ref(
            "crm_lifecycle.mail_template_referral_thanks", raise_if_not_found=False
        )
        sent = False
        for referral in self:
            recipient = referral.referrer_id
            people = recipient | recipient.commercial_partner_id
            blocks = [
                block
                for block in people._get_contact_block(channel="mail").values()
                if block["blocked"]
            ]
            refused = any(not block["earliest"] for block in blocks)
            if blocks and not refused:
                # Later, when they may be reached.
                continue
            today = referral._get_today_of()
            if refused or not template or not email_normalize(recipient.email or ""):
                referral.write({"thanks": "skipped", "thanked_on": today})
                continue
            referral.write({"thanks": "sent", "thanked_on": today})
            template.with_context(lifecycle_for_referrer=True).send_mail_batch(
                referral.ids,
                email_values={
                    "recipient_ids": [Command.set(recipient.ids)],
                    "email_to": False,
                    "email_cc": False,
                },
                email_layout_xmlid="mail.mail_notification_light",
            )
            sent = True
        return sent
