from odoo import api, fields, models
from odoo.fields import Domain

from ..access import LIFECYCLE_GROUPS


class LifecycleMismatchMixin(models.AbstractModel):
    """A contact or document of the host that shows whether its customer is well looked after.

    For models with ``lifecycle.stage.mixin``, and like there nothing is stored.
    """

    _name = "lifecycle.mismatch.mixin"
    _description = "Customer's Mismatch"

    lifecycle_mismatch = fields.Char(
        string="Mismatch",
        compute="_compute_lifecycle_mismatch",
        search="_search_lifecycle_mismatch",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="What is wrong with who looks after the customer, by the service level.",
    )
    lifecycle_service_level_id = fields.Many2one(
        "crm.lifecycle.service.level",
        string="Service Level",
        compute="_compute_lifecycle_service_level_id",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="How customers of this kind are looked after.",
    )

    @api.depends("lifecycle_profile_id.mismatch")
    @api.depends_context("company", "lang")
    def _compute_lifecycle_mismatch(self):
        for record in self:
            record.lifecycle_mismatch = record.lifecycle_profile_id.mismatch

    @api.depends("lifecycle_profile_id.service_level_id")
    @api.depends_context("company")
    def _compute_lifecycle_service_level_id(self):
        for record in self:
            record.lifecycle_service_level_id = record.lifecycle_profile_id.service_level_id

    @api.model
    def _search_lifecycle_mismatch(self, operator, value):
        if operator != "in" or set(value) != {False}:
            return NotImplemented
        # Whether somebody is well looked after may be known without a right on the profile.
        return ~Domain("lifecycle_profile_id", "any!", [("mismatch", "!=", False)])
