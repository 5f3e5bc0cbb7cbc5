from odoo import api, models

from .crm_lifecycle_return_visit import KEPT
from .crm_lifecycle_trigger_mixin import host_first


class MailActivity(models.Model):
    """What becomes of a return visit when its activity is done, given away or deleted."""

    _inherit = "mail.activity"  # pylint: disable=consider-merging-classes-inherited

    def _action_done(self, feedback=False, attachment_ids=None):
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        with host_first(self, "return visits"):
            # One whose document is gone is deleted instead.
            self.env["crm.lifecycle.return.visit"]._finish_for(self.exists(), feedback)
        return result

    def _go_on_with_next(self, following, attempts):
        super()._go_on_with_next(following, attempts)
        self._get_return_visits("due")._go_on_with(following, attempts)

    def _reopen_ended(self):
        super()._reopen_ended()
        self._get_return_visits("done")._reopen(self)

    def _get_return_visits(self, state):
        """Return the visits that the activities are planned for."""
        # As the superuser: who does an activity does the visit.
        return (
            self.env["crm.lifecycle.return.visit"]
            .sudo()
            .search([("activity_id", "in", self.ids), ("state", "=", state)])
        )

    @api.ondelete(at_uninstall=False)
    def _skip_lifecycle_return_visits(self):
        """Take a person's deletion for a decision, and not that of an archived colleague's."""
        if self.env.context.get(KEPT) or self.env.su:
            return
        with host_first(self, "return visits"):
            chosen = self.sudo().filtered(lambda activity: activity.user_id.active)
            if chosen:
                self.env["crm.lifecycle.return.visit"]._skip_for(chosen)

    def write(self, vals):
        result = super().write(vals)
        if vals.get("user_id") and not self.env.context.get(KEPT):
            with host_first(self, "return visits"):
                visits = self._get_return_visits("due").with_context(**{KEPT: True})
                visits.write({"user_id": vals["user_id"]})
        return result
