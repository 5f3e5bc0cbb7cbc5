from odoo import fields, models

from ..access import LIFECYCLE_GROUPS


class CrmTeamMember(models.Model):
    _inherit = "crm.team.member"

    lifecycle_seniority = fields.Selection(
        related="user_id.lifecycle_seniority",
        readonly=False,
        related_sudo=False,
        groups=LIFECYCLE_GROUPS,
    )
