from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..engine import value

_OPERATORS = {"<": SQL("<"), "<=": SQL("<="), ">": SQL(">"), ">=": SQL(">=")}


class CrmLifecycleValue(models.Model):
    """How much of what a customer spends comes to the company."""

    _inherit = "crm.lifecycle.value"  # pylint: disable=consider-merging-classes-inherited

    wallet_id = fields.Many2one(
        "crm.lifecycle.wallet", string="Estimate", compute="_compute_wallet_id"
    )
    wallet_amount = fields.Monetary(
        string="Yearly Volume",
        compute="_compute_wallet_id",
        help="What the customer spends in a year on what you sell, at you and elsewhere, by"
        " the latest estimate; empty without one.",
    )
    wallet_share = fields.Float(
        string="Share of Wallet",
        compute="_compute_wallet_id",
        search="_search_wallet_share",
        help="Revenue of the last twelve months by the estimated yearly volume; empty without"
        " an estimate.",
    )

    @api.depends("partner_id", "company_id", "revenue_12m")
    @api.depends_context("lifecycle_date")
    def _compute_wallet_id(self):
        latest = (
            self.env["crm.lifecycle.wallet"]
            .sudo()
            ._get_latest(
                [(record.partner_id.id, record.company_id.id) for record in self], self._get_day()
            )
        )
        for record in self:
            estimate = latest.get((record.partner_id.id, record.company_id.id))
            record.wallet_id = estimate
            record.wallet_amount = estimate and estimate.amount
            record.wallet_share = estimate and record.revenue_12m / estimate.amount

    @api.model
    def _search_wallet_share(self, operator, value_):
        """Find customers by their share; ``= False`` finds those without an estimate."""
        day = self._get_day() or fields.Date.context_today(self)

        def to_sql(model, alias, query):
            columns = [
                model._field_to_sql(alias, name, query)
                for name in ("partner_id", "company_id", "revenue_12m")
            ]
            share = value.wallet_share(*columns, day)
            if operator in _OPERATORS:
                return SQL("(%s %s %s)", share, _OPERATORS[operator], value_)
            known = [share_ for share_ in value_ if share_ is not False]
            found = SQL("(%s) = ANY(%s::numeric[])", share, known) if known else SQL("FALSE")
            return SQL("(%s OR %s IS NULL)", found, share) if False in value_ else found

        if operator not in _OPERATORS and operator != "in":
            return NotImplemented
        self.env["crm.lifecycle.wallet"].flush_model()
        return Domain.custom(to_sql=to_sql)

    @api.readonly
    def action_open_wallet(self):
        """Open the estimates of the customer's yearly volume."""
        self.ensure_one()
        return self.profile_id.action_open_wallet()

    @api.readonly
    def action_open_white_space(self):
        """Open the categories that comparable customers buy and this one does not."""
        self.ensure_one()
        return self.profile_id.action_open_white_space()
