from odoo import api, fields, models


class CrmLifecycleServiceRate(models.Model):
    """What it costs the company to serve a customer once: a call, a visit, a delivery."""

    _name = "crm.lifecycle.service.rate"
    _description = "Cost to Serve"
    _order = "company_id, kind, activity_type_id, id"
    _rec_name = "kind"

    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("activity", "Done activity")],
        string="Service",
        required=True,
        default="activity",
        help="What is done for the customer and costs so much each time.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        index="btree_not_null",
        ondelete="cascade",
        help="Activities of this type; empty for all that have no rate of their own.",
    )
    amount = fields.Monetary(
        string="Cost Each Time",
        required=True,
        help="What it costs on the average: working time, travel, postage. Counts for all"
        " services rendered, past ones included.",
    )

    _amount_positive = models.Constraint(
        "CHECK(amount >= 0)", "What a service costs cannot be less than nothing."
    )
    _rate_unique = models.UniqueIndex(
        "(company_id, kind, COALESCE(activity_type_id, 0)) WHERE active",
        "The company has a rate for this service already. Change that one, or archive it.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        rates = super().create(vals_list)
        rates._look_again()
        return rates

    def write(self, vals):
        self._look_again()
        result = super().write(vals)
        if "company_id" in vals:
            self._look_again()
        return result

    def unlink(self):
        self._look_again()
        return super().unlink()

    def _look_again(self):
        """Have the values of the companies' customers derived anew, in the background."""
        for company in self.company_id:
            self.env["crm.lifecycle.pass"]._start_once(company)
