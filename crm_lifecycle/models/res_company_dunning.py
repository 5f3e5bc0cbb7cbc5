from odoo import fields, models


class ResCompany(models.Model):
    """Whether customers are reminded of what they owe."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_dunning = fields.Boolean(
        string="Payment Reminders",
        groups="base.group_user",
        help="Customers get mails about overdue invoices, by the levels of payment reminders."
        " Never about an invoice that is not followed up, and never a contact who wants none.",
    )
