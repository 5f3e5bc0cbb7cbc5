from odoo import api, models


class ReportTalkCardPresence(models.AbstractModel):
    """The card of a customer with one competitor."""

    _name = "report.crm_lifecycle.report_talk_card_presence"
    _description = "Talk Card of a Competitor"

    @api.model
    def _get_report_values(self, docids, data=None):
        presences = self.env["crm.lifecycle.competitor.presence"].browse(docids)
        presences.check_access("read")
        cards = []
        for presence in presences:
            customer = presence.partner_id.commercial_partner_id
            talk = self.env["crm.lifecycle.talk.card"].with_company(presence.company_id)
            cards += talk._get_cards(customer, presence)
        return {"docs": presences, "cards": cards}
