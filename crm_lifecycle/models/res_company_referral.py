from odoo import api, fields, models


class ResCompany(models.Model):
    """How a company settles who brought a customer, and how it thanks for it."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_referral_rule = fields.Selection(
        [
            ("first", "The first claim wins"),
            ("last", "The last claim before the first purchase wins"),
            ("decide", "A person decides"),
        ],
        string="Two Claims to One Customer",
        default="first",
        required=True,
        groups="base.group_user",
        help="Who brought a customer where two say so. Whoever enters a referrer on the contact"
        " decides for that one.",
    )
    lifecycle_referral_late = fields.Selection(
        [("refuse", "Reject them"), ("decide", "A person decides")],
        string="Claims after the First Purchase",
        default="refuse",
        required=True,
        groups="base.group_user",
        help="What becomes of a referral that is told only after the customer has bought.",
    )
    lifecycle_referral_minimum = fields.Integer(
        string="Least New Customers",
        default=5,
        groups="base.group_user",
        help="Of fewer new customers no share of referred ones is told, but how many there are.",
    )
    lifecycle_candidate_minimum = fields.Integer(
        string="Buyers of a Partner Candidate",
        default=3,
        groups="base.group_user",
        help="Whoever brought so many customers who bought is suggested as a partner.",
    )
    lifecycle_reward = fields.Boolean(
        string="Reward Referrals",
        groups="base.group_user",
        help="Each referral earns one reward when the customer's first purchase holds. First"
        " purchases before this was switched on earn nothing.",
    )
    lifecycle_reward_since = fields.Date(
        string="Rewards Since", groups="base.group_user", readonly=True
    )
    lifecycle_reward_kind = fields.Selection(
        [("amount", "An amount"), ("percent", "A percentage of the first purchase")],
        string="Reward",
        default="amount",
        required=True,
        groups="base.group_user",
    )
    lifecycle_reward_amount = fields.Monetary(
        groups="base.group_user", help="What each referral earns, in the company's currency."
    )
    lifecycle_reward_percent = fields.Float(
        groups="base.group_user",
        help="What each referral earns, in percent of the net amount of the first purchase.",
    )
    lifecycle_referral_thanks = fields.Boolean(
        string="Thank Referrers",
        groups="base.group_user",
        help="A referrer gets one mail when the customer whom they brought has bought, unless"
        " they want no contact.",
    )

    lifecycle_refer_page = fields.Boolean(
        string="Links for Referrers",
        groups="base.group_user",
        help="Customers make a link in the portal, on whose page friends leave how to be reached.",
    )
    lifecycle_refer_hourly = fields.Integer(
        string="Friends by One Link in an Hour",
        default=20,
        groups="base.group_user",
        help="More are asked to come again later: it is a machine that fills in so many.",
    )

    _lifecycle_refer_hourly_positive = models.Constraint(
        "CHECK(lifecycle_refer_hourly > 0)",
        "Enter how many friends at least one link takes in an hour: 1 or more.",
    )
    _lifecycle_referral_minimum_positive = models.Constraint(
        "CHECK(lifecycle_referral_minimum > 0)",
        "Nothing is told of no new customers at all: enter 1 or more.",
    )
    _lifecycle_candidate_minimum_positive = models.Constraint(
        "CHECK(lifecycle_candidate_minimum > 0)",
        "Nobody is a candidate by bringing nobody: enter 1 or more.",
    )
    _lifecycle_reward_range = models.Constraint(
        "CHECK(COALESCE(lifecycle_reward_amount, 0) >= 0"
        " AND COALESCE(lifecycle_reward_percent, 0) BETWEEN 0 AND 100)",
        "Enter an amount above zero, or 0 to 100 percent of the first purchase.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies.filtered("lifecycle_reward")._note_reward_start()
        return companies

    def write(self, vals):
        started = self.browse()
        if vals.get("lifecycle_reward"):
            started = self.filtered(lambda company: not company.lifecycle_reward)
        result = super().write(vals)
        started._note_reward_start()
        return result

    def _note_reward_start(self):
        """Remember since when referrals are rewarded: what was bought before earns nothing."""
        for company in self:
            company.lifecycle_reward_since = (
                self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today()
            )
