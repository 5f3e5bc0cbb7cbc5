from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import referrals, sources


class CrmLifecycleReferralShare(models.Model):
    """How many of the new customers somebody brought, over time and by segment.

    A row is a customer, on the day of the first purchase that holds.
    """

    _name = "crm.lifecycle.referral.share"
    _description = "Referral Share of New Customers"
    _inherit = ["crm.lifecycle.ratio.mixin", "crm.lifecycle.customer.report.mixin"]
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "date DESC, id DESC"
    _depends = {
        "crm.lifecycle.referral": ["company_id", "partner_id", "referrer_customer_id", "state"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="New Customer", readonly=True)
    referrer_id = fields.Many2one("res.partner", readonly=True)
    date = fields.Date(string="First Purchase", readonly=True)
    new_count = fields.Integer(
        string="New Customers", readonly=True, help="Customers whose first purchase that was."
    )
    referred_count = fields.Integer(
        string="Referred", readonly=True, help="Those of them whom somebody brought."
    )
    share = fields.Float(
        string="Referral Share",
        readonly=True,
        aggregator="avg",
        help="Referred ones among the new customers of the same group and time; empty for fewer"
        " new customers than the settings ask for.",
    )
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    source_id = fields.Many2one(related="partner_id.lifecycle_source_id", string="Source")

    @property
    def _table_query(self):
        return referrals.share(sources.company_cte(fields.Datetime.now()))

    @api.model
    def _get_ratios(self):
        return {"share": ("referred_count", "new_count")}

    def _read_group_select(self, aggregate_spec, query):
        """Tell nothing of too few: one of two new customers is no half."""
        selected = super()._read_group_select(aggregate_spec, query)
        if aggregate_spec != "share:avg":
            return selected
        return SQL(
            "CASE WHEN SUM(%s) >= %s THEN %s END",
            self._field_to_sql(self._table, "new_count", query),
            self.env.company.sudo().lifecycle_referral_minimum,
            selected,
        )
