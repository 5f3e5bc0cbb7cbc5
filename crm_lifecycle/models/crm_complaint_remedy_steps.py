from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..access import MANAGER_GROUP


class CrmComplaintRemedy(models.Model):
    """How remedies are proposed, approved, refused and cancelled."""

    _inherit = "crm.complaint.remedy"  # pylint: disable=consider-merging-classes-inherited

    def action_propose(self):
        """Propose remedies: those below the limit are to be done at once."""
        self.check_access("write")
        for remedy in self:
            remedy._ensure_state("draft")
            remedy._ensure_complete()
            remedy._derive()
            waits = remedy.needs_approval
            remedy.sudo().write({"state": "waiting" if waits else "approved"})
            if waits:
                remedy._ask_for_approval()

    def _ensure_complete(self):
        """Refuse a remedy that says too little to be made."""
        self.ensure_one()
        missing = self._get_missing()
        if missing:
            raise UserError(
                self.env._(
                    "%(remedy)s says too little: enter %(missing)s.",
                    remedy=self.display_name,
                    missing=missing,
                )
            )

    def _get_missing(self):
        """Return in words what a remedy of its kind cannot do without."""
        if self.kind == "credit_note" and not self.move_id:
            return self.env._("the invoice")
        if self.kind == "discount" and not self.order_id:
            return self.env._("the quotation")
        if self.kind in ("credit_note", "discount") and not self.amount:
            return self.env._("the amount")
        return False

    def _ask_for_approval(self):
        """Have the team's leader look, if they may approve; others find it in the list."""
        self.ensure_one()
        complaint = self.complaint_id.sudo()
        leader = complaint.team_id.user_id
        if leader and leader.has_group(MANAGER_GROUP):
            complaint.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=leader.id,
                summary=self.env._("Approve: %s", self.name),
            )

    def action_approve(self):
        """Approve remedies that wait."""
        self._ensure_manager()
        for remedy in self:
            remedy._ensure_state("waiting")
        self.sudo().write(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_on": fields.Date.context_today(self),
            }
        )

    def action_refuse(self):
        """Refuse remedies that wait, for the reason that was entered."""
        self._ensure_manager()
        for remedy in self:
            remedy._ensure_state("waiting")
            if not (remedy.refuse_reason or "").strip():
                raise UserError(self.env._("Say first why %s is refused.", remedy.display_name))
        self.sudo().write({"state": "refused"})

    def action_cancel(self):
        """Do not do remedies after all; those that were made cost nothing any more."""
        self.check_access("write")
        for remedy in self:
            if remedy.state == "done":
                remedy._ensure_taken_back()
            else:
                remedy._ensure_state("draft", "waiting", "approved")
        done = self.filtered(lambda remedy: remedy.state == "done")
        self.sudo().write({"state": "cancelled", "done_by_id": False, "done_on": False})
        done._mark_cost_to_serve()

    def _ensure_taken_back(self):
        """Refuse to cancel what the customer still has: its document goes first.

        Where there is none, a manager says that it was not done after all.
        """
        self.ensure_one()
        if self.is_undone:
            return
        made = self.sudo()._get_made()
        if made is not None:
            raise UserError(
                self.env._(
                    "%(remedy)s was made. Cancel %(document)s first.",
                    remedy=self.display_name,
                    document=made.display_name,
                )
            )
        if not self.env.user.has_group(MANAGER_GROUP):
            raise UserError(
                self.env._(
                    "%s was done. Ask a sales manager to cancel it, if it was not after all.",
                    self.display_name,
                )
            )

    def _ensure_manager(self):
        self.check_access("write")
        if not self.env.user.has_group(MANAGER_GROUP):
            raise AccessError(self.env._("Only sales managers approve remedies."))

    def _ensure_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(remedy)s cannot be changed like that: it is %(state)s.",
                    remedy=self.display_name,
                    state=labels[self.state],
                )
            )
