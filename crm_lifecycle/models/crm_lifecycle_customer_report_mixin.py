from odoo import fields, models


class CrmLifecycleCustomerReportMixin(models.AbstractModel):
    """A report with a row's customer as they are today, to filter and group by."""

    _name = "crm.lifecycle.customer.report.mixin"
    _description = "Report on Customers"

    profile_id = fields.Many2one("crm.lifecycle.profile", readonly=True)
    value_class = fields.Selection(related="profile_id.value_class", string="Class")
    customer_type = fields.Selection(related="profile_id.customer_type")
    segment_id = fields.Many2one(related="profile_id.segment_id")
