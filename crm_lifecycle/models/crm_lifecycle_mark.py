from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class CrmLifecycleMark(models.Model):
    """What a person says of a customer that no document tells.

    A suspect's mark gives somebody without any document a profile; an exclusive
    customer's mark says that they buy this brand alone.
    """

    _name = "crm.lifecycle.mark"
    _description = "Customer Lifecycle Mark"
    _inherit = [
        "crm.lifecycle.statement.mixin",
        "crm.lifecycle.trigger.mixin",
        "crm.lifecycle.period.mixin",
    ]
    _order = "date_start DESC, id DESC"
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
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("suspect", "Suspect"), ("exclusive", "Buys from us alone")],
        required=True,
        default="suspect",
    )
    reason = fields.Text(required=True, help="How you know. Colleagues read this as evidence.")
    date_start = fields.Date(string="Since", required=True, default=lambda self: self._get_today())
    date_end = fields.Date(
        string="Until",
        help="Last day on which this holds. Who was a suspect once stays known as one.",
    )
    user_id = fields.Many2one(
        "res.users", string="Said By", default=lambda self: self.env.user, readonly=True
    )
    active = fields.Boolean(default=True)

    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "A mark cannot end before it starts. Check its two dates.",
    )

    @api.depends("partner_id", "kind")
    @api.depends_context("lang", "lifecycle_evidence")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        # As evidence it stands on the customer's own form.
        named = not self.env.context.get("lifecycle_evidence")
        for mark in self:
            parts = (named and mark.partner_id.name, kinds.get(mark.kind))
            mark.display_name = ": ".join(part for part in parts if part)

    @api.constrains("partner_id", "company_id", "kind", "date_start", "date_end", "active")
    def _check_overlap(self):
        """Refuse to say the same of a customer twice at a time."""
        for mark in self.filtered("active"):
            other = mark._find_overlapping()
            if other:
                raise ValidationError(
                    self.env._(
                        "%(mark)s: %(user)s has said so already, since %(date)s. The stage"
                        " follows in a moment; reload the page to see it.",
                        mark=other.display_name,
                        user=other.user_id.display_name,
                        date=format_date(self.env, other.date_start),
                    )
                )

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {"date_start", "date_end", "kind"}
