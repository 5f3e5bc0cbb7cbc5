from datetime import timedelta

from odoo import api, models
from odoo.tools import format_date


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
            if row["planned_day"]:
                reason = self.env._(
                    "A contact is planned for %s", format_date(self.env, row["planned_day"])
                )
            elif row["day"]:
                reason = self.env._(
                    "Not to be contacted before %s", format_date(self.env, row["day"])
                )
            else:
                reason = self.env._("No rule asks for a contact any more")
            self.browse(row["id"])._close("dropped", reason)
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
        again = (follow_ups - taken).filtered("attempts")
        tomorrow = self.env["crm.lifecycle.period.mixin"]._get_today() + timedelta(days=1)
        days = again._get_free_days(tomorrow)
        deadlines = dict(zip(again, days, strict=True))
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
                follow_up.write({"activity_id": activity.id, "is_adopted": True})
                activity.lifecycle_company_id = follow_up.company_id
                taken |= follow_up
        return taken

    def _get_free_days(self, day):
        """Return for each follow-up the first day on which its customer is to be reached."""
        return self.env["crm.lifecycle.cadence"]._get_free_days(
            [(follow_up.partner_id, follow_up.cadence_id.calendar_id, day) for follow_up in self]
        )
