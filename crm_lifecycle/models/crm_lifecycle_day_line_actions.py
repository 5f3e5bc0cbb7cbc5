from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class CrmLifecycleDayLine(models.Model):
    """What people do with the lines of their day.

    Everybody does with their rights what the host asks for; only what a leader moves or hands
    over is written whoever's document it is for, because the rules of the lines decide who
    may.
    """

    _inherit = "crm.lifecycle.day.line"  # pylint: disable=consider-merging-classes-inherited

    def _ensure_open(self):
        """Refuse lines that somebody has finished meanwhile, or that are others' own."""
        self.check_access("read")
        if len(self.exists()) != len(self):
            raise UserError(
                self.env._("Some of this is done already, or somebody else's. Reload the list.")
            )

    # ------------------------------------------------------------
    # RESULTS
    # ------------------------------------------------------------

    def action_reached(self):
        """Finish the lines: somebody was reached."""
        return self._finish("reached")

    def action_message_left(self):
        """Finish the lines: a message was left; the next attempt is two working days later."""
        return self._finish("message_left")

    def action_no_answer(self):
        """Finish the lines: nobody answered; the next attempt is on the next working day."""
        return self._finish("no_answer")

    def _finish(self, outcome):
        self._ensure_open()
        for line in self:
            line.activity_id._finish_attempt(outcome)
        return True

    @api.model
    def action_undo(self):
        """Take one's last result back."""
        self.browse().check_access("read")
        activity = self.env["mail.activity"]._undo_last_result()
        return self._notify_done(self.env._("Open again: %s.", activity.res_name or ""))

    @api.readonly
    def action_log(self):
        """Ask what came of it, what was said, and when to get in touch again."""
        self.ensure_one()
        self._ensure_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Log: %s", self.name or ""),
            "res_model": "crm.lifecycle.day.result",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_line_ref": self.id},
        }

    # ------------------------------------------------------------
    # OPEN
    # ------------------------------------------------------------

    @api.readonly
    def action_open_document(self):
        """Open what the activity is planned on."""
        self.ensure_one()
        self._ensure_open()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.readonly
    def action_open_white_space(self):
        """Open what comparable customers buy and this one does not."""
        self.ensure_one()
        self._ensure_open()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_lifecycle.crm_lifecycle_white_space_action"
        )
        return {
            **action,
            "domain": [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
            ],
            "context": {},
        }

    # ------------------------------------------------------------
    # WHAT DOES NOT FIT
    # ------------------------------------------------------------

    @api.model
    def action_move_rest(self):
        """Move what does not fit into one's own day to the next working days."""
        rest = self.search(
            [("user_id", "=", self.env.uid), ("fits", "=", False), ("band", "!=", "coming")]
        )
        if not rest:
            raise UserError(self.env._("All that is due fits into today: nothing is moved."))
        return rest.action_postpone()

    def action_postpone(self):
        """Spread the lines over the next working days of their people, as far as these have
        time; in the order of the day.

        Appointments stay: the host would move the meeting, and tell the customer.
        """
        self._ensure_open()
        appointments = self._get_appointments()
        if appointments == self:
            raise UserError(
                self.env._("An appointment with a customer is moved in the calendar, with them.")
            )
        moved, left = (self - appointments)._get_next_days()
        activities = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        for (day, first_due), lines in moved.items():
            activities.browse(lines.ids).write(
                {"date_deadline": day, "lifecycle_first_due": first_due}
            )
        totals = defaultdict(int)
        for (day, _first_due), lines in moved.items():
            totals[day] += len(lines)
        parts = [
            self.env._("%(day)s: %(count)s", day=format_date(self.env, day), count=totals[day])
            for day in sorted(totals)
        ]
        if left:
            parts.append(self.env._("without a working day in sight: %s", len(left)))
        if appointments:
            parts.append(self.env._("appointments that stay: %s", len(appointments)))
        return self._notify_done(self.env._("Moved to %s.", ", ".join(parts)))

    def _get_appointments(self):
        """Return the lines that are meetings in the calendar."""
        activities_sudo = self.env["mail.activity"].sudo().browse(self.ids)
        return self.browse(activities_sudo.filtered("calendar_event_id").ids)

    def _get_next_days(self):
        """Return to which days the lines go, and those for which there is no day.

        :return: ``({(day, day on which it was due first): lines}, lines)``
        """
        moved, left = defaultdict(self.browse), self.browse()
        for user, lines in self.grouped("user_id").items():
            company = user.sudo().company_id
            today = self.sudo().with_company(company)._get_today()
            rooms = self.env["crm.lifecycle.day.capacity"]._get_working_days(user, today)
            taken = self._get_planned_minutes(user)
            for line in lines.sorted(lambda line: (line.position, line.id)):
                day = next(
                    (
                        day
                        for day, room in rooms.items()
                        if (not taken[day] or taken[day] + line.minutes <= room)
                        and not line.partner_id._is_lifecycle_quiet_day(day)
                    ),
                    False,
                )
                if not day:
                    left |= line
                    continue
                taken[day] += line.minutes
                moved[day, line.first_due] |= line
        return moved, left

    def _get_planned_minutes(self, user):
        """Return the minutes of what is coming, apart from the lines themselves, by day."""
        # What is planned in other companies takes time too.
        rows = self.sudo()._read_group(
            [("user_id", "=", user.id), ("band", "=", "coming"), ("id", "not in", self.ids)],
            ["date_deadline:day"],
            ["minutes:sum"],
        )
        return defaultdict(int, dict(rows))

    def action_hand_over(self):
        """Ask to whom the lines go, and why."""
        self._ensure_open()
        wizard = self.env["crm.lifecycle.day.hand.over"].create({"line_refs": self.ids})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": wizard._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _notify_done(self, message):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
