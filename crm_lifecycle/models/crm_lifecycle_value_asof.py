from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine import sources, value

# What the rows depend on besides the database.
_CONTEXT = ("lifecycle_date",)


class CrmLifecycleValueAsof(models.Model):
    """What customers brought and cost as of a day, summed up when somebody looks.

    The day is ``lifecycle_date`` of the context, today without. Figures are those of
    ``crm.lifecycle.value``, a bridge's included, with all that is known today of documents
    up to that day; class, type, segment, stage and status are today's. A row has the id of the
    profile.
    """

    _name = "crm.lifecycle.value.asof"
    _description = "Customer Value on a Date"
    _inherit = ["crm.lifecycle.value"]
    _auto = False

    revenue_12m = fields.Monetary(depends_context=_CONTEXT)
    margin_12m = fields.Monetary(depends_context=_CONTEXT)
    service_12m = fields.Monetary(depends_context=_CONTEXT)
    contribution_12m = fields.Monetary(depends_context=_CONTEXT)
    refund_12m = fields.Monetary(depends_context=_CONTEXT)
    discount_12m = fields.Monetary(depends_context=_CONTEXT)
    discount_back_12m = fields.Monetary(depends_context=_CONTEXT)
    costed_12m = fields.Monetary(depends_context=_CONTEXT)
    revenue_total = fields.Monetary(depends_context=_CONTEXT)
    margin_total = fields.Monetary(depends_context=_CONTEXT)
    service_total = fields.Monetary(depends_context=_CONTEXT)
    contribution_total = fields.Monetary(depends_context=_CONTEXT)
    refund_total = fields.Monetary(depends_context=_CONTEXT)
    discount_total = fields.Monetary(depends_context=_CONTEXT)
    discount_back_total = fields.Monetary(depends_context=_CONTEXT)
    costed_total = fields.Monetary(depends_context=_CONTEXT)
    cost_back_12m = fields.Monetary(depends_context=_CONTEXT)
    cost_back_total = fields.Monetary(depends_context=_CONTEXT)
    loss_cause = fields.Selection(depends_context=_CONTEXT)
    receivable = fields.Monetary(depends_context=_CONTEXT)
    unallocated = fields.Monetary(depends_context=_CONTEXT)
    overdue = fields.Monetary(depends_context=_CONTEXT)
    overdue_30 = fields.Monetary(depends_context=_CONTEXT)
    overdue_60 = fields.Monetary(depends_context=_CONTEXT)
    overdue_90 = fields.Monetary(depends_context=_CONTEXT)
    overdue_older = fields.Monetary(depends_context=_CONTEXT)
    overdue_since = fields.Date(depends_context=_CONTEXT)
    paid_count = fields.Integer(depends_context=_CONTEXT)
    days_to_pay = fields.Float(depends_context=_CONTEXT)
    days_late = fields.Float(depends_context=_CONTEXT)
    on_time_share = fields.Float(depends_context=_CONTEXT)
    ordered_count = fields.Integer(depends_context=_CONTEXT)
    order_to_cash_days = fields.Float(depends_context=_CONTEXT)
    lapse_date = fields.Date(depends_context=_CONTEXT)

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        values = self.env["crm.lifecycle.value"]
        figures = values._get_figures()
        scope = sources.Scope()
        found = [*value.columns_of(figures), "partner_id", "company_id"]
        # What else the kept values have is not known of another day.
        unknown = [
            field
            for name, field in self._fields.items()
            if field.store and field.column_type and name not in {"id", "profile_id", *found}
        ]
        return SQL(
            """WITH %(company)s, %(entry)s, %(value)s
               SELECT profile.id, profile.id AS profile_id, %(columns)s
                 FROM value
                 JOIN crm_lifecycle_profile profile USING (partner_id, company_id)
                WHERE value.receivable <> 0
                   OR EXISTS (SELECT
                                FROM total
                               WHERE total.partner_id = value.partner_id
                                 AND total.company_id = value.company_id)""",
            company=sources.company_cte(fields.Datetime.now(), self._get_day()),
            entry=value.entry_cte(values._get_sources(scope).values()),
            value=value.value_ctes(scope, figures, ahead=False),
            columns=SQL(", ").join(
                [
                    *(SQL.identifier("value", name) for name in found),
                    *(
                        SQL(
                            "NULL::%s AS %s",
                            SQL(field.column_type[1]),
                            SQL.identifier(field.name),
                        )
                        for field in unknown
                    ),
                ]
            ),
        )

    @api.model
    def _get_day(self):
        return fields.Date.to_date(self.env.context.get("lifecycle_date") or None)

    @api.depends_context(*_CONTEXT)
    def _compute_rates(self):
        return super()._compute_rates()

    @api.depends_context(*_CONTEXT)
    def _compute_refund_rate(self):
        return super()._compute_refund_rate()

    @api.depends_context(*_CONTEXT)
    def _compute_returned_much(self):
        return super()._compute_returned_much()

    def _compute_explanation(self):
        """Say nothing: ranks and cut points are those of today."""
        self.explanation = False

    def _compute_credit(self):
        """Say nothing: limits, and orders to invoice, are those of today."""
        self.credit_limit = self.credit_used = False

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _get_action(self, day):
        """Return the action that shows the values as of a day."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_value_asof_action"
        )
        name = self.env._("Value on %s", format_date(self.env, day, date_format="long"))
        return {
            **action,
            "name": name,
            "display_name": name,
            "context": {
                "active_test": False,
                "lifecycle_date": fields.Date.to_string(day),
            },
        }

    @api.readonly
    def action_open_entries(self):
        """Open what the figures of twelve months are made of, up to the day."""
        profile = self._get_profile()
        day = self._get_day() or self.env["crm.lifecycle.period.mixin"]._get_today()
        action = self._get_entries_action(profile)
        start = day - relativedelta(months=value.MONTHS)
        action["domain"] += [("date", ">", fields.Date.to_string(start))]
        action["domain"] += [("date", "<=", fields.Date.to_string(day))]
        action["context"].pop("search_default_recent")
        return action

    @api.readonly
    def action_open_profile(self):
        """Open the customer's stage, status and history."""
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.lifecycle.profile",
            "res_id": self._get_profile().id,
            "views": [(False, "form")],
        }

    def _get_profile(self):
        """Return the row's profile, whose id it has, without reading everybody's ledger."""
        self.ensure_one()
        self.browse().check_access("read")
        profile = self.env["crm.lifecycle.profile"].browse(self.id)
        profile.check_access("read")
        return profile
