from odoo import api, fields, models
from odoo.tools import SQL


class CrmLifecycleWallet(models.Model):
    """What somebody thinks a customer spends in a year on what the company sells.

    At us and elsewhere. A new estimate is a new record, so that the history stays; the
    latest one counts.
    """

    _name = "crm.lifecycle.wallet"
    _description = "Customer's Purchase Volume"
    _inherit = ["crm.lifecycle.statement.mixin", "crm.lifecycle.period.mixin"]
    _order = "date DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id", "source"]
    _check_company_auto = True
    _in_own_name = True

    active = fields.Boolean(default=True)
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        check_company=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        string="Yearly Volume",
        required=True,
        aggregator=None,
        help="What the customer spends in a year on what you sell, at you and elsewhere,"
        " without taxes.",
    )
    date = fields.Date(string="Estimated On", required=True, default=lambda self: self._get_today())
    user_id = fields.Many2one(
        "res.users",
        string="Estimated By",
        required=True,
        default=lambda self: self.env.user,
        readonly=True,
    )
    source = fields.Char(
        help="How you know: told by the buyer, tender, number of workplaces, annual report."
    )
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")

    _amount_positive = models.Constraint(
        "CHECK(amount > 0)", "A customer's yearly volume is above zero."
    )

    @api.model
    def _get_latest(self, pairs, day=None):
        """Return the estimates that count.

        :param pairs: (partner id, company id) of customers
        :param date day: the day on which they count; today without
        :return: ``{(partner id, company id): estimate}``
        """
        pairs = list(pairs)
        if not pairs:
            return {}
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (partner.commercial_partner_id, wallet.company_id)
                          partner.commercial_partner_id, wallet.company_id, wallet.id
                     FROM crm_lifecycle_wallet wallet
                     JOIN res_partner partner ON partner.id = wallet.partner_id
                     JOIN UNNEST(%s, %s) asked(partner_id, company_id)
                       ON asked.partner_id = partner.commercial_partner_id
                      AND asked.company_id = wallet.company_id
                    WHERE wallet.active AND wallet.date <= %s
                 ORDER BY partner.commercial_partner_id, wallet.company_id,
                          wallet.date DESC, wallet.id DESC""",
                [partner for partner, _company in pairs],
                [company for _partner, company in pairs],
                day or fields.Date.context_today(self),
            )
        )
        wallets = self.browse([wallet for _partner, _company, wallet in rows])
        return {(row[0], row[1]): wallet for row, wallet in zip(rows, wallets, strict=True)}
