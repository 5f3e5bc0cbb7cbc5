from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine import rfm, sources


class CrmLifecycleRfmCut(models.Model):
    """Where the fifths of recency, frequency and monetary of a company end.

    Measured at the end of each pass; a row a day on which something changed.
    """

    _name = "crm.lifecycle.rfm.cut"
    _description = "RFM Cut Points"
    _log_access = False
    _order = "date DESC, company_id, id DESC"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    customer_count = fields.Integer(
        string="Customers", readonly=True, help="Customers who bought in the last twelve months."
    )
    recency_1 = fields.Date(
        string="Recency 1 Until",
        readonly=True,
        help="The latest last purchase of the fifth of the customers who have not bought for"
        " longest; empty with too few customers.",
    )
    recency_2 = fields.Date(string="Recency 2 Until", readonly=True)
    recency_3 = fields.Date(string="Recency 3 Until", readonly=True)
    recency_4 = fields.Date(string="Recency 4 Until", readonly=True)
    frequency_1 = fields.Integer(
        string="Frequency 1 Up To",
        readonly=True,
        aggregator=None,
        help="The most purchases of twelve months in the fifth of the customers who bought"
        " least often.",
    )
    frequency_2 = fields.Integer(string="Frequency 2 Up To", readonly=True, aggregator=None)
    frequency_3 = fields.Integer(string="Frequency 3 Up To", readonly=True, aggregator=None)
    frequency_4 = fields.Integer(string="Frequency 4 Up To", readonly=True, aggregator=None)
    monetary_1 = fields.Monetary(
        string="Monetary 1 Up To",
        readonly=True,
        aggregator=None,
        help="The most net revenue of twelve months in the fifth of the customers who brought"
        " least.",
    )
    monetary_2 = fields.Monetary(string="Monetary 2 Up To", readonly=True, aggregator=None)
    monetary_3 = fields.Monetary(string="Monetary 3 Up To", readonly=True, aggregator=None)
    monetary_4 = fields.Monetary(string="Monetary 4 Up To", readonly=True, aggregator=None)

    _company_date_unique = models.Constraint(
        "UNIQUE(company_id, date)", "A company's cut points are measured once a day."
    )

    @api.depends("company_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cut in self:
            day = format_date(self.env, cut.date) if cut.date else ""
            cut.display_name = f"{cut.company_id.name or ''} {day}".strip()

    @api.model
    def _measure(self, companies):
        """Measure today's cut points, and write them where they are not as on the last day.

        :return: ids of the companies where they are not
        """
        names = ["customer_count", *(cut for cuts in rfm.CUTS.values() for cut in cuts)]
        self.env.cr.execute(
            SQL(
                """WITH %(company)s, measured AS (%(measured)s),
                   latest AS (
                        SELECT DISTINCT ON (company_id) *
                          FROM crm_lifecycle_rfm_cut
                      ORDER BY company_id, date DESC
                   ),
                   known AS (
                        SELECT company.id AS company_id, company.today AS date,
                               COALESCE(measured.customer_count, 0) AS customer_count, %(cuts)s
                          FROM company
                     LEFT JOIN measured ON measured.company_id = company.id
                         WHERE company.id = ANY(%(companies)s)
                   )
                   INSERT INTO crm_lifecycle_rfm_cut (company_id, date, %(names)s)
                   SELECT known.company_id, known.date, %(known)s
                     FROM known
                LEFT JOIN latest USING (company_id)
                    WHERE (known.customer_count > 0 OR latest.id IS NOT NULL)
                      AND (%(latest)s) IS DISTINCT FROM (%(known)s)
              ON CONFLICT (company_id, date) DO UPDATE SET (%(names)s) = ROW(%(excluded)s)
                RETURNING company_id""",
                company=sources.company_cte(fields.Datetime.now()),
                measured=rfm.measuring(companies.ids),
                cuts=rfm.columns(names[1:], "measured"),
                companies=companies.ids,
                names=rfm.columns(names),
                known=rfm.columns(names, "known"),
                latest=rfm.columns(names, "latest"),
                excluded=rfm.columns(names, "excluded"),
            )
        )
        moved = [company_id for (company_id,) in self.env.cr.fetchall()]
        self.invalidate_model()
        return moved
