from odoo import fields, models

from ..access import LIFECYCLE_GROUPS, MANAGER_GROUP
from .crm_lifecycle_customer_type import SENIORITIES


class ResUsers(models.Model):
    _inherit = "res.users"

    lifecycle_seniority = fields.Selection(
        SENIORITIES,
        string="Seniority",
        copy=False,
        groups=f"{LIFECYCLE_GROUPS},base.group_erp_manager",
        help="How experienced this person is in looking after customers. Service levels ask for"
        " it; sales managers set it.",
    )

    def write(self, vals):
        """Let sales managers say how experienced others are, and nothing else."""
        if (
            vals.keys() == {"lifecycle_seniority"}
            and not self.env.su
            and self.env.user.has_group(MANAGER_GROUP)
        ):
            self.check_access("read")
            return super(ResUsers, self.sudo()).write(vals)
        return super().write(vals)
