from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .crm_lifecycle_data_review import REASONS


class CrmLifecycleDataConfirmation(models.Model):
    """Somebody looked at what the review found, and said that it is right as it is."""

    _name = "crm.lifecycle.data.confirmation"
    _description = "Confirmed Data"
    _inherit = ["crm.lifecycle.statement.mixin", "crm.lifecycle.period.mixin"]
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _check_company_auto = True
    _in_own_name = True
    _subject_fields = ("partner_id", "other_partner_id")

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    other_partner_id = fields.Many2one(
        "res.partner",
        string="No Duplicate Of",
        index="btree_not_null",
        check_company=True,
        ondelete="cascade",
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

    @api.constrains("date", "company_id")
    def _check_date(self):
        """Refuse to hide what is found until a day to come, and longer."""
        for confirmation in self:
            today = confirmation.with_company(confirmation.company_id)._get_today()
            if confirmation.date > today:
                raise ValidationError(
                    self.env._(
                        "Data cannot be confirmed on a day to come (%s). Choose today or an"
                        " earlier day.",
                        format_date(self.env, confirmation.date),
                    )
                )
