from odoo import api, models


class ReportTalkCard(models.AbstractModel):
    """The card of customers, with all competitors."""

    _name = "report.crm_lifecycle.report_talk_card"
    _description = "Talk Card of Customers"

    @api.model
    def _get_report_values(self, docids, data=None):
        customers = self.env["res.partner"].browse(docids).commercial_partner_id
        cards = self.env["crm.lifecycle.talk.card"]._get_cards(customers)
        return {"docs": customers, "cards": cards}
