from odoo import api, models

from .crm_lifecycle_trigger_mixin import host_first


class MailActivity(models.Model):
    """What becomes of a follow-up when its activity is done or deleted."""

    _inherit = "mail.activity"

    def _action_done(self, feedback=False, attachment_ids=None):
        result = super()._action_done(feedback=feedback, attachment_ids=attachment_ids)
        with host_first(self, "follow-ups"):
            # One whose document is gone is deleted instead.
            self.env["crm.lifecycle.follow.up"]._finish_for(self.exists())
        return result

    @api.ondelete(at_uninstall=False)
    def _skip_lifecycle_follow_ups(self):
        """Take a person's deletion for a decision, and not that of an archived colleague's."""
        if self.env.context.get("lifecycle_follow_up_kept"):
            return
        with host_first(self, "follow-ups"):
            chosen = self.sudo().filtered(lambda activity: activity.user_id.active)
            if chosen and not self.env.su:
                self.env["crm.lifecycle.follow.up"]._skip_for(chosen)

    def write(self, vals):
        result = super().write(vals)
        if "user_id" in vals and not self.env.context.get("lifecycle_follow_up_kept"):
            with host_first(self, "follow-ups"):
                follow_ups = self.sudo().lifecycle_follow_up_ids
                follow_ups.filtered(lambda found: found.state == "open").write(
                    {"user_id": vals["user_id"], "is_handed_over": True}
                )
        return result
