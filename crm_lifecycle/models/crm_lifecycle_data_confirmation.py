from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..access import MANAGER_GROUP
from .crm_lifecycle_data_review import REASONS


class CrmLifecycleDataConfirmation(models.Model):
    """Somebody looked at what the review found, and said that it is right as it is."""

    _name = "crm.lifecycle.data.confirmation"
    _description = "Confirmed Data"
    _inherit = ["crm.lifecycle.period.mixin"]
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    other_partner_id = fields.Many2one(
        "res.partner", string="No Duplicate Of", index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    reason = fields.Selection(REASONS, required=True, default="stale")
    date = fields.Date(string="Confirmed On", required=True, default=lambda self: self._get_today())
    user_id = fields.Many2one(
        "res.users",
        string="Confirmed By",
        required=True,
        default=lambda self: self.env.user,
        readonly=True,
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if (
                vals.get("user_id", self.env.uid) != self.env.uid
                and not self.env.su
                and not self.env.user.has_group(MANAGER_GROUP)
            ):
                raise AccessError(
                    self.env._("Only a sales manager can confirm on behalf of somebody else.")
                )
        confirmations = super().create(vals_list)
        confirmations.partner_id.check_access("read")
        return confirmations
