from odoo import fields, models


class ResCompany(models.Model):
    """What a company wants of reminders, disputed invoices and remedies."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_dunning = fields.Boolean(
        string="Payment Reminders",
        groups="base.group_user",
        help="Customers get mails about overdue invoices, by the levels of payment reminders."
        " Never about an invoice that is not followed up, and never a contact who wants none.",
    )
    lifecycle_hold_days = fields.Integer(
        string="Disputed Invoices on Hold For",
        groups="base.group_user",
        help="Days for which an invoice is not followed up because of a complaint; 0 until the"
        " complaint is over. Each hold can be given another last day.",
    )
    lifecycle_remedy_limit = fields.Monetary(
        string="Remedies Without Approval Up To",
        groups="base.group_user",
        help="What all remedies of a complaint together may amount to, and cost, before a sales"
        " manager approves them; 0 for each.",
    )

    _lifecycle_hold_days_range = models.Constraint(
        "CHECK(lifecycle_hold_days BETWEEN 0 AND 3650)",
        "Invoices are on hold for 1 to 3650 days; enter 0 until the complaint is over.",
    )
    _lifecycle_remedy_limit_positive = models.Constraint(
        "CHECK(COALESCE(lifecycle_remedy_limit, 0) >= 0)",
        "Enter an amount above zero, or 0 where each remedy is approved.",
    )
