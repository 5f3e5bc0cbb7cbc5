from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.tools import format_date

# So many working days are looked at for one that is no quiet day of the customer's.
LONGEST_QUIET = 60


class CrmLifecycleFollowUp(models.Model):
    """What is planned is kept right: closed, handed to others, planned again."""

    _inherit = "crm.lifecycle.follow.up"  # pylint: disable=consider-merging-classes-inherited

    # ------------------------------------------------------------
    # CLOSING
    # ------------------------------------------------------------

    @api.model
    def _do_met(self, company, rows):
        """Close follow-ups whose customers were reached by any other contact."""
        for row in rows:
            follow_up = self.browse(row["id"])
            follow_up._close(
                "met", self.env._("In contact on %s", format_date(self.env, row["day"]))
            )
        self.browse([row["id"] for row in rows])._cancel_activities()

    @api.model
    def _do_void(self, company, rows):
        """Close follow-ups that are not wanted any more."""
        for row in rows:
            self.browse(row["id"])._close(
                "dropped",
                self.env._("Not to be contacted before %s", format_date(self.env, row["day"]))
                if row["day"]
                else self.env._("No rule asks for a contact any more"),
            )
        self.browse([row["id"] for row in rows])._cancel_activities()

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    @api.model
    def _do_misplaced(self, company, rows):
        """Give follow-ups to whoever is there: a deputy, a new salesperson, who came back."""
        rows_by_id = {row["id"]: row for row in rows}
        for follow_up in self.browse(rows_by_id):
            row = rows_by_id[follow_up.id]
            owner = follow_up.partner_id.user_id
            follow_up.write(
                {
                    "user_id": row["user_id"],
                    "for_user_id": owner.id if owner.id != row["user_id"] else False,
                    "is_handed_over": False,
                    "digest_on": False,
                }
            )
        placed = self.browse(rows_by_id)
        for user, follow_ups in placed.grouped("user_id").items():
            follow_ups.activity_id.with_context(
                mail_activity_quick_update=True,
                lifecycle_quiet_activity=True,
                lifecycle_own_plan=True,
                lifecycle_follow_up_kept=True,
            ).user_id = user

    # ------------------------------------------------------------
    # ACTIVITIES THAT ARE GONE
    # ------------------------------------------------------------

    @api.model
    def _do_without_activity(self, company, rows):
        """Plan anew what went with a colleague who left, or did not reach anybody.

        What somebody has planned with the customer meanwhile is taken for the next attempt.
        """
        follow_ups = self.browse([row["id"] for row in rows])
        taken = follow_ups._adopt_activities()
        deadlines = {
            follow_up: follow_up._get_next_attempt()
            for follow_up in follow_ups - taken
            if follow_up.attempts
        }
        (follow_ups - taken)._plan_activities(deadlines)

    def _adopt_activities(self):
        """Take the customers' open activities of the same people for the follow-ups' own.

        :return: follow-ups for which there is one
        """
        taken = self.browse()
        found = {}
        for activity in self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", self.partner_id.ids),
                ("user_id", "in", self.user_id.ids),
                ("lifecycle_follow_up_ids", "=", False),
                ("activity_type_id.lifecycle_channel", "!=", False),
            ],
            order="date_deadline, id",
        ):
            found.setdefault((activity.res_id, activity.user_id), activity)
        for follow_up in self:
            activity = found.pop((follow_up.partner_id.id, follow_up.user_id), None)
            if activity:
                follow_up.activity_id = activity
                taken |= follow_up
        return taken

    def _get_next_attempt(self):
        """Return the working day on which to try again, after today, and no quiet one."""
        self.ensure_one()
        calendar = self.cadence_id.calendar_id or self.company_id.resource_calendar_id
        today = self.env["crm.lifecycle.period.mixin"].with_company(self.company_id)._get_today()
        day = self._get_workday(calendar, today + timedelta(days=1))
        for _number in range(LONGEST_QUIET):
            if not self.partner_id._is_lifecycle_quiet_day(day):
                break
            day = self._get_workday(calendar, day + timedelta(days=1))
        return day

    @api.model
    def _get_workday(self, calendar, day):
        """Return a day, or the first working day after it; the day itself where none is found."""
        if not calendar:
            return day
        zone = pytz.timezone(calendar.tz or "UTC")
        start = zone.localize(datetime.combine(day, time.min))
        found = calendar.plan_days(1, start, compute_leaves=True)
        return fields.Date.to_date(found) if found else day
