from markupsafe import Markup

from odoo import api, models


class CrmLifecycleFollowUp(models.Model):
    """People are told of what is new, or late, by one message a day each."""

    _inherit = "crm.lifecycle.follow.up"  # pylint: disable=consider-merging-classes-inherited

    # So many customers are named in a message; the others are counted.
    _named_limit = 10

    @api.model
    def _do_overdue(self, company, rows):
        """Note to whom follow-ups that are late are escalated; ``_do_untold`` tells them."""
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        for row in rows:
            self.browse(row["id"]).write({"escalated_on": today, "escalated_to_id": row["user_id"]})

    @api.model
    def _do_untold(self, company, rows):
        """Tell each person once of new follow-ups and of what was escalated to them."""
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        for user in self.env["res.users"].browse([row["id"] for row in rows]):
            opened = [("company_id", "=", company.id), ("state", "=", "open")]
            new = self.search([*opened, ("user_id", "=", user.id), ("digest_on", "=", False)])
            late = self.search(
                [
                    *opened,
                    ("escalated_to_id", "=", user.id),
                    ("escalated_on", "!=", False),
                    ("escalation_told_on", "=", False),
                ]
            )
            new.digest_on = today
            late.escalation_told_on = today
            if late or new and company.lifecycle_digest:
                self._tell(user, new if company.lifecycle_digest else new.browse(), late)

    @api.model
    def _tell(self, user, new, late):
        """Send somebody one message, in their language."""
        told = self.with_context(lang=user.lang)
        parts = []
        if new:
            parts.append((told.env._("New follow-ups: %s", len(new)), new))
        if late:
            parts.append((told.env._("Late follow-ups of your team: %s", len(late)), late))
        body = Markup().join(
            Markup("<p>%s</p><ul>%s</ul>") % (title, told._list_customers(follow_ups))
            for title, follow_ups in parts
        )
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=user.partner_id.ids,
            subject=", ".join(title for title, _follow_ups in parts),
            body=body,
            author_id=self.env.ref("base.partner_root").id,
        )

    @api.model
    def _list_customers(self, follow_ups):
        named = follow_ups.sorted("date_due")[: self._named_limit]
        lines = [follow_up.partner_id.sudo().display_name for follow_up in named]
        if len(follow_ups) > len(named):
            lines.append(self.env._("and %s more", len(follow_ups) - len(named)))
        return Markup().join(Markup("<li>%s</li>") % line for line in lines)
