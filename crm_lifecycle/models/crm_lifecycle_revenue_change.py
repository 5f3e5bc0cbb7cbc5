from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..engine import revenue_change, sources, value_entries

PERIODS = [
    ("12m", "Last 12 months against the 12 before"),
    ("ytd", "This year to date against last year's same days"),
    ("year", "Last full year against the year before"),
]
# What the rows depend on besides the database.
_CONTEXT = ("lifecycle_date", "lifecycle_period")


class CrmLifecycleRevenueChange(models.Model):
    """What customers bring more or less than a year before, and why.

    Read from the ledger when somebody looks; see ``engine.revenue_change`` for what each
    part is. The context tells the day, ``lifecycle_date``, today without, and by
    ``lifecycle_period`` which periods are compared.
    """

    _name = "crm.lifecycle.revenue.change"
    _description = "Change of Revenue"
    _auto = False
    _log_access = False
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]
    _order = "previous DESC, current DESC, id"

    profile_id = fields.Many2one("crm.lifecycle.profile", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    previous = fields.Monetary(
        string="Year Before",
        readonly=True,
        depends_context=_CONTEXT,
        help="Revenue of the period a year before: product lines of posted invoices less those"
        " of refunds, without taxes, by accounting date.",
    )
    new = fields.Monetary(
        readonly=True,
        depends_context=_CONTEXT,
        help="Revenue of customers who were never invoiced before this period.",
    )
    won_back = fields.Monetary(
        readonly=True,
        depends_context=_CONTEXT,
        help="Revenue of customers who bought nothing in the period a year before, but were"
        " invoiced earlier.",
    )
    expanded = fields.Monetary(
        readonly=True,
        depends_context=_CONTEXT,
        help="What customers of both periods buy more, at the prices of the year before.",
    )
    contracted = fields.Monetary(
        readonly=True,
        depends_context=_CONTEXT,
        help="What customers of both periods buy less, at the prices of the year before.",
    )
    lost = fields.Monetary(
        readonly=True,
        depends_context=_CONTEXT,
        help="What customers brought who bought in the period a year before, and nothing now.",
    )
    price_effect = fields.Monetary(
        readonly=True,
        depends_context=_CONTEXT,
        help="Of products that a customer bought in both periods: by how much the average net"
        " price of a unit went up, times the units bought now. Discounts and exchange rates"
        " are in it.",
    )
    current = fields.Monetary(
        string="This Period",
        readonly=True,
        depends_context=_CONTEXT,
        help="Revenue of the period. It is the year before and the six parts of the change.",
    )
    difference = fields.Monetary(
        string="Gap",
        readonly=True,
        depends_context=_CONTEXT,
        help="This period less the year before: the sum of the six parts.",
    )

    value_class = fields.Selection(
        related="profile_id.value_class", help="The customer's class today."
    )
    stage_id = fields.Many2one(related="profile_id.stage_id")
    stage_color = fields.Integer(related="profile_id.stage_color")
    status = fields.Selection(related="profile_id.status")
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    country_id = fields.Many2one(related="partner_id.country_id")
    industry_id = fields.Many2one(related="partner_id.industry_id")

    @property
    def _table_query(self):
        return revenue_change.reading(
            self._get_company_cte(),
            value_entries.sold_lines(sources.Scope()),
            self._get_period(),
        )

    @api.model
    def _get_company_cte(self):
        day = fields.Date.to_date(self.env.context.get("lifecycle_date") or None)
        return sources.company_cte(fields.Datetime.now(), day)

    @api.model
    def _get_period(self):
        period = self.env.context.get("lifecycle_period")
        return period if period in revenue_change.PERIODS else "12m"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def _get_profile(self):
        """Return the customer's profile, without reading everybody's ledger for it."""
        self.ensure_one()
        self.browse().check_access("read")
        company_id, partner_id = revenue_change.company_and_customer(self.id)
        profiles = self.env["crm.lifecycle.profile"].with_context(active_test=False)
        return profiles.search(
            [("company_id", "=", company_id), ("partner_id", "=", partner_id)]
        ).ensure_one()

    @api.model
    def _get_action(self, day, period):
        """Return the action that compares two periods as of a day."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_revenue_change_action"
        )
        name = self.env._(
            "%(periods)s, on %(date)s",
            periods=dict(
                self.env["crm.lifecycle.value.wizard"]
                ._fields["period"]
                ._description_selection(self.env)
            )[period],
            date=format_date(self.env, day, date_format="long"),
        )
        return {
            **action,
            "name": name,
            "display_name": name,
            "context": {
                "lifecycle_date": fields.Date.to_string(day),
                "lifecycle_period": period,
            },
        }

    @api.readonly
    def action_open_entries(self):
        """Open the customer's invoices and refunds behind the figures, line by line."""
        profile = self._get_profile()
        [dates] = self.env.execute_query(
            SQL(
                "WITH %s, %s SELECT start, until, previous_start, previous_until"
                " FROM period WHERE id = %s",
                self._get_company_cte(),
                revenue_change.period_cte(self._get_period()),
                profile.company_id.id,
            )
        )
        start, until, previous_start, previous_until = dates
        periods = (Domain("date", ">=", start) & Domain("date", "<=", until)) | (
            Domain("date", ">=", previous_start) & Domain("date", "<=", previous_until)
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Revenue of %s", profile.partner_id.display_name),
            "res_model": "crm.lifecycle.value.entry",
            "view_mode": "list,pivot",
            "domain": list(
                Domain("partner_id", "=", profile.partner_id.id)
                & Domain("company_id", "=", profile.company_id.id)
                & Domain("kind", "in", ("revenue", "refund"))
                & periods
            ),
            "context": {
                "lifecycle_hide_customer": True,
                "lifecycle_partner_ids": profile.partner_id.ids,
                "group_by": ["date:year"],
            },
        }

    @api.readonly
    def action_open_profile(self):
        """Open the customer's stage, status and history."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self._get_profile().id,
            "views": [(False, "form")],
        }
