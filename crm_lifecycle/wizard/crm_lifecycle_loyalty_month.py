from bisect import bisect_right

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from ..engine import loyalty

# Months shown at most, the latest ones.
MONTHS = 60
# Points that round to 0.0 moved nothing.
_LEAST = 0.05


class CrmLifecycleLoyaltyMonth(models.TransientModel):
    """One customer's loyalty index at the end of a month, and what moved it since the last one.

    Derived from the documents when somebody looks, by the rules in force: nothing is kept that
    could be out of date. The current month ends today.
    """

    _name = "crm.lifecycle.loyalty.month"
    _description = "Loyalty by Month"
    _order = "date DESC, id DESC"
    _rec_name = "date"

    profile_id = fields.Many2one(
        "crm.lifecycle.profile", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="profile_id.partner_id", string="Customer")
    date = fields.Date(
        string="Month",
        required=True,
        readonly=True,
        help="The last day of the month; today in the current one.",
    )
    is_known = fields.Boolean(string="Enough Is Known", readonly=True)
    index = fields.Integer(string="Loyalty Index", readonly=True, aggregator="avg")
    change = fields.Integer(
        string="Points", readonly=True, help="By how much the index moved since the month before."
    )
    moved = fields.Char(
        string="What Moved It",
        readonly=True,
        help="Points that each part makes up more or less than a month before.",
    )
    degree_points = fields.Float(string="Purchases", readonly=True, digits=(5, 1))
    persistence_points = fields.Float(string="Persistence", readonly=True, digits=(5, 1))
    change_points = fields.Float(string="Change", readonly=True, digits=(5, 1))
    satisfaction_points = fields.Float(string="Satisfaction", readonly=True, digits=(5, 1))
    complaints_points = fields.Float(string="Complaints", readonly=True, digits=(5, 1))
    referral_points = fields.Float(string="Referrals", readonly=True, digits=(5, 1))
    breadth_points = fields.Float(string="Breadth", readonly=True, digits=(5, 1))
    payment_points = fields.Float(string="Payment Habit", readonly=True, digits=(5, 1))
    figures = fields.Json(readonly=True, export_string_translation=False)
    explanation = fields.Text(compute="_compute_explanation", string="By Part")

    @api.depends("partner_id.display_name", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for month in self:
            parts = (month.partner_id.display_name, format_date(self.env, month.date))
            month.display_name = ", ".join(part for part in parts if part)

    @api.depends("figures")
    @api.depends_context("lang")
    def _compute_explanation(self):
        for month in self:
            rule = self.env["crm.lifecycle.policy"]._get_active_loyalty_rule(
                month.profile_id.company_id
            )
            month.explanation = "\n".join(
                self._say_part(code, month.figures or {}, rule) for code in rule.parts
            )

    # ------------------------------------------------------------
    # DERIVATION
    # ------------------------------------------------------------

    @api.model
    def _derive(self, profile):
        """Return a customer's months anew, from the first purchase on, made for the user.

        :param profile: one profile, which the user may read
        """
        profile.ensure_one()
        rule = self.env["crm.lifecycle.policy"]._get_active_loyalty_rule(profile.company_id)
        days = self._read_figures(profile, rule)
        months = self._get_month_ends(days, profile)
        points = [loyalty.contributions(figures, rule) for _end, figures in months]
        indexes = [loyalty.index(figures, rule) for _end, figures in months]
        vals_list = []
        for place, ((end, figures), index) in enumerate(zip(months, indexes, strict=True)):
            known = points[place] if index is not None else {}
            before = points[place - 1] if place and indexes[place - 1] is not None else None
            is_compared = index is not None and before is not None
            vals_list.append(
                {
                    "profile_id": profile.id,
                    "date": end,
                    "is_known": index is not None,
                    "index": index or 0,
                    "change": index - indexes[place - 1] if is_compared else 0,
                    "moved": self._say_moves(known, before) if is_compared else False,
                    "figures": figures,
                    **{f"{code}_points": value for code, value in known.items()},
                }
            )
        # As the superuser: users enter no months of their own.
        return self.sudo().create(vals_list).sudo(self.env.su)

    @api.model
    def _read_figures(self, profile, rule):
        """Return the customer's figures on each day on which one changes, oldest first.

        :return: list of (day, figures by column)
        """
        columns = ["purchases_0", *rule.columns]
        if not rule.parts:
            return []

        def statement(derivation):
            return SQL(
                "%s SELECT figure.date AS day, %s FROM figure ORDER BY figure.date",
                derivation,
                SQL(", ").join(SQL.identifier("figure", column) for column in columns),
            )

        rows = (
            self.env["crm.lifecycle.event"]
            .sudo()
            ._execute_derivation(
                statement, [profile.partner_id.id], company_ids=[profile.company_id.id]
            )
        )
        return [(row["day"], {column: _plain(row[column]) for column in columns}) for row in rows]

    @api.model
    def _get_month_ends(self, days, profile):
        """Return the months with the figures that held at the end of each, oldest first."""
        bought = [day for day, figures in days if figures["purchases_0"]]
        if not bought:
            return []
        today = self.env["crm.lifecycle.period.mixin"].with_company(profile.company_id)._get_today()
        dates = [day for day, _figures in days]
        ends, end = [], bought[0] + relativedelta(day=31)
        while end < today:
            ends.append(end)
            end = end + relativedelta(months=1, day=31)
        ends.append(today)
        return [(end, days[bisect_right(dates, end) - 1][1]) for end in ends[-MONTHS:]]

    # ------------------------------------------------------------
    # WORDS
    # ------------------------------------------------------------

    @api.model
    def _say_moves(self, points, before):
        """Say by how many points each part moved the index, the largest move first."""
        moves = {
            code: points.get(code, 0.0) - before.get(code, 0.0) for code in {**before, **points}
        }
        return ", ".join(
            f"{self._fields[f'{code}_points']._description_string(self.env)} {moves[code]:+.1f}"
            for code in sorted(moves, key=lambda code: -abs(moves[code]))
            if abs(moves[code]) >= _LEAST
        )

    @api.model
    def _say_part(self, code, figures, rule):
        """Say the figure of a part, and when the part is full."""
        return getattr(self, f"_say_{code}")(figures, rule)

    def _say_degree(self, figures, rule):
        return self.env._(
            "Purchases in 12 months: %(count)s (full with %(full)s)",
            count=figures.get("purchases_12") or 0,
            full=rule.full_purchases,
        )

    def _say_persistence(self, figures, rule):
        return self.env._(
            "Days from the first to the last purchase: %(count)s (full with %(full)s)",
            count=figures.get("purchase_span_0") or 0,
            full=rule.full_days,
        )

    def _say_change(self, figures, _rule):
        now = figures.get("purchases_12") or 0
        return self.env._(
            "Purchases in 12 months: %(now)s, in the 12 months before: %(before)s",
            now=now,
            before=(figures.get("purchases_24") or 0) - now,
        )

    def _say_satisfaction(self, figures, _rule):
        score = figures.get("satisfaction_24")
        if score is None:
            return self.env._("Satisfaction in 24 months: nothing was said")
        return self.env._("Satisfaction in 24 months: %s of 100", f"{score:g}")

    def _say_complaints(self, figures, _rule):
        rate = figures.get("complaint_rate_12")
        if rate is None:
            return self.env._("Complaints in 12 months: nothing was invoiced")
        return self.env._("Complaints in 12 months: %s for each hundred orders", f"{rate:g}")

    def _say_referral(self, figures, rule):
        return self.env._(
            "Referred customers who bought: %(count)s (full with %(full)s)",
            count=figures.get("referrals_0") or 0,
            full=rule.full_referrals,
        )

    def _say_breadth(self, figures, rule):
        return self.env._(
            "Product categories in 24 months: %(count)s (full with %(full)s)",
            count=figures.get("product_lines_24") or 0,
            full=rule.full_breadth,
        )

    def _say_payment(self, figures, _rule):
        share = figures.get("paid_on_time_24")
        if share is None:
            return self.env._("Paid on time in 24 months: nothing is paid or overdue")
        return self.env._("Paid on time in 24 months: %s%% of the invoices", f"{share:g}")


def _plain(figure):
    """Return a figure of the database as the profile's JSON has it."""
    if figure is None:
        return None
    return int(figure) if figure == int(figure) else float(figure)
