from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..access import ACCOUNTING_GROUPS
from .lifecycle_column_mixin import COMPARISONS


class LifecyclePaymentMixin(models.AbstractModel):
    """A contact or document of the host that shows accountants what its customer owes.

    For models with ``lifecycle.stage.mixin``, and like there nothing is stored.
    """

    _name = "lifecycle.payment.mixin"
    _description = "Customer's Receivable"

    # Which column of the customer's value stands behind which field.
    _lifecycle_value_columns = {
        "lifecycle_receivable": "receivable",
        "lifecycle_overdue": "overdue",
        "lifecycle_days_to_pay": "days_to_pay",
    }

    lifecycle_currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_lifecycle_payments",
        compute_sudo=True,
        export_string_translation=False,
        groups=ACCOUNTING_GROUPS,
    )
    lifecycle_receivable = fields.Monetary(
        string="Customer's Receivable",
        currency_field="lifecycle_currency_id",
        compute="_compute_lifecycle_payments",
        search="_search_lifecycle_receivable",
        compute_sudo=True,
        # Contacts and documents of one customer would add the same up.
        aggregator=None,
        groups=ACCOUNTING_GROUPS,
        help="What the customer owes in all, this document included.",
    )
    lifecycle_overdue = fields.Monetary(
        string="Customer's Overdue",
        currency_field="lifecycle_currency_id",
        compute="_compute_lifecycle_payments",
        search="_search_lifecycle_overdue",
        compute_sudo=True,
        aggregator=None,
        groups=ACCOUNTING_GROUPS,
        help="What the customer owes after its due date, of all invoices.",
    )
    lifecycle_days_to_pay = fields.Float(
        string="Customer's Days to Pay",
        digits=(16, 1),
        compute="_compute_lifecycle_payments",
        search="_search_lifecycle_days_to_pay",
        compute_sudo=True,
        aggregator="avg",
        groups=ACCOUNTING_GROUPS,
        help="Days from the invoice to its payment, weighted by what was paid in the last"
        " twelve months.",
    )
    lifecycle_paid_count = fields.Integer(
        string="Customer's Payments",
        compute="_compute_lifecycle_payments",
        compute_sudo=True,
        export_string_translation=False,
        aggregator=None,
        groups=ACCOUNTING_GROUPS,
    )

    @api.depends("lifecycle_profile_id")
    @api.depends_context("company")
    def _compute_lifecycle_payments(self):
        values = self.env["crm.lifecycle.value"].search(
            [("profile_id", "in", self.lifecycle_profile_id.ids), ("active", "in", (True, False))]
        )
        by_profile = {value.profile_id: value for value in values}
        for record in self:
            value = by_profile.get(record.lifecycle_profile_id, values.browse())
            record.lifecycle_currency_id = record._get_lifecycle_company().currency_id
            record.lifecycle_receivable = value.receivable
            record.lifecycle_overdue = value.overdue
            record.lifecycle_days_to_pay = value.days_to_pay
            record.lifecycle_paid_count = value.paid_count

    # ------------------------------------------------------------
    # SQL: filter and sort
    # ------------------------------------------------------------

    def _field_to_sql(self, alias, field_expr, query=None):
        column = self._lifecycle_value_columns.get(field_expr)
        if not column or query is None:
            return super()._field_to_sql(alias, field_expr, query)
        # Sorting and grouping get here without any other check of the groups.
        self._check_field_access(self._fields[field_expr], "read")
        profile_alias = self._join_lifecycle_profile(alias, query)
        value_alias = query.make_alias(alias, "lifecycle_value")
        query.add_join(
            "LEFT JOIN",
            value_alias,
            "crm_lifecycle_value",
            SQL(
                "%s = %s",
                SQL.identifier(value_alias, "profile_id"),
                SQL.identifier(profile_alias, "id"),
            ),
        )
        value_field = self.env["crm.lifecycle.value"]._fields[column]
        return SQL.identifier(value_alias, column, to_flush=value_field)

    @api.model
    def _search_lifecycle_receivable(self, operator, value):
        return self._search_lifecycle_figure("lifecycle_receivable", operator, value)

    @api.model
    def _search_lifecycle_overdue(self, operator, value):
        return self._search_lifecycle_figure("lifecycle_overdue", operator, value)

    @api.model
    def _search_lifecycle_days_to_pay(self, operator, value):
        return self._search_lifecycle_figure("lifecycle_days_to_pay", operator, value)

    @api.model
    def _search_lifecycle_figure(self, name, operator, value):
        """Return the domain of a condition on a figure; none counts as 0, as everywhere."""
        if operator == "in":
            value = [item or 0 for item in value]
        elif operator not in COMPARISONS:
            return NotImplemented

        def to_sql(model, alias, query):
            column = SQL("COALESCE(%s, 0)", model._field_to_sql(alias, name, query))
            if operator == "in":
                return SQL("%s = ANY(%s::numeric[])", column, value)
            return SQL("%s %s %s", column, SQL(operator), value)

        def predicate(record):
            held = record[name] or 0
            return held in value if operator == "in" else COMPARISONS[operator](held, value)

        return Domain.custom(to_sql=to_sql, predicate=predicate)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_lifecycle_open_value(self):
        """Open what the customer brings, costs and owes."""
        self.ensure_one()
        customer = self.mapped(self._lifecycle_customer_field)
        domain = [
            ("partner_id", "=", customer.id),
            ("company_id", "=", self._get_lifecycle_company().id),
        ]
        value = self.env["crm.lifecycle.value"].with_context(active_test=False).search(domain)
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Value of %s", customer.display_name),
            "res_model": "crm.lifecycle.value",
            "views": [(False, "list"), (False, "form")],
            "domain": domain,
            "context": {"active_test": False},
        }
        if value:
            action.update(res_id=value.id, views=[(False, "form")])
        return action
