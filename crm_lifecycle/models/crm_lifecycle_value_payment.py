from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..access import ACCOUNTING_GROUPS
from ..engine import payments


class CrmLifecycleValue(models.Model):
    """What a customer owes the company, and how long they take to pay."""

    _inherit = "crm.lifecycle.value"  # pylint: disable=consider-merging-classes-inherited

    payment_band = fields.Selection(related="profile_id.payment_band")
    receivable = fields.Monetary(
        readonly=True,
        help="Balance of the customer's receivable lines: open invoices less credit notes and"
        " payments that nothing is allocated to. What was reconciled with somebody else's"
        " lines is settled.",
    )
    unallocated = fields.Monetary(
        string="Not Allocated",
        readonly=True,
        help="Payments and credit notes that no invoice was reconciled with. They are off the"
        " receivable already, not off what is overdue.",
    )
    overdue = fields.Monetary(
        readonly=True, help="What is open of invoices after their due date, instalments apart."
    )
    overdue_30 = fields.Monetary(string="1-30 Days Overdue", readonly=True)
    overdue_60 = fields.Monetary(string="31-60 Days Overdue", readonly=True)
    overdue_90 = fields.Monetary(string="61-90 Days Overdue", readonly=True)
    overdue_older = fields.Monetary(string="Over 90 Days Overdue", readonly=True)
    overdue_since = fields.Date(readonly=True, help="The oldest due date of what is overdue.")
    paid_count = fields.Integer(
        string="Payments",
        readonly=True,
        help="Payments of the last twelve months that invoices were reconciled with. Credit"
        " notes are none.",
    )
    days_to_pay = fields.Float(
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Days from the date of the invoice to its payment, weighted by what was paid in"
        " the last twelve months; empty without a payment.",
    )
    days_late = fields.Float(
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="The same from the due date; below zero for who pays early.",
    )
    on_time_share = fields.Float(
        string="Paid on Time",
        digits=(16, 4),
        readonly=True,
        aggregator="avg",
        help="Share of what was paid in the last twelve months that came by the due date.",
    )
    ordered_count = fields.Integer(
        string="Payments of Orders",
        readonly=True,
        help="Payments of invoices that come from an order.",
    )
    order_to_cash_days = fields.Float(
        string="Order to Cash",
        digits=(16, 1),
        readonly=True,
        aggregator="avg",
        help="Days from the confirmation of the order to its payment, weighted in the same way;"
        " empty without a payment of an order.",
    )
    credit_limit = fields.Monetary(
        compute="_compute_credit",
        groups=ACCOUNTING_GROUPS,
        help="The customer's own, else the company's; none where the company sets no limits.",
    )
    credit_used = fields.Float(
        string="Credit Limit Used",
        compute="_compute_credit",
        groups=ACCOUNTING_GROUPS,
        help="Receivable and orders to invoice by the credit limit.",
    )

    @api.depends("partner_id", "company_id", "receivable")
    def _compute_credit(self):
        """Compare what is owed with the host's credit limit, as its warnings do."""
        for company, values in self.grouped("company_id").items():
            has_limits = company.sudo().account_use_credit_limit
            for value in values:
                customer = value.partner_id.sudo().with_company(company)
                limit = customer.credit_limit if has_limits else 0.0
                owed = value.receivable + customer.credit_to_invoice if limit else 0.0
                value.credit_limit = limit
                value.credit_used = owed / limit if limit else False

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_receivable(self):
        """Open the journal items that make up the receivable."""
        self.ensure_one()
        return self._open_items(
            self.env._("Receivable of %s", self.partner_id.display_name),
            Domain("amount_residual", "!=", 0),
        )

    @api.readonly
    def action_open_overdue(self):
        """Open the journal items that are overdue."""
        self.ensure_one()
        today = self._get_today()
        due = Domain("date_maturity", "<", today) | (
            Domain("date_maturity", "=", False) & Domain("date", "<", today)
        )
        return self._open_items(
            self.env._("Overdue of %s", self.partner_id.display_name),
            Domain("amount_residual", ">", 0) & due,
        )

    @api.readonly
    def action_open_paid(self):
        """Open the invoices whose payments the habit is measured by."""
        self.ensure_one()
        today = self._get_today()
        payment = (
            Domain("credit_move_id.payment_id", "!=", False)
            | Domain("credit_move_id.statement_line_id", "!=", False)
            | Domain("credit_move_id.journal_id.type", "in", ("bank", "cash", "credit"))
        )
        recent = Domain("max_date", "<=", today) & Domain(
            "max_date", ">", today - relativedelta(months=payments.MONTHS)
        )
        paid = self._get_receivable_domain() & Domain("matched_credit_ids", "any", recent & payment)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paid by %s", self.partner_id.display_name),
            "res_model": "account.move",
            "views": [
                (self.env.ref("account.view_out_invoice_tree").id, "list"),
                (False, "form"),
            ],
            "domain": list(
                Domain("move_type", "in", ("out_invoice", "out_receipt"))
                & Domain("line_ids", "any", paid)
            ),
            "context": {"default_move_type": "out_invoice", "create": False},
        }

    def _open_items(self, name, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "account.move.line",
            "view_mode": "list",
            "domain": list(self._get_receivable_domain() & domain),
            "context": {"create": False},
        }

    def _get_receivable_domain(self):
        """Return the domain of the journal items that the figures are read from."""
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id.commercial_partner_id", "=", self.partner_id.id)
            & Domain("account_id.account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("date", "<=", self._get_today())
        )

    def _get_today(self):
        periods = self.env["crm.lifecycle.period.mixin"].with_company(self.company_id)
        return self._get_day() or periods._get_today()
