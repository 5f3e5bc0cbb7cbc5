from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from .crm_lifecycle_decision import THREATS


class CrmLifecycleCompetitorPresence(models.Model):
    """A competitor who serves a customer, too, and how much that endangers the business."""

    _name = "crm.lifecycle.competitor.presence"
    _description = "Competitor at a Customer"
    _inherit = ["crm.lifecycle.statement.mixin", "crm.lifecycle.period.mixin"]
    _order = "threat_rank DESC, id DESC"
    _rec_name = "competitor_id"
    _rec_names_search = ["partner_id", "competitor_id"]
    _check_company_auto = True

    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    competitor_id = fields.Many2one(
        "crm.lifecycle.competitor",
        required=True,
        index=True,
        check_company=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    threat = fields.Selection(
        THREATS,
        required=True,
        default="medium",
        help="High: the customer may leave us for them. Medium: they take part of what we could"
        " sell. Low: they are known there.",
    )
    threat_rank = fields.Integer(compute="_compute_threat_rank", store=True, aggregator=None)
    categ_ids = fields.Many2many(
        "product.category", string="Product Lines", help="What the customer buys from them."
    )
    share = fields.Float(
        string="Share (%)",
        aggregator="avg",
        help="How much of what the customer buys of this they get, in percent; an estimate."
        " 0 where it is not known.",
    )
    date_start = fields.Date(string="Since", default=lambda self: self._get_today())
    gain = fields.Text(
        string="Gain with Us",
        help="What the customer gains by staying with us instead, a line each. Printed on the"
        " talk card.",
    )
    risk = fields.Text(
        string="Risk with Them",
        help="What the customer risks by going to them, a line each. Printed on the talk card.",
    )
    note = fields.Char()
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    profile_stage_id = fields.Many2one(
        related="partner_id.lifecycle_stage_id", string="Customer Stage"
    )

    _share_percent = models.Constraint(
        "CHECK(share BETWEEN 0 AND 100)",
        "The share is a percentage: enter a number from 0 to 100.",
    )

    @api.depends("threat")
    def _compute_threat_rank(self):
        ranks = {threat: rank for rank, (threat, _label) in enumerate(THREATS, 1)}
        for presence in self:
            presence.threat_rank = ranks.get(presence.threat, 0)

    @api.depends("partner_id", "competitor_id")
    def _compute_display_name(self):
        for presence in self:
            parts = (presence.competitor_id.name, presence.partner_id.name)
            presence.display_name = " – ".join(part for part in parts if part)

    @api.constrains("partner_id", "competitor_id", "company_id", "active")
    def _check_same(self):
        """Refuse to note a competitor at a customer twice, be it over a contact."""
        for presence in self.filtered("active"):
            domain = presence._get_same_customer_domain()
            domain &= Domain("competitor_id", "=", presence.competitor_id.id)
            if self.search(domain, limit=1):
                raise ValidationError(
                    self.env._(
                        "%(competitor)s is noted at %(customer)s already. Change that entry"
                        " instead.",
                        competitor=presence.competitor_id.display_name,
                        customer=presence.partner_id.display_name,
                    )
                )

    @api.readonly
    def action_talk_card(self):
        """Show what to say of this competitor, as a page that can be printed."""
        self.ensure_one()
        report = self.env.ref("crm_lifecycle.action_report_talk_card_presence_html")
        return report.report_action(self, config=False)
