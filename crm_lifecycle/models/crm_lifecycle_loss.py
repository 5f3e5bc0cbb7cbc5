from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date


class CrmLifecycleLoss(models.Model):
    """Somebody declares that a customer is lost, and why.

    It has no end: the next purchase takes it back by itself.
    """

    _name = "crm.lifecycle.loss"
    _description = "Customer Declared Lost"
    _inherit = [
        "crm.lifecycle.statement.mixin",
        "crm.lifecycle.trigger.mixin",
        "crm.lifecycle.period.mixin",
    ]
    _order = "date DESC, id DESC"
    _check_company_auto = True
    _in_own_name = True
    _rec_names_search = ["partner_id", "reason_id", "note"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        string="Lost On",
        required=True,
        copy=False,
        default=lambda self: self._get_today(),
        help="Day from which the customer counts as lost, until the next purchase.",
    )
    reason_id = fields.Many2one(
        "crm.lifecycle.loss.reason",
        string="Main Reason",
        required=True,
        index=True,
        ondelete="restrict",
        help="What weighed most in the customer's decision.",
    )
    note = fields.Text(
        help="What the customer said, who has the business now, what we learn of it."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Declared By",
        default=lambda self: self.env.user,
        readonly=True,
        copy=False,
    )
    active = fields.Boolean(default=True, help="Archive it to take it back.")

    @api.depends("partner_id", "reason_id")
    @api.depends_context("lang", "lifecycle_evidence")
    def _compute_display_name(self):
        # As evidence it stands on the customer's own form.
        named = not self.env.context.get("lifecycle_evidence")
        for loss in self:
            parts = (named and loss.partner_id.name, loss.reason_id.name)
            loss.display_name = ": ".join(part for part in parts if part)

    @api.constrains("date", "company_id")
    def _check_date(self):
        for loss in self:
            if loss.date > loss.with_company(loss.company_id)._get_today():
                raise ValidationError(
                    self.env._(
                        "A customer cannot be declared lost from a day to come (%s) on. Choose"
                        " today or an earlier day.",
                        format_date(self.env, loss.date),
                    )
                )

    @api.constrains("partner_id", "company_id", "date", "active")
    def _check_same_day(self):
        """Refuse to declare a customer lost twice on one day, be it over a contact."""
        for loss in self.filtered("active"):
            domain = loss._get_same_customer_domain() & Domain("date", "=", loss.date)
            other = self.search(domain, limit=1)
            # Constraints look as a superuser: what others say is told to those who may
            # read it.
            if other and not other.sudo(False).has_access("read"):
                raise ValidationError(
                    self.env._("The customer has been declared lost on that day already.")
                )
            if other:
                raise ValidationError(
                    self.env._(
                        "%(user)s has already declared %(customer)s lost on %(date)s, for this"
                        " reason: %(reason)s. The status follows in a moment; reload the page"
                        " to see it.",
                        user=other.user_id.sudo().name,
                        customer=other.partner_id.display_name,
                        date=format_date(self.env, other.date),
                        reason=other.reason_id.name,
                    )
                )

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {"date", "reason_id"}
