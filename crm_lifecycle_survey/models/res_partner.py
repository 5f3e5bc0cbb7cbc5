from odoo import api, fields, models

from odoo.addons.crm_lifecycle.access import LIFECYCLE_GROUPS

from ..engine import sources


class ResPartner(models.Model):
    """What a customer was asked, and answered; whoever was asked has heard of us."""

    _inherit = "res.partner"

    lifecycle_survey_count = fields.Integer(
        string="Survey Requests",
        compute="_compute_lifecycle_survey_count",
        groups=LIFECYCLE_GROUPS,
        help="How often the customer and their contacts were asked by a survey round.",
    )

    @api.depends_context("company", "uid")
    def _compute_lifecycle_survey_count(self):
        counts = dict(
            self.env["crm.lifecycle.survey.request"]._read_group(
                [
                    ("partner_id", "in", self.commercial_partner_id._origin.ids),
                    ("company_id", "=", self.env.company.id),
                    ("date_asked", "!=", False),
                ],
                ["partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.lifecycle_survey_count = counts.get(partner.commercial_partner_id._origin, 0)

    def _get_lifecycle_last_sent(self):
        sent = super()._get_lifecycle_last_sent()
        requests = self.env["crm.lifecycle.survey.request"].sudo()
        customers = self.commercial_partner_id
        days = dict(
            requests._read_group(
                [
                    ("partner_id", "in", customers.ids),
                    ("company_id", "=", self.env.company.id),
                    ("date_asked", "!=", False),
                    ("state", "!=", "failed"),
                ],
                ["partner_id"],
                ["date_asked:max"],
            )
        )
        last = {customer.id: day for customer, day in days.items()}
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        self.env["survey.user_input"].flush_model()
        requests.flush_model(["user_input_id"])
        query = sources.last_shared(
            fields.Datetime.now(), self.env.company.id, customers.ids, addresses=[]
        )
        for customer_id, _address, day in self.env.execute_query(query):
            last[customer_id] = max(day, last.get(customer_id, day))
        for partner in self:
            day = last.get(partner.commercial_partner_id.id)
            if day:
                sent[partner] = max(day, sent.get(partner, day))
        return sent

    @api.readonly
    def action_lifecycle_open_surveys(self):
        """Open what the customer and their contacts were asked."""
        self.ensure_one()
        self.env["crm.lifecycle.survey.request"].check_access("read")
        customer = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Surveys: %s", customer.display_name),
            "res_model": "crm.lifecycle.survey.request",
            "views": [(False, "list"), (False, "form")],
            "domain": [("partner_id", "=", customer.id)],
        }
