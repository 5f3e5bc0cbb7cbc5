from odoo import fields, models

from .crm_lifecycle_trigger_mixin import host_first


class CrmComplaint(models.Model):
    """Customers say whether it is solved: they are asked, and a bad answer reopens it."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    rating_id = fields.Many2one(
        "rating.rating",
        string="Bad Rating",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_user",
        help="The rating that it was made from.",
    )

    def _on_close(self):
        result = super()._on_close()
        self.filtered(
            lambda complaint: complaint.active and complaint.step_code == "solved"
        )._ask_for_rating()
        return result

    def _ask_for_rating(self):
        """Ask the customers what they think of the solution, where the company wants that.

        A mail that cannot be made does not keep anybody from solving a complaint.
        """
        template = self.env.ref(
            "crm_lifecycle.mail_template_complaint_rating", raise_if_not_found=False
        )
        for complaint in self.sudo() if template else ():
            if not complaint.company_id.lifecycle_complaint_ask_rating:
                continue
            if not complaint.partner_id.email or complaint._is_rating_unwanted():
                continue
            with host_first(complaint, "rating requests"):
                complaint.rating_send_request(
                    template, lang=complaint.partner_id.lang, force_send=False
                )

    def _is_rating_unwanted(self):
        """Tell whether the customer wants no mail from us at all.

        What is only too soon, or a quiet day, does not count: they have written to us.
        """
        self.ensure_one()
        customer = self.partner_id.with_company(self.company_id)
        block = customer._get_contact_block(channel="mail").get(customer)
        return bool(block and block["blocked"] and not block["earliest"])

    def _get_portal_rating_token(self, partner):
        """Return the token by which a contact rates the solution, empty where they may not."""
        self.ensure_one()
        solved = self.step_code in ("solved", "closed") and self.solved_at
        if not solved or not partner or self.duplicate_of_id:
            return ""
        rated = self.sudo().rating_ids.filtered(
            lambda rating: (
                rating.consumed
                and rating.rated_on
                and rating.rated_on >= solved
                and rating.partner_id.commercial_partner_id == partner.commercial_partner_id
            )
        )
        return "" if rated else self.sudo()._rating_get_access_token(partner)

    def _reopen_for_rating(self, rating):
        """Reopen what the customer does not think is solved."""
        self.ensure_one()
        if not self._can_portal_reopen():
            return
        self.action_reopen()
        self.message_post(
            body=self.env._("Reopened after a rating of %s of 5.", f"{rating.rating:g}"),
            author_id=self.env.ref("base.partner_root").id,
            subtype_xmlid="mail.mt_note",
        )
