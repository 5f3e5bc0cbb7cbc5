from odoo import api, fields, models


class CrmLifecycleProfile(models.Model):
    """How often the customer complained, and when last."""

    _inherit = "crm.lifecycle.profile"  # pylint: disable=consider-merging-classes-inherited

    complaint_count_12m = fields.Integer(
        string="Complaints",
        compute="_compute_complaint_figures",
        compute_sudo=True,
        help="Those reported within the last twelve months.",
    )
    complaint_rate_12m = fields.Float(
        string="Complaint Rate",
        compute="_compute_complaint_figures",
        compute_sudo=True,
        help="Complaints divided by invoiced orders, both of the last twelve months.",
    )
    last_complaint_date = fields.Date(
        string="Last Complaint", compute="_compute_complaint_figures", compute_sudo=True
    )

    @api.depends("partner_id", "company_id")
    def _compute_complaint_figures(self):
        found = self.env["crm.complaint.complainer"].search(
            [("partner_id", "in", self.partner_id.ids), ("company_id", "in", self.company_id.ids)]
        )
        by_customer = {(row.partner_id, row.company_id): row for row in found}
        for profile in self:
            row = by_customer.get((profile.partner_id, profile.company_id), found.browse())
            profile.complaint_count_12m = row.complaint_count_12m
            profile.complaint_rate_12m = row.rate_12m
            profile.last_complaint_date = row.last_date
