from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain


class CrmLifecycleAgreement(models.Model):
    """A contract that makes somebody a business partner of the company."""

    _name = "crm.lifecycle.agreement"
    _description = "Business Partner Agreement"
    _inherit = [
        "mail.thread",
        "mail.activity.mixin",
        "crm.lifecycle.trigger.mixin",
        "crm.lifecycle.period.mixin",
    ]
    _order = "date_start DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["partner_id", "reference"]

    partner_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("agent", "Agent"), ("dealer", "Dealer"), ("shareholder", "Shareholder")],
        required=True,
        default="dealer",
        tracking=True,
    )
    reference = fields.Char(help="Number of the contract.")
    date_start = fields.Date(
        string="Start", required=True, default=lambda self: self._get_today(), tracking=True
    )
    date_end = fields.Date(
        string="End",
        tracking=True,
        help="Last day on which the agreement holds; empty for an open end.",
    )
    document = fields.Binary(string="Signed Document", attachment=True)
    document_name = fields.Char()
    note = fields.Html()
    active = fields.Boolean(default=True, tracking=True)
    state = fields.Selection(
        [("upcoming", "Upcoming"), ("running", "Running"), ("ended", "Ended")],
        compute="_compute_state",
        search="_search_state",
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "An agreement cannot end before it starts. Check its two dates.",
    )

    @api.depends("partner_id", "kind", "reference")
    @api.depends_context("lang", "lifecycle_evidence")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        # As evidence it stands on the partner's own form.
        named = not self.env.context.get("lifecycle_evidence")
        for agreement in self:
            parts = (
                kinds.get(agreement.kind),
                agreement.reference,
                named and agreement.partner_id.name,
            )
            agreement.display_name = ", ".join(part for part in parts if part)

    @api.depends("date_start", "date_end")
    def _compute_state(self):
        today = self._get_today()
        for agreement in self:
            if agreement.date_start and agreement.date_start > today:
                agreement.state = "upcoming"
            elif agreement.date_end and agreement.date_end < today:
                agreement.state = "ended"
            else:
                agreement.state = "running"

    @api.model
    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._get_today()
        domains = {
            "upcoming": Domain("date_start", ">", today),
            "ended": Domain("date_end", "<", today),
            "running": Domain("date_start", "<=", today)
            & (Domain("date_end", "=", False) | Domain("date_end", ">=", today)),
        }
        return Domain.OR(domains[state] for state in value if state in domains)

    @api.constrains("partner_id", "company_id", "kind", "date_start", "date_end", "active")
    def _check_overlap(self):
        """Refuse two agreements of one kind with one partner at the same time."""
        for agreement in self.filtered("active"):
            other = agreement._find_overlapping()
            if other:
                raise ValidationError(
                    self.env._(
                        "%(partner)s already has an agreement of this kind at that time:"
                        " %(other)s. End that one first, or choose other dates.",
                        partner=agreement.partner_id.display_name,
                        other=other.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        agreements = super().create(vals_list)
        self.env["crm.lifecycle.important.date"]._note_agreements(agreements.filtered("date_end"))
        return agreements

    def write(self, vals):
        result = super().write(vals)
        if not {"partner_id", "company_id", "date_end", "active"}.isdisjoint(vals):
            self.env["crm.lifecycle.important.date"]._note_agreements(self)
        return result

    @api.model
    def _get_lifecycle_trigger_fields(self):
        return super()._get_lifecycle_trigger_fields() | {"date_start", "date_end", "kind"}
