from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_date

from .crm_lifecycle_trigger_mixin import host_first

HOLD_STATES = [("active", "On Hold"), ("decided", "Decided"), ("released", "Released")]
RELEASE_CAUSES = [
    ("closed", "Complaint solved or closed"),
    ("rejected", "Complaint rejected"),
    ("archived", "Complaint archived"),
    ("deleted", "Complaint deleted"),
    ("merged", "Complaint merged"),
    ("removed", "No longer about this invoice"),
    ("expired", "Last day passed"),
]
# What people may change; the rest follows from the complaint.
EDITABLE = {"date_to", "reason"}


class CrmComplaintHold(models.Model):
    """An invoice that nobody follows up because somebody complained about it.

    The host's no-follow-up flag is set on the invoice as long as one of its holds is active. Each
    remembers what the flag was before the first of them, and the last one gives that back.
    Whoever keeps the books may decide otherwise, here or by the flag on the invoice itself:
    a decided hold has no say any more, except that an invoice once kept is not given back.
    """

    _name = "crm.complaint.hold"
    _description = "Invoice on Hold"
    _order = "date_from desc, id desc"
    _rec_name = "move_id"

    complaint_id = fields.Many2one(
        "crm.complaint", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="move_id.company_id", store=True, index=True, readonly=True
    )
    partner_id = fields.Many2one(
        related="move_id.commercial_partner_id",
        string="Customer",
        store=True,
        index=True,
        readonly=True,
    )
    former_value = fields.Boolean(
        string="Not Followed Up Before",
        readonly=True,
        help="What the invoice's flag was before the first complaint, and will be again.",
    )
    date_from = fields.Date(string="Since", required=True, readonly=True)
    date_to = fields.Date(
        string="Until",
        help="The last day on which the invoice is not followed up; empty until the complaint"
        " is over.",
    )
    reason = fields.Char(help="Why the invoice is not followed up.")
    state = fields.Selection(
        HOLD_STATES, required=True, readonly=True, default="active", index=True
    )
    decision = fields.Selection(
        [("release", "Follow up"), ("keep", "Do not follow up")],
        readonly=True,
        help="What somebody who keeps the books has decided, whatever becomes of the complaint.",
    )
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    release_cause = fields.Selection(RELEASE_CAUSES, string="Released Because", readonly=True)
    date_released = fields.Date(string="Ended", readonly=True)
    is_holding = fields.Boolean(
        string="Not Followed Up",
        compute="_compute_is_holding",
        search="_search_is_holding",
        help="Because of this complaint.",
    )
    # Whoever works on the complaint need not see a colleague's invoice.
    amount_residual = fields.Monetary(related="move_id.amount_residual", string="Open Amount")
    currency_id = fields.Many2one(related="move_id.currency_id")
    user_id = fields.Many2one(related="complaint_id.user_id", string="Responsible")

    _complaint_move_unique = models.UniqueIndex(
        "(complaint_id, move_id)", "A complaint holds an invoice once."
    )
    _active_idx = models.Index("(date_to) WHERE state = 'active'")
    _dates_ordered = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "The last day on hold cannot be before the first.",
    )

    @api.depends("state", "decision")
    def _compute_is_holding(self):
        for hold in self:
            hold.is_holding = hold.state == "active" or hold.decision == "keep"

    @api.model
    def _search_is_holding(self, operator, value):
        if operator != "in":
            return NotImplemented
        holding = Domain("state", "=", "active") | Domain("decision", "=", "keep")
        return holding if True in value else ~holding

    def write(self, vals):
        forged = set(vals) - EDITABLE
        if forged and not self.env.su:
            raise AccessError(
                self.env._(
                    "What an invoice on hold is follows from its complaint. Decide by the buttons"
                    " whether it is followed up."
                )
            )
        return super().write(vals)

    # ------------------------------------------------------------
    # DECISIONS
    # ------------------------------------------------------------

    def action_release(self):
        """Follow invoices up although the complaints are open."""
        self._decide("release")

    def action_keep(self):
        """Do not follow invoices up, whatever becomes of the complaints."""
        self._decide("keep")

    def _decide(self, decision):
        """Write down what somebody who keeps the books decides on holds.

        :raise UserError: if there is nothing left to decide
        """
        self.check_access("write")
        for hold in self:
            is_over = hold.state == "released" and (
                decision == "release" or not hold.complaint_id.sudo().is_counted
            )
            if is_over or hold.decision == decision:
                raise UserError(
                    self.env._(
                        "There is nothing to decide on %s any more. Use the invoice's own field"
                        " No Follow-Up.",
                        hold.move_id.display_name,
                    )
                )
        holds_sudo = self.sudo()
        if decision == "keep":
            holds_sudo._hold()
            holds_sudo._note_decision(decision)
        else:
            # The flag first, while the holds still know what it was.
            holds_sudo._note_decision(decision)
            holds_sudo._give_back()

    def _note_decision(self, decision):
        """Take the say from holds, as the superuser."""
        self.write(
            {
                "state": "decided",
                "decision": decision,
                "decided_by_id": self.env.uid,
                "release_cause": False,
                "date_released": self._get_today() if decision == "release" else False,
            }
        )

    # ------------------------------------------------------------
    # THE HOST'S FLAG
    # ------------------------------------------------------------

    @api.model
    def _get_today(self):
        return self.env["crm.lifecycle.period.mixin"]._get_today()

    def _hold(self):
        """Set the flag on the holds' invoices, noting what it was before; as the superuser.

        What those remember that hold an invoice already is what it was before them.
        """
        self._meet_others()
        for move, holds in self.grouped("move_id").items():
            holding = self._search_holding(move)
            former = holding[:1].former_value if holding else move._is_lifecycle_unfollowed()
            (holds - holding).write({"former_value": former})
            move._set_lifecycle_unfollowed(True)

    def _give_back(self):
        """Give the flag back where no other hold has a say; as the superuser."""
        self._meet_others()
        for move, holds in self.grouped("move_id").items():
            if not self._search_holding(move):
                move._set_lifecycle_unfollowed(holds[:1].former_value)

    def _meet_others(self):
        """Rewrite all holds of the same invoices: two transactions at once decide by what they
        see, so the second one is to fail and be tried again.
        """
        self.env.cr.execute(
            """UPDATE crm_complaint_hold hold SET date_from = hold.date_from
                  FROM (SELECT id FROM crm_complaint_hold WHERE move_id = ANY(%s)
                      ORDER BY id FOR NO KEY UPDATE) own
                 WHERE hold.id = own.id""",
            [self.move_id.ids],
        )

    @api.model
    def _search_holding(self, moves):
        return self.search(
            Domain("move_id", "in", moves.ids) & Domain("is_holding", "=", True), order="id"
        )

    def _release(self, cause):
        """End holds that are active; as the superuser."""
        active = self.filtered(lambda hold: hold.state == "active")
        if not active:
            return
        for company, holds in active.grouped("company_id").items():
            holds.write(
                {
                    "state": "released",
                    "release_cause": cause,
                    "date_released": self.with_company(company)._get_today(),
                }
            )
        active._give_back()
        labels = dict(self._fields["release_cause"]._description_selection(self.env))
        for hold in active:
            hold._tell(
                self.env._(
                    "No longer on hold for %(complaint)s: %(cause)s.",
                    complaint=hold.complaint_id.display_name,
                    cause=labels[cause],
                )
            )

    def _activate(self):
        """Start holds, or start them again; as the superuser."""
        for company, holds in self.grouped("company_id").items():
            today = self.with_company(company)._get_today()
            days = company.lifecycle_hold_days
            holds._hold()
            holds.write(
                {
                    "state": "active",
                    "date_from": today,
                    "date_to": fields.Date.add(today, days=days) if days else False,
                    "release_cause": False,
                    "date_released": False,
                }
            )
        for hold in self:
            hold._tell(self.env._("On hold, not followed up: %s.", hold.complaint_id.display_name))

    def _tell(self, text):
        """Say something in the invoice's chatter."""
        self.ensure_one()
        self.move_id._message_log(body=text)

    @api.model
    def _note_host_edit(self, moves):
        """Take a change of the flag on invoices themselves as a decision on their holds."""
        holds = self.sudo().search([("move_id", "in", moves.ids), ("is_holding", "=", True)])
        for move, own in holds.grouped("move_id").items():
            if not move._is_lifecycle_unfollowed():
                own._note_decision("release")

    @api.model
    def _describe(self, holds):
        """Return in words why an invoice is not followed up.

        :param holds: those that have a say
        """
        told = []
        for hold in holds:
            text = hold.reason or hold.complaint_id.display_name
            if hold.reason:
                text = f"{hold.complaint_id.name}: {text}"
            if hold.state == "active" and hold.date_to:
                text = self.env._(
                    "%(reason)s (until %(date)s)",
                    reason=text,
                    date=format_date(self.env, hold.date_to),
                )
            told.append(text)
        return "; ".join(told)

    @api.model
    def _hold_again(self, moves):
        """Set the flag again on invoices whose lines were made anew; as the superuser."""
        with host_first(moves, "holds"):
            holding = self.sudo()._search_holding(moves) if moves else self
            for move in holding.move_id:
                move._set_lifecycle_unfollowed(True)
