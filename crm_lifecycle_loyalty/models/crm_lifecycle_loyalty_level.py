from odoo import api, models
from odoo.exceptions import UserError

from ..hooks import LIMITED_MODELS


class CrmLifecycleLoyaltyLevel(models.Model):
    _inherit = "crm.lifecycle.loyalty.level"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_limiting(self):
        """Refuse to open to everybody what is for customers of these levels only."""
        for model in LIMITED_MODELS:
            limited = self.env[model].sudo().with_context(active_test=False)
            limited = limited.search([("lifecycle_level_ids", "in", self.ids)])
            if limited:
                raise UserError(
                    self.env._(
                        "%(levels)s cannot be deleted: %(limited)s would be for everybody."
                        " Archive it, or choose other levels there first.",
                        levels=", ".join(
                            (limited.lifecycle_level_ids & self).mapped("display_name")
                        ),
                        limited=", ".join(limited.mapped("display_name")),
                    )
                )
