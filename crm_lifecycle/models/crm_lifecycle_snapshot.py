from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine import sources
from .crm_lifecycle_status import STATUSES


class CrmLifecycleSnapshot(models.Model):
    """How many customers were in each stage and status at the end of each month.

    A running total over the history, read in one pass: each move takes a customer out
    of one pair of stage and status and puts it into another. The current month ends
    today. Every pair that ever occurred has a row in each month since the first.
    """

    _name = "crm.lifecycle.snapshot"
    _description = "Customers per Month"
    _auto = False
    _log_access = False
    _rec_name = "date"
    _order = "date DESC, company_id, stage_id, status, id"
    _depends = {
        "crm.lifecycle.transition": [
            "company_id",
            "from_stage_id",
            "to_stage_id",
            "from_status",
            "to_status",
            "stage_moved",
            "effective_date",
            "superseded_at",
        ],
        "crm.lifecycle.stage": ["sequence"],
    }

    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(
        string="Month", readonly=True, help="Last day of the month; today in the current one."
    )
    stage_id = fields.Many2one("crm.lifecycle.stage", readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    dimension = fields.Selection(related="stage_id.dimension")
    stage_color = fields.Integer(related="stage_id.color")
    customer_count = fields.Integer(
        string="Customers",
        readonly=True,
        help="Customers at the end of the month. Over several months: the average of the"
        " months' ends.",
    )
    entered_count = fields.Integer(
        string="Entered",
        readonly=True,
        help="Times that a customer came into the stage within the month.",
    )
    left_count = fields.Integer(
        string="Left",
        readonly=True,
        help="Times that a customer left the stage within the month.",
    )

    # ------------------------------------------------------------
    # QUERY
    # ------------------------------------------------------------

    @property
    def _table_query(self):
        statuses = [status for status, _label in STATUSES]
        return SQL(
            """WITH %(company)s,
            -- Counted first, and then taken as a way out of one pair and into another.
            move AS (
                SELECT company_id, from_stage_id, from_status, to_stage_id, to_status,
                       DATE_TRUNC('month', effective_date::timestamp)::date AS month,
                       COUNT(*) AS times, COUNT(*) FILTER (WHERE stage_moved) AS stage_times
                  FROM crm_lifecycle_transition
                 WHERE superseded_at IS NULL
              GROUP BY company_id, from_stage_id, from_status, to_stage_id, to_status, month
            ),
            step AS (
                SELECT move.company_id, move.month, side.stage_id, side.status,
                       SUM(side.delta) AS delta, SUM(side.entered) AS entered,
                       SUM(side.left_) AS left_
                  FROM move
            CROSS JOIN LATERAL (VALUES
                       (move.to_stage_id, move.to_status, move.times, move.stage_times, 0),
                       (move.from_stage_id, move.from_status, -move.times, 0, move.stage_times)
                       ) side(stage_id, status, delta, entered, left_)
                 WHERE side.stage_id IS NOT NULL
              GROUP BY move.company_id, move.month, side.stage_id, side.status
            ),
            pair AS (SELECT DISTINCT company_id, stage_id, status FROM step),
            month AS (
                SELECT first.company_id, start::date AS start,
                       LEAST((start + interval '1 month')::date - 1, company.today) AS date
                  FROM (SELECT company_id, MIN(month) AS month FROM step GROUP BY company_id) first
                  JOIN company ON company.id = first.company_id
            CROSS JOIN LATERAL GENERATE_SERIES(
                       first.month::timestamp, company.today, interval '1 month') start
            )
            SELECT ((pair.company_id * 100000::bigint
                     + (EXTRACT(YEAR FROM month.start) * 12
                        + EXTRACT(MONTH FROM month.start))::int) * 10
                    + stage.sequence) * 10 + ARRAY_POSITION(%(statuses)s, pair.status) AS id,
                   pair.company_id, month.date, pair.stage_id, pair.status,
                   SUM(step.delta) OVER (
                       PARTITION BY pair.company_id, pair.stage_id, pair.status
                       ORDER BY month.start)::int AS customer_count,
                   COALESCE(step.entered, 0)::int AS entered_count,
                   COALESCE(step.left_, 0)::int AS left_count
              FROM pair
              JOIN crm_lifecycle_stage stage ON stage.id = pair.stage_id
              JOIN month ON month.company_id = pair.company_id
         LEFT JOIN step
                ON step.company_id = pair.company_id AND step.stage_id = pair.stage_id
               AND step.status = pair.status AND step.month = month.start""",
            company=sources.company_cte(fields.Datetime.now()),
            statuses=SQL("%s::varchar[]", statuses),
        )

    def _read_group_select(self, aggregate_spec, query):
        """A number of customers does not add up over time: take the months' average."""
        if aggregate_spec == "customer_count:sum":
            # Companies may be in different days of the current month.
            return SQL(
                "ROUND(SUM(%s) / NULLIF(COUNT(DISTINCT DATE_TRUNC('month', %s)), 0)::numeric)::int",
                self._field_to_sql(self._table, "customer_count", query),
                self._field_to_sql(self._table, "date", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.readonly
    def action_open_customers(self):
        """Open the customers who were in the stage and status at the month's end."""
        self.ensure_one()
        return self.env["crm.lifecycle.state"]._get_action(
            self.date,
            domain=[
                ("company_id", "=", self.company_id.id),
                ("stage_id", "=", self.stage_id.id),
                ("status", "=", self.status),
            ],
            name=self.env._(
                "%(stage)s, %(status)s on %(date)s",
                stage=self.stage_id.name,
                status=dict(self._fields["status"]._description_selection(self.env))[self.status],
                date=format_date(self.env, self.date, date_format="long"),
            ),
        )
