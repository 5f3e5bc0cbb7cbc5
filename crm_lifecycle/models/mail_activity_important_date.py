from odoo import api, models

from .crm_lifecycle_trigger_mixin import host_first


class MailActivity(models.Model):
    """Who leaves takes no reminder along: the host deletes what they had to do."""

    _inherit = "mail.activity"  # pylint: disable=consider-merging-classes-inherited

    @api.ondelete(at_uninstall=False)
    def _remind_lifecycle_again(self):
        with host_first(self, "important dates"):
            left = self.sudo().filtered(lambda activity: not activity.user_id.active)
            if left:
                # As the superuser: the job reminds somebody else of them.
                self.env["crm.lifecycle.important.date"].sudo().search(
                    [("activity_id", "in", left.ids)]
                ).reminded_for = False
