from odoo import fields, models

from .crm_lifecycle_trigger_mixin import host_first

BADGE = "gamification.badge_idea"


class CrmLifecycleIdea(models.Model):
    """Whoever suggested what is adopted is thanked once: customers by mail, colleagues by a badge
    where the host's module for that is installed. What is withdrawn takes the thanks back.
    """

    _inherit = "crm.lifecycle.idea"  # pylint: disable=consider-merging-classes-inherited

    thanks_note = fields.Char(
        string="Thanks",
        readonly=True,
        copy=False,
        help="How whoever suggested it was thanked, or why not.",
    )
    thanks_message_id = fields.Many2one(
        "mail.message",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    # The host's badge is no dependency of ours, so that this is no relation.
    thanks_badge_ref = fields.Integer(
        string="Badge Given", readonly=True, copy=False, groups="base.group_system"
    )

    def _on_adopt(self):
        result = super()._on_adopt()
        for idea in self.sudo():
            with host_first(idea, "thanks"):
                # Not the noting of it: what is thanked for once must not be thanked for again.
                idea._note({"thanks_note": idea._thank()})
        return result

    def _on_withdraw(self):
        result = super()._on_withdraw()
        for idea in self.sudo():
            with host_first(idea, "thanks"):
                idea._take_back_thanks()
        return result

    def _thank(self):
        """Thank whoever suggested it, and return how, or why not."""
        self.ensure_one()
        if self.suggester_id:
            return self._give_badge()
        if self.partner_id:
            return self._mail_thanks()
        return False

    # ------------------------------------------------------------
    # CUSTOMERS
    # ------------------------------------------------------------

    def _mail_thanks(self):
        if self.thanks_message_id:
            # It has left when it was adopted before.
            return self.env._("Thanked by mail already.")
        template = self.env.ref("crm_lifecycle.mail_template_idea", raise_if_not_found=False)
        if not template or not self.company_id.lifecycle_idea_thank:
            return self.env._("Not thanked: the company sends no mails for that.")
        customer = self.partner_id.with_company(self.company_id)
        if not customer.email:
            return self.env._("Not thanked: %s has no e-mail address.", customer.name)
        block = customer._get_contact_block(channel="mail").get(customer)
        if block and block["blocked"]:
            return self.env._("Not thanked: %s", block["reason"])
        mail = self.env["mail.mail"].browse(
            template.send_mail(
                self.id, force_send=False, email_layout_xmlid="mail.mail_notification_light"
            )
        )
        self._note({"thanks_message_id": mail.mail_message_id.id})
        return self.env._("Thanked by mail.")

    # ------------------------------------------------------------
    # COLLEAGUES
    # ------------------------------------------------------------

    def _give_badge(self):
        badge = "gamification.badge" in self.env and self.env.ref(BADGE, raise_if_not_found=False)
        if not badge:
            return self.env._("Not thanked: there are no badges here.")
        given = self.env["gamification.badge.user"].create(
            {
                "user_id": self.suggester_id.id,
                "sender_id": self.env.uid,
                "badge_id": badge.id,
                "comment": self.name,
            }
        )
        given._send_badge()
        self._note({"thanks_badge_ref": given.id})
        return self.env._("Given the badge %s.", badge.name)

    # ------------------------------------------------------------
    # UNDO
    # ------------------------------------------------------------

    def _take_back_thanks(self):
        """Take back the badge, and the mail if it has not left yet."""
        self.ensure_one()
        vals = {"thanks_note": False, "thanks_badge_ref": 0}
        if self.thanks_badge_ref and "gamification.badge.user" in self.env:
            self.env["gamification.badge.user"].browse(self.thanks_badge_ref).exists().unlink()
        waiting = self.env["mail.mail"].search(
            [
                ("mail_message_id", "in", self.thanks_message_id.ids),
                ("state", "in", ("outgoing", "exception", "cancel")),
            ]
        )
        if waiting:
            message = self.thanks_message_id
            waiting.unlink()
            message.exists().unlink()
            vals["thanks_message_id"] = False
        self._note(vals)
