from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine import sources, value_classes


class CrmLifecycleValueCut(models.Model):
    """Where the value classes of a company begin, and how concentrated its business is.

    Measured at the end of each pass; a row a day on which something changed.
    """

    _name = "crm.lifecycle.value.cut"
    _description = "Customer Value Cut Points"
    _log_access = False
    _order = "date DESC, company_id, id DESC"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, readonly=True)
    basis = fields.Selection(
        [("margin", "Margin"), ("revenue", "Revenue")],
        required=True,
        readonly=True,
        help="By revenue as well where the company knows the cost of less of it than its rules"
        " ask for.",
    )
    known_cost_share = fields.Float(
        string="Cost Known Of",
        readonly=True,
        aggregator="avg",
        help="Who is ranked by margin: whose cost is known of at least so much of the revenue.",
    )
    customer_count = fields.Integer(
        string="Customers",
        readonly=True,
        help="Customers whose margin, or revenue, of the last twelve months is above zero.",
    )
    total = fields.Monetary(readonly=True, help="What these customers bring together.")
    top_share = fields.Float(
        string="Share of the Top 20%",
        readonly=True,
        aggregator="avg",
        help="How much of the total the largest fifth of these customers brings: measured,"
        " whatever the rule of thumb says.",
    )
    cut_a = fields.Monetary(
        string="A From",
        readonly=True,
        help="The least that a customer of class A brings; empty with too few customers.",
    )
    cut_b = fields.Monetary(string="B From", readonly=True, help="The least of class B.")

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
    def _measure(self, companies, anew=()):
        """Measure today's cut points, and write them where they are not as on the last day.

        Customers are classified by new ones in the background.

        :param anew: ids of the companies whose customers are classified by what holds already
            as well
        """
        settings = self.env["crm.lifecycle.policy"]._get_value_settings(companies)
        columns = (
            "basis",
            "known_cost_share",
            "customer_count",
            "total",
            "top_share",
            "cut_a",
            "cut_b",
        )
        self.env.cr.execute(
            SQL(
                """WITH %(company)s, measured AS (%(measured)s),
                   latest AS (
                        SELECT DISTINCT ON (company_id) *
                          FROM crm_lifecycle_value_cut
                      ORDER BY company_id, date DESC
                   ),
                   known AS (
                        SELECT company.id AS company_id, company.today AS date, measured.basis,
                               measured.known_cost_share, measured.customer_count, measured.total,
                               ROUND(measured.top_share, 4)::float8 AS top_share,
                               measured.cut_a, measured.cut_b
                          FROM measured
                          JOIN company ON company.id = measured.company_id
                   )
                   INSERT INTO crm_lifecycle_value_cut (company_id, date, %(names)s)
                   SELECT known.company_id, known.date, %(found)s
                     FROM known
                LEFT JOIN latest USING (company_id)
                    WHERE (known.customer_count > 0 OR latest.id IS NOT NULL)
                      AND %(latest)s IS DISTINCT FROM %(known)s
              ON CONFLICT (company_id, date) DO UPDATE
                      SET (%(names)s) = ROW(%(excluded)s)
                RETURNING company_id""",
                company=sources.company_cte(fields.Datetime.now()),
                measured=value_classes.measuring(settings),
                names=_columns(columns),
                found=_columns(columns, "known"),
                latest=SQL("(%s)", _columns(columns, "latest")),
                known=SQL("(%s)", _columns(columns, "known")),
                excluded=_columns(columns, "excluded"),
            )
        )
        changed = {company_id for (company_id,) in self.env.cr.fetchall()}
        self.invalidate_model()
        runs = self.env["crm.lifecycle.reclassification"]
        # Whoever measures works on what waits next, so that nobody has to be woken.
        self.env.cr.execute(runs._get_appending(changed.union(anew), with_types=False))


def _columns(names, alias=None):
    return SQL(", ").join(
        SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names
    )
