from odoo import api, fields, models
from odoo.exceptions import UserError

from ..engine.channels import NOT_REACHED
from .crm_lifecycle_channel import OUTCOMES

FOLLOW_UP_STATES = [
    ("open", "Open"),
    ("done", "Done"),
    ("met", "Reached Otherwise"),
    ("skipped", "Skipped"),
    ("dropped", "No Longer Due"),
    ("paused", "Paused by a Complaint"),
]


class CrmLifecycleFollowUp(models.Model):
    """A contact with a customer that a cadence asked for, from its planning to its end.

    What somebody is to do is the host's activity; this row says why there is one, and what
    became of it once the activity is done or gone. At most one is open for a customer and a
    cadence.
    """

    _name = "crm.lifecycle.follow.up"
    _description = "Follow-up"
    _order = "date_due DESC, id DESC"
    _rec_name = "partner_id"
    _rec_names_search = ["partner_id"]

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    profile_id = fields.Many2one(
        "crm.lifecycle.profile", readonly=True, index="btree_not_null", ondelete="set null"
    )
    stage_id = fields.Many2one(related="profile_id.stage_id")
    value_class = fields.Selection(related="profile_id.value_class")
    cadence_id = fields.Many2one(
        "crm.lifecycle.cadence", readonly=True, index="btree_not_null", ondelete="set null"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Who is to get in touch.",
    )
    for_user_id = fields.Many2one(
        "res.users",
        string="On Behalf Of",
        readonly=True,
        ondelete="set null",
        help="Who is away, or has left, and would have got in touch.",
    )
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    date_due = fields.Date(
        string="Due On", required=True, readonly=True, help="Day for which the contact was planned."
    )
    contact_before = fields.Date(
        readonly=True,
        help="Day of the last contact when this one was planned.",
    )
    state = fields.Selection(
        FOLLOW_UP_STATES, required=True, readonly=True, default="open", index=True
    )
    closed_on = fields.Date(readonly=True)
    days_late = fields.Integer(
        readonly=True,
        aggregator="avg",
        help="Days from the day for which the contact was planned to that on which it was done.",
    )
    is_punctual = fields.Boolean(
        string="On Time", readonly=True, help="Done by the day for which it was planned."
    )
    outcome = fields.Selection(OUTCOMES, readonly=True)
    attempts = fields.Integer(
        readonly=True, help="How often somebody tried in vain to reach the customer."
    )
    reason = fields.Char(
        readonly=True, help="Why it was closed, skipped or given to somebody else."
    )
    complaint_id = fields.Many2one(
        "crm.complaint",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The open complaint because of which nobody gets in touch for now.",
    )
    escalated_on = fields.Date(string="Escalated", readonly=True)
    escalated_to_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    is_adopted = fields.Boolean(
        readonly=True,
        help="Somebody planned the activity themselves; it stays when the follow-up ends.",
    )
    is_handed_over = fields.Boolean(
        string="Handed Over", readonly=True, help="Somebody gave it to a colleague by hand."
    )
    digest_on = fields.Date(
        string="Told On", readonly=True, help="Day on which the person was told of it."
    )
    escalation_told_on = fields.Date(readonly=True)

    # Two schedulers at once plan a contact once.
    _open_unique = models.UniqueIndex(
        "(partner_id, company_id, cadence_id) WHERE state = 'open'",
        "This customer has an open follow-up of this cadence already.",
    )
    _paused_unique = models.UniqueIndex(
        "(partner_id, company_id, cadence_id) WHERE state = 'paused'",
        "The follow-up of this customer by this cadence is paused already.",
    )
    _open_idx = models.Index("(company_id, id) WHERE state = 'open'")

    # ------------------------------------------------------------
    # END
    # ------------------------------------------------------------

    def _close(self, state, reason=False, outcome=False):
        """Close follow-ups, paused ones too; those that are closed already stay as they are.

        :param str state: one of ``FOLLOW_UP_STATES``
        :param str reason: why, in the language of who closes it
        """
        opened = self.filtered(lambda follow_up: follow_up.state in ("open", "paused"))
        for company, follow_ups in opened.grouped("company_id").items():
            today = self.env["crm.lifecycle.period.mixin"].with_company(company)._get_today()
            for due, alike in follow_ups.grouped("date_due").items():
                is_done = state == "done"
                alike.write(
                    {
                        "state": state,
                        "closed_on": today,
                        "reason": reason,
                        "outcome": outcome,
                        "days_late": (today - due).days if is_done else 0,
                        "is_punctual": is_done and today <= due,
                    }
                )

    def _reopen(self):
        """Take back that follow-ups were done."""
        self.write(
            {
                "state": "open",
                "closed_on": False,
                "outcome": False,
                "days_late": 0,
                "is_punctual": False,
            }
        )

    def _go_on_with(self, activity, attempts):
        """Go on with another activity, after or before an attempt in vain.

        :param int attempts: 1 if there was one more of these, -1 if one was taken back
        """
        for follow_up in self:
            follow_up.write(
                {
                    "activity_id": activity.id,
                    "attempts": follow_up.attempts + attempts,
                    "is_adopted": False,
                }
            )

    def _cancel_activities(self):
        """Delete what was planned for the follow-ups, as nobody's decision.

        What people planned themselves, and was taken for the next attempt, is theirs.
        """
        activities = self.filtered(lambda follow_up: not follow_up.is_adopted).activity_id
        self.write({"activity_id": False, "is_adopted": False})
        activities.with_context(lifecycle_follow_up_kept=True, lifecycle_own_plan=True).unlink()

    def action_skip(self):
        """Skip open follow-ups: the customer is not contacted this time."""
        self._ensure_may_decide()
        follow_ups_sudo = self.sudo().filtered(lambda follow_up: follow_up.state == "open")
        follow_ups_sudo._close("skipped", self.env._("Skipped by %s", self.env.user.name))
        follow_ups_sudo._cancel_activities()

    @api.readonly
    def action_open_partner(self):
        """Open the customer, on whom the activity is."""
        self.ensure_one()
        return self.partner_id._get_records_action()

    def _ensure_may_decide(self):
        """Refuse to decide on the follow-ups of others to all but their leaders."""
        if self.env.su:
            return
        self.check_access("read")
        may_all = self.env.user.has_group("sales_team.group_sale_salesman_all_leads")
        for follow_up in self:
            if not may_all and follow_up.user_id != self.env.user:
                raise UserError(
                    self.env._(
                        "The follow-up of %(customer)s is %(user)s's. Ask them, or a manager, to"
                        " skip it.",
                        customer=follow_up.partner_id.display_name,
                        user=follow_up.user_id.name or self.env._("nobody"),
                    )
                )

    @api.model
    def _unite(self, src_partners, dst_partner):
        """Leave one open follow-up of a cadence of customers that are merged, the kept one's.

        The host moves rows in SQL, and deletes all of a contact's where one violates an index.
        """
        opened = self.search(
            [
                ("partner_id", "in", (src_partners | dst_partner).ids),
                ("state", "in", ("open", "paused")),
            ],
            order="id",
        ).sorted(lambda follow_up: follow_up.partner_id != dst_partner)
        for same in opened.grouped(
            lambda follow_up: (follow_up.company_id, follow_up.cadence_id, follow_up.state)
        ).values():
            same[1:]._close("dropped", self.env._("Merged with another customer"))
            same[1:]._cancel_activities()

    # ------------------------------------------------------------
    # ACTIVITIES
    # ------------------------------------------------------------

    @api.model
    def _finish_for(self, activities):
        """Close the follow-ups whose activities somebody has just done.

        Whoever was not reached is to be reached yet: the follow-up stays open, and gets another
        activity.

        :param activities: ``mail.activity`` that are done
        """
        follow_ups = self.sudo().search(
            [("activity_id", "in", activities.ids), ("state", "=", "open")]
        )
        for follow_up in follow_ups:
            outcome = follow_up.activity_id.lifecycle_outcome
            if outcome in NOT_REACHED:
                follow_up.write({"activity_id": False, "attempts": follow_up.attempts + 1})
            else:
                follow_up._close("done", outcome=outcome or "reached")

    @api.model
    def _skip_for(self, activities):
        """Skip the follow-ups whose activities a person deletes."""
        follow_ups = self.sudo().search(
            [("activity_id", "in", activities.ids), ("state", "=", "open")]
        )
        follow_ups._close("skipped", self.env._("Cancelled by %s", self.env.user.name))
