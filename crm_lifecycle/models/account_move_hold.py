from odoo import api, fields, models
from odoo.fields import Domain

from ..access import LIFECYCLE_GROUPS

# Lines whose flag is the invoice's, as the host sees it.
FLAGGED = ("asset_receivable", "liability_payable")


class AccountMove(models.Model):
    """An invoice that somebody complained about is not followed up."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_hold_ids = fields.One2many(
        "crm.complaint.hold", "move_id", string="Complaints About It", groups=LIFECYCLE_GROUPS
    )
    lifecycle_hold = fields.Selection(
        [("open", "Disputed"), ("kept", "Not followed up")],
        string="Dispute",
        compute="_compute_lifecycle_hold",
        search="_search_lifecycle_hold",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="Disputed: a complaint about it is open, so nobody follows it up. Not followed up:"
        " somebody who keeps the books has decided so.",
    )
    lifecycle_hold_note = fields.Char(
        string="Why Disputed",
        compute="_compute_lifecycle_hold",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
    )

    @api.depends(
        "lifecycle_hold_ids.is_holding",
        "lifecycle_hold_ids.date_to",
        "lifecycle_hold_ids.reason",
    )
    def _compute_lifecycle_hold(self):
        holds = self.env["crm.complaint.hold"]
        by_move = holds._search_holding(self._origin).grouped("move_id") if self._origin else {}
        for move in self:
            own = by_move.get(move._origin, holds)
            active = own.filtered(lambda hold: hold.state == "active")
            move.lifecycle_hold = "open" if active else "kept" if own else False
            move.lifecycle_hold_note = holds._describe(active or own) or False

    @api.model
    def _search_lifecycle_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        # What a salesperson may not open is disputed all the same.
        active = Domain("lifecycle_hold_ids", "any!", [("state", "=", "active")])
        kept = Domain("lifecycle_hold_ids", "any!", [("decision", "=", "keep")])
        found = {"open": active, "kept": kept & ~active, False: ~active & ~kept}
        return Domain.OR(found[code] for code in value if code in found)

    def _is_lifecycle_unfollowed(self):
        """Tell whether an invoice has the flag; one that has no lines yet has none."""
        self.ensure_one()
        return any(self._get_lifecycle_flagged_lines().mapped("no_followup"))

    def _set_lifecycle_unfollowed(self, value):
        """Set the host's flag, or take it away, without it counting as somebody's decision."""
        lines = self._get_lifecycle_flagged_lines()
        lines = lines.filtered(lambda line: line.no_followup != value)
        if lines:
            lines.with_context(lifecycle_hold=True).no_followup = value

    def _get_lifecycle_flagged_lines(self):
        return self.line_ids.filtered(lambda line: line.account_type in FLAGGED)

    def _get_lifecycle_dispute(self):
        return self.sudo().lifecycle_hold_note or super()._get_lifecycle_dispute()

    def _get_lifecycle_promised_credit(self):
        """Return the remedies that lower what is owed as soon as somebody posts them."""
        remedies = self.env["crm.complaint.remedy"].sudo()
        of_invoice = Domain("move_id", "in", self.ids) & Domain("kind", "=", "credit_note")
        promised = Domain("state", "=", "approved") | (
            Domain("state", "=", "done") & Domain("credit_move_id.state", "=", "draft")
        )
        found = remedies.search(of_invoice & promised, order="id")
        return (
            ", ".join(f"{remedy.complaint_id.name}: {remedy.name}" for remedy in found)
            or super()._get_lifecycle_promised_credit()
        )

    def _post(self, soft=True):
        # Lines made anew in a draft do not know that the invoice is on hold.
        posted = super()._post(soft=soft)
        invoices = posted.filtered(lambda move: move.move_type == "out_invoice")
        self.env["crm.complaint.hold"]._hold_again(invoices)
        return posted

    @api.readonly
    def action_lifecycle_open_holds(self):
        """Open the complaints that keep the invoice from being followed up."""
        self.ensure_one()
        self.env["crm.complaint.hold"].check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("On Hold: %s", self.display_name),
            "res_model": "crm.complaint.hold",
            "views": [(False, "list"), (False, "form")],
            "domain": [("move_id", "=", self.id)],
        }
