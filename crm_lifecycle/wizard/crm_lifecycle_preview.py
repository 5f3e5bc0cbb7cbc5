from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date

from ..engine.sources import company_cte
from ..models.crm_lifecycle_pass import REBUILDS

# Lines that the form itself shows; the list behind its button has all of them.
SHOWN_LINES = 40
# Customers that one waits for: of more a sample is looked at.
SAMPLE_SIZE = 10000

# Where customers were, where the draft has them, and a line for each that differs.
_FILLING = """%(derivation)s,
    former AS MATERIALIZED (%(former)s),
    future AS MATERIALIZED (
        SELECT partner_id, (%(stage_ids)s::int[])[stage_rank] AS stage_id, status, figures,
               is_overridden, last_purchase_date, loyalty_index
          FROM derived
         WHERE company_id = %(company_id)s
    ),
    waiting AS MATERIALIZED (
        SELECT DISTINCT partner.commercial_partner_id AS partner_id
          FROM crm_lifecycle_queue queue
          JOIN res_partner partner ON partner.id = queue.partner_ref
    ),
    -- A rebuild that has not begun: nobody was looked at by the active rules.
    rebuilding AS MATERIALIZED (
        SELECT EXISTS (
               SELECT FROM crm_lifecycle_pass
                WHERE state = 'waiting' AND kind = ANY(%(rebuilds)s)
                  AND (company_id IS NULL OR company_id = %(company_id)s)) AS is_waiting
    ),
    compared AS MATERIALIZED (
        SELECT partner_id, partner.complete_name,
               former.stage_id AS from_stage_id, future.stage_id AS to_stage_id,
               former.status AS from_status, future.status AS to_status,
               future.figures, future.is_overridden, future.last_purchase_date,
               former.loyalty_index AS from_index, future.loyalty_index AS to_index,
               COALESCE(former.is_due, FALSE) OR partner_id IN (SELECT partner_id FROM waiting)
                   OR (SELECT is_waiting FROM rebuilding) AS is_stale
          FROM former
     FULL JOIN future USING (partner_id)
          JOIN res_partner partner ON partner.id = partner_id
         WHERE partner.active
    ),
    inserted AS (
        INSERT INTO crm_lifecycle_preview_line (
               preview_id, partner_id, from_stage_id, to_stage_id, from_status, to_status,
               direction, figures, is_overridden, last_purchase_date,
               create_uid, create_date, write_uid, write_date)
        SELECT %(preview_id)s, partner_id, from_stage_id, to_stage_id, from_status, to_status,
               CASE WHEN from_stage_id IS NULL THEN 'new'
                    WHEN to_stage_id IS NULL THEN 'gone'
                    WHEN to_stage_id = from_stage_id THEN 'same'
                    WHEN ARRAY_POSITION(%(stage_ids)s::int[], to_stage_id)
                         > ARRAY_POSITION(%(stage_ids)s::int[], from_stage_id) THEN 'up'
                    ELSE 'down' END,
               figures, is_overridden, last_purchase_date,
               %(uid)s, %(now)s, %(uid)s, %(now)s
          FROM compared
         WHERE (from_stage_id, from_status) IS DISTINCT FROM (to_stage_id, to_status)
      ORDER BY complete_name, partner_id
    )
    SELECT from_stage_id, to_stage_id, from_status, to_status,
           COUNT(*) AS customers, COUNT(*) FILTER (WHERE is_stale) AS stale, %(loyalty)s
      FROM compared
  GROUP BY from_stage_id, to_stage_id, from_status, to_status
  ORDER BY from_stage_id, to_stage_id, from_status, to_status"""


class CrmLifecyclePreview(models.TransientModel):
    """What a version of the rules would make of the customers, on a day.

    Nobody is moved: the customers are derived by the version as they would be after it
    was activated, and held against what is recorded. Archived customers are left out,
    as in the reports.
    """

    _name = "crm.lifecycle.preview"
    _description = "Customer Lifecycle Preview"
    _rec_name = "policy_id"

    policy_id = fields.Many2one(
        "crm.lifecycle.policy", string="Rules", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    policy_state = fields.Selection(related="policy_id.state")
    date = fields.Date(
        string="On",
        required=True,
        help="Today, or a day in the past: where everybody would have been on it.",
    )
    customer_count = fields.Integer(
        string="Customers of the Company",
        readonly=True,
        help="More customers than one can wait for are looked at by a sample.",
    )
    # One in so many customers is looked at, 0 for everybody.
    sample_step = fields.Integer(readonly=True)
    # [stage before, after, status before, after, customers, of them out of date]; None
    # where somebody is no customer.
    counts = fields.Json(readonly=True)
    total = fields.Integer(string="Customers", compute="_compute_numbers")
    moved_count = fields.Integer(
        string="Customers Who Move",
        compute="_compute_numbers",
        help="Customers whose stage or status would be another one.",
    )
    stale_count = fields.Integer(
        string="Customers Out of Date",
        compute="_compute_numbers",
        help="Customers who wait to be looked at by the active rules.",
    )
    summary = fields.Char(compute="_compute_numbers")
    matrix = fields.Json(compute="_compute_matrix", help="From which stage to which.")
    status_matrix = fields.Json(compute="_compute_matrix", help="From which status to which.")
    line_ids = fields.One2many("crm.lifecycle.preview.line", "preview_id", readonly=True)
    shown_line_ids = fields.Many2many(
        "crm.lifecycle.preview.line", compute="_compute_shown_line_ids", string="First Customers"
    )

    # ------------------------------------------------------------
    # READ
    # ------------------------------------------------------------

    @api.depends("policy_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for preview in self:
            preview.display_name = self.env._("Preview of %s", preview.policy_id.display_name)

    @api.depends("counts")
    @api.depends_context("lang")
    def _compute_numbers(self):
        ranks = {stage.id: rank for rank, stage in enumerate(self._get_stages(), start=1)}
        for preview in self:
            tally = dict.fromkeys(("total", "moved", "up", "down", "status", "stale"), 0)
            for stage, to_stage, status, to_status, number, stale in preview.counts or ():
                tally["total"] += number
                tally["stale"] += stale
                if (stage, status) == (to_stage, to_status):
                    continue
                tally["moved"] += number
                if stage == to_stage:
                    tally["status"] += number
                elif ranks.get(to_stage, 0) > ranks.get(stage, 0):
                    tally["up"] += number
                else:
                    tally["down"] += number
            preview.total = tally["total"]
            preview.moved_count = tally["moved"]
            preview.stale_count = tally["stale"]
            preview.summary = preview._get_summary(tally)

    def _get_summary(self, tally):
        self.ensure_one()
        if not self.counts:
            return self.env._("There are no customers on this day.")
        if not tally["moved"]:
            return self.env._("Nobody moves: all %s customers stay as they are.", tally["total"])
        return self.env._(
            "%(moved)s of %(total)s customers move: %(up)s up, %(down)s down,"
            " %(status)s in their status alone.",
            **tally,
        )

    @api.depends("counts")
    @api.depends_context("lang")
    def _compute_matrix(self):
        stages = [
            {"key": stage.id, "name": stage.name, "color": stage.color}
            for stage in self._get_stages()
        ]
        statuses = [
            {"key": key, "name": name}
            for key, name in self.env["crm.lifecycle.preview.line"]
            ._fields["to_status"]
            ._description_selection(self.env)
        ]
        for preview in self:
            counts = preview.counts or []
            preview.matrix = preview._get_matrix(
                "stage", stages, [(row[0], row[1], row[4]) for row in counts]
            )
            preview.status_matrix = preview._get_matrix(
                "status", statuses, [(row[2], row[3], row[4]) for row in counts]
            )

    def _get_matrix(self, axis, places, counts):
        """Return what the screen draws.

        :param str axis: ``stage`` or ``status``
        :param list places: ``{key, name}`` of what may be before and after
        :param list counts: (before, after, number of customers)
        :return: ``{axis, places, cells}``, with the numbers before and after added to the
            places, and ``cells[i][j]`` from the place i to the place j
        """
        if any(None in (before, after) for before, after, _number in counts):
            places = [{"key": None, "name": self.env._("No customer")}, *places]
        position = {place["key"]: index for index, place in enumerate(places)}
        cells = [[0] * len(places) for _place in places]
        for before, after, number in counts:
            cells[position[before]][position[after]] += number
        return {
            "axis": axis,
            "places": [
                {**place, "before": sum(cells[index]), "after": sum(row[index] for row in cells)}
                for index, place in enumerate(places)
            ],
            "cells": cells,
        }

    @api.depends("counts")
    def _compute_shown_line_ids(self):
        lines = self.env["crm.lifecycle.preview.line"]
        for preview in self:
            preview.shown_line_ids = lines.search(
                [("preview_id", "=", preview.id)], limit=SHOWN_LINES
            )

    @api.model
    def _get_stages(self):
        """Return the stages, lowest first."""
        return self.env["crm.lifecycle.stage"].union(
            *self.env["crm.lifecycle.stage"]._by_code().values()
        )

    # ------------------------------------------------------------
    # FILL
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        previews = super().create(
            [{**vals, "date": vals.get("date") or self._get_today(vals)} for vals in vals_list]
        )
        for preview in previews:
            preview._fill()
        return previews

    def write(self, vals):
        """Forget what was found for another day, or other rules."""
        result = super().write(vals)
        if {"policy_id", "date"} & vals.keys():
            self._empty()
        return result

    def action_compute(self):
        """Look again: on another day, or because something has changed since."""
        self.ensure_one()
        self._fill()

    def _empty(self):
        self.env["crm.lifecycle.preview.line"].flush_model()
        self.env.cr.execute(
            SQL("DELETE FROM crm_lifecycle_preview_line WHERE preview_id = ANY(%s)", self.ids)
        )
        self.env["crm.lifecycle.preview.line"].invalidate_model()
        self.counts = False

    def _fill(self):
        """Derive everybody by the rules and keep who would move; nothing else is written."""
        self.ensure_one()
        policy = self.policy_id
        policy.check_access("read")
        today = self._get_today({"policy_id": policy.id})
        if self.date > today:
            raise ValidationError(
                self.env._(
                    "The future is not known yet: choose %s or a day before.",
                    format_date(self.env, today),
                )
            )
        self._empty()
        self._choose_sample()
        rows = (
            self.env["crm.lifecycle.event"]
            .sudo()
            ._execute_derivation(
                self._get_filling,
                self._get_sample(),
                as_of=None if self.date == today else self.date,
                drafts={policy.company_id.id: (policy.id, policy._get_ruleset())},
                company_ids=policy.company_id.ids,
            )
        )
        self.env["crm.lifecycle.preview.line"].invalidate_model()
        self._keep_loyalty(rows)
        self.counts = [list(row.values()) for row in rows]

    def _choose_sample(self):
        """Choose how many customers are looked at: all, or one in so many at random."""
        passes = self.env["crm.lifecycle.pass"].sudo()
        self.customer_count = (
            # After an installation most of them still wait for their first profile.
            passes._count_everybody(self.company_id)
            if passes._is_installing()
            else self.env["crm.lifecycle.profile"].search_count(
                [("company_id", "=", self.company_id.id)]
            )
        )
        step = -(-self.customer_count // SAMPLE_SIZE)
        self.sample_step = step if step > 1 else 0

    def _get_sample(self):
        """Return the ids of the customers to look at, None for everybody."""
        if not self.sample_step:
            return None
        passes = self.env["crm.lifecycle.pass"].sudo()
        customers = (
            passes._get_customers(self.company_id)
            if passes._is_installing()
            else SQL(
                "SELECT partner_id FROM crm_lifecycle_profile WHERE company_id = %s",
                self.company_id.id,
            )
        )
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM (%s) customer(id) WHERE %s",
                customers,
                self._is_looked_at(SQL("id")),
            )
        )
        return [partner_id for (partner_id,) in rows]

    def _is_looked_at(self, partner):
        """Return the condition that a customer belongs to the sample."""
        if not self.sample_step:
            return SQL("TRUE")
        return SQL("ABS(HASHINT4(%s)::bigint) %% %s = 0", partner, self.sample_step)

    def _get_filling(self, derivation):
        """Return the statement that keeps who would move and counts everybody.

        :param SQL derivation: ``engine.timeline.derivation``
        """
        return SQL(
            _FILLING,
            derivation=derivation,
            loyalty=self._get_sql_loyalty(),
            former=self._get_former(),
            stage_ids=self._get_stages().ids,
            company_id=self.company_id.id,
            rebuilds=list(REBUILDS),
            preview_id=self.id,
            uid=self.env.uid,
            now=self.env.cr.now(),
        )

    def _get_former(self):
        """Return the query of where the company's customers are, by what is recorded.

        For today the profiles, for a past day the history as it is told now.
        """
        self.ensure_one()
        company_id = self.company_id.id
        today = self._get_today({"policy_id": self.policy_id.id})
        if self.date == today:
            return SQL(
                """SELECT partner_id, stage_id, status, loyalty_index, review_date <= %s AS is_due
                     FROM crm_lifecycle_profile
                    WHERE company_id = %s AND %s""",
                today,
                company_id,
                self._is_looked_at(SQL("partner_id")),
            )
        return SQL(
            """SELECT DISTINCT ON (partner_id) partner_id, to_stage_id AS stage_id,
                      to_status AS status, NULL::int AS loyalty_index, FALSE AS is_due
                 FROM crm_lifecycle_transition
                WHERE company_id = %s AND superseded_at IS NULL AND effective_date <= %s
                  AND %s
             ORDER BY partner_id, effective_date DESC, id DESC""",
            company_id,
            self.date,
            self._is_looked_at(SQL("partner_id")),
        )

    @api.model
    def _get_today(self, vals):
        """Return the day that it is in the company of the rules."""
        company = self.env["crm.lifecycle.policy"].browse(vals.get("policy_id")).company_id
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                "WITH %s SELECT today FROM company WHERE id = %s",
                company_cte(fields.Datetime.now()),
                company.id or None,
            )
        )
        return found[0][0] if found else fields.Date.context_today(self)
