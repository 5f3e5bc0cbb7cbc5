from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

# Customers named in a notice.
NAMED = 50


class CrmLifecycleDayHandOver(models.TransientModel):
    """Somebody gives lines of a day to colleagues, with a reason.

    The customers stay with their salespeople. Of several colleagues, each line goes to whom
    has the most time left today.
    """

    _name = "crm.lifecycle.day.hand.over"
    _description = "Hand Over of a Day's Lines"

    line_refs = fields.Json(readonly=True, export_string_translation=False)
    line_count = fields.Integer(string="Lines", compute="_compute_line_count")
    user_ids = fields.Many2many(
        "res.users",
        string="To",
        domain=[("share", "=", False)],
        help="Of several colleagues, whoever has the most time left today gets the next line.",
    )
    reason = fields.Char(help="It stands on each line, and in the message to the colleagues.")

    @api.depends("line_refs")
    def _compute_line_count(self):
        for wizard in self:
            wizard.line_count = len(wizard.line_refs or [])

    def action_apply(self):
        """Give the lines to the colleagues."""
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason stands on each line."))
        if not self.user_ids:
            raise UserError(self.env._("Choose to whom the lines go."))
        lines = self.env["crm.lifecycle.day.line"].browse(self.line_refs or [])
        lines._ensure_open()
        self._ensure_may_receive(lines, self.user_ids)
        shares = self._deal(lines)
        for user, mine in shares.items():
            self._give(mine, user, reason)
        return lines._notify_done(
            self.env._(
                "Handed over: %s.",
                ", ".join(
                    self.env._("%(user)s: %(count)s", user=user.sudo().name, count=len(mine))
                    for user, mine in shares.items()
                ),
            )
        )

    @api.model
    def _ensure_may_receive(self, lines, users):
        """Refuse colleagues who are gone, or who do not work where the customers are."""
        for user in users.sudo():
            if not user.active or user.share:
                raise UserError(
                    self.env._("%s is no active colleague. Choose somebody else.", user.name)
                )
            missing = lines.sudo().company_id - user.company_ids
            if missing:
                raise UserError(
                    self.env._(
                        "%(user)s does not work for %(company)s. Choose somebody who does.",
                        user=user.name,
                        company=missing[:1].name,
                    )
                )

    def _deal(self, lines):
        """Return who gets which lines, ``{user: lines}``."""
        # How full a colleague's day is decides, not whether one may see it.
        everybodys = lines.sudo()
        users = self.user_ids
        rooms = everybodys._get_rooms(users)
        done = everybodys._get_done_minutes(users)
        planned = everybodys._read_group(
            [("user_id", "in", users.ids), ("fits", "=", True)], ["user_id"], ["minutes:sum"]
        )
        left = {user.id: rooms[user.id] - done.get(user.id, 0) for user in users}
        for user, minutes in planned:
            left[user.id] -= minutes
        shares = {}
        for line in lines.sorted(lambda line: (line.position, line.id)):
            others = users - line.user_id
            if not others:
                continue
            user = max(others, key=lambda user: (left[user.id], -user.id))
            left[user.id] -= line.minutes
            shares[user] = shares.get(user, lines.browse()) | line
        if not shares:
            raise UserError(self.env._("Whom you chose has these lines already."))
        return shares

    @api.model
    def _give(self, lines, user, reason):
        """Write lines on a colleague, and tell them with one message."""
        listed = Markup().join(
            Markup("<li>%s: %s</li>") % (line.name or "", line.why or "") for line in lines[:NAMED]
        )
        # Whose lines one sees, of those one may decide who does them.
        activities = lines.sudo().activity_id.with_context(mail_activity_quick_update=True)
        activities.write({"user_id": user.id, "lifecycle_hand_over_reason": reason})
        activities._get_open_follow_ups().write({"user_id": user.id, "reason": reason})
        if user == self.env.user:
            return
        env = self.with_context(lang=user.sudo().lang or self.env.lang).env
        intro = env._(
            "%(user)s gave you this to do: %(reason)s", user=self.env.user.name, reason=reason
        )
        if len(lines) > NAMED:
            listed += Markup("<li>%s</li>") % env._("And %s more.", len(lines) - NAMED)
        self.env["mail.thread"].message_notify(
            partner_ids=user.sudo().partner_id.ids,
            subject=env._("To do for you: %s", len(lines)),
            body=Markup("<p>%s</p><ul>%s</ul>") % (intro, listed),
        )
