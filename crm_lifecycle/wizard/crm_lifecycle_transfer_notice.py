from markupsafe import Markup

from odoo import api, models

# Customers named in a notice.
NAMED = 50


class CrmLifecycleTransfer(models.TransientModel):
    """Whoever gets customers is told, and whoever had them before, with one message each."""

    _inherit = "crm.lifecycle.transfer"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _notify(self, received, given):
        """Tell each new salesperson, and each one of before, with one message each.

        :param dict received: ``{user: [(partner, reason)]}``
        :param dict given: ``{user: [(partner, name of the new salesperson)]}``
        """
        for user, rows in received.items():
            env = self._get_reader_env(user)
            self._send_notice(
                user,
                env._("Customers for you: %s", len(rows)),
                env._("%s gave you these customers:", self.env.user.name),
                rows,
            )
        for user, rows in given.items():
            env = self._get_reader_env(user)
            self._send_notice(
                user,
                env._("Customers handed over: %s", len(rows)),
                env._("%s gave these customers of yours to:", self.env.user.name),
                rows,
            )

    @api.model
    def _get_reader_env(self, user):
        """Return an environment that speaks the language of whoever reads the notice."""
        return self.with_context(lang=user.sudo().lang or self.env.lang).env

    @api.model
    def _send_notice(self, user, subject, intro, rows):
        """Tell somebody of customers, unless they know because they did it.

        :param list rows: (partner, what is said of it)
        """
        if not rows or not user.sudo().active or user == self.env.user:
            return
        lines = Markup().join(
            Markup("<li>%s: %s</li>") % (partner._get_html_link(), words)
            for partner, words in rows[:NAMED]
        )
        more = len(rows) - NAMED
        if more > 0:
            lines += Markup("<li>%s</li>") % self._get_reader_env(user)._("And %s more.", more)
        self.env["mail.thread"].message_notify(
            partner_ids=user.sudo().partner_id.ids,
            subject=subject,
            body=Markup("<p>%s</p><ul>%s</ul>") % (intro, lines),
        )
