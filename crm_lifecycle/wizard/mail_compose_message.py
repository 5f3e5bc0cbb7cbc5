from odoo import api, fields, models

from ..access import LIFECYCLE_GROUPS

# Documents whose customer is meant where no recipient is named.
CUSTOMER_MODELS = ("res.partner", "crm.lead", "sale.order")


class MailComposeMessage(models.TransientModel):
    """A mail to a customer who has just heard from us, or does not want to, says so."""

    _inherit = "mail.compose.message"

    lifecycle_contact_warning = fields.Text(
        string="Contact Warning",
        compute="_compute_lifecycle_contact_warning",
        groups=LIFECYCLE_GROUPS,
        help="What speaks against writing to these customers now; you may know better.",
    )

    @api.depends("partner_ids", "model", "res_ids", "composition_mode")
    @api.depends_context("company", "lang")
    def _compute_lifecycle_contact_warning(self):
        for composer in self:
            composer.lifecycle_contact_warning = False
            if composer.composition_mode != "comment" or composer.subtype_is_log:
                continue
            blocks = composer._get_lifecycle_recipients()._get_contact_block(
                channel="mail", automated=False
            )
            composer.lifecycle_contact_warning = (
                "\n".join(
                    f"{partner.display_name}: {block['reason']}"
                    for partner, block in blocks.items()
                )
                or False
            )

    def _get_lifecycle_recipients(self):
        """Return the customers and their people to whom the mail goes."""
        self.ensure_one()
        recipients = self.partner_ids
        if not recipients and self.model in CUSTOMER_MODELS:
            documents = self.env[self.model].browse(self._evaluate_res_ids()).exists()
            recipients = documents if self.model == "res.partner" else documents.partner_id
        return recipients.filtered("partner_share")
