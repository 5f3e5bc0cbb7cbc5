from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from .crm_lifecycle_mismatch import KINDS


class CrmLifecycleMismatchWaiver(models.Model):
    """Somebody decides that a mismatch is right as it is, for a time and with a reason."""

    _name = "crm.lifecycle.mismatch.waiver"
    _description = "Dismissed Mismatch"
    _inherit = ["crm.lifecycle.statement.mixin", "crm.lifecycle.period.mixin"]
    _order = "date_end DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "reason"]
    _check_company_auto = True
    _in_own_name = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
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
    kind = fields.Selection(KINDS, string="Mismatch", required=True)
    reason = fields.Text(required=True, help="Why it is right as it is.")
    date_end = fields.Date(
        string="Until",
        required=True,
        copy=False,
        default=lambda self: self._get_default_date_end(),
        help="Last day on which the mismatch is not listed.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Dismissed By",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    active = fields.Boolean(default=True, help="Archive it to have the mismatch listed again.")

    @api.model
    def _get_default_date_end(self):
        return self._get_today() + relativedelta(months=self.env.company.lifecycle_dismissal_months)

    @api.depends("partner_id", "kind")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for waiver in self:
            parts = (waiver.partner_id.name, kinds.get(waiver.kind))
            waiver.display_name = ": ".join(part for part in parts if part)

    @api.constrains("date_end")
    def _check_date_end(self):
        for waiver in self:
            if waiver.date_end < waiver.with_company(waiver.company_id)._get_today():
                raise ValidationError(
                    self.env._(
                        "Until %s nothing would change any more. Choose today or a later day.",
                        format_date(self.env, waiver.date_end),
                    )
                )

    @api.constrains("reason")
    def _check_reason(self):
        for waiver in self:
            if not waiver.reason.strip():
                raise ValidationError(
                    self.env._("Say why it is right as it is: colleagues read it later.")
                )
