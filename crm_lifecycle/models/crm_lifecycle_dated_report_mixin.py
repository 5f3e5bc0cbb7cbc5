from odoo import api, fields, models


class CrmLifecycleDatedReportMixin(models.AbstractModel):
    """A report on customers as of a day, which the context tells: ``lifecycle_date``."""

    _name = "crm.lifecycle.dated.report.mixin"
    _description = "Report on Customers as of a Day"
    _inherit = ["crm.lifecycle.customer.report.mixin"]

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    @api.model
    def _get_day(self):
        """Return the day that is asked about, None for today."""
        return fields.Date.to_date(self.env.context.get("lifecycle_date") or None)

    @api.readonly
    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        self.browse().check_access("read")
        return self.partner_id._get_records_action()
