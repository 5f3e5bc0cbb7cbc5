from odoo import api, fields, models
from odoo.tools import email_normalize

from ..access import LIFECYCLE_GROUPS
from .crm_lifecycle_trigger_mixin import host_first

_CHANGED = "crm_lifecycle.reminded_moves"


class AccountMove(models.Model):
    """What an invoice's customer was reminded of."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_dunning_ids = fields.One2many(
        "crm.lifecycle.dunning.notice",
        "move_id",
        string="Payment Reminders",
        groups=LIFECYCLE_GROUPS,
    )
    lifecycle_dunning_count = fields.Integer(
        string="Reminders Sent",
        compute="_compute_lifecycle_dunning_count",
        groups=LIFECYCLE_GROUPS,
        help="How many payment reminders the customer got of this invoice.",
    )
    lifecycle_overdue_date = fields.Date(
        string="Overdue Since",
        compute="_compute_lifecycle_overdue",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="When the earliest instalment that is not paid was due, as reminders say.",
    )
    lifecycle_overdue_amount = fields.Monetary(
        string="Overdue Amount",
        compute="_compute_lifecycle_overdue",
        compute_sudo=True,
        groups=LIFECYCLE_GROUPS,
        help="What is not paid of the instalments that are overdue, as reminders say.",
    )

    def _compute_lifecycle_dunning_count(self):
        counts = dict(
            self.env["crm.lifecycle.dunning.notice"]._read_group(
                [("move_id", "in", self.ids), ("state", "=", "sent")], ["move_id"], ["__count"]
            )
        )
        for move in self:
            move.lifecycle_dunning_count = counts.get(move._origin, 0)

    @api.depends(
        "line_ids.date_maturity",
        "line_ids.reconciled",
        "line_ids.amount_residual_currency",
        "company_id",
    )
    def _compute_lifecycle_overdue(self):
        periods = self.env["crm.lifecycle.period.mixin"]
        for move in self:
            today = periods.with_company(move.company_id)._get_today()
            lines = move.line_ids.filtered(
                lambda line, today=today: (
                    line.account_type == "asset_receivable"
                    and not line.reconciled
                    and line.amount_residual > 0
                    and line.date_maturity
                    and line.date_maturity < today
                )
            )
            move.lifecycle_overdue_date = min(lines.mapped("date_maturity"), default=False)
            move.lifecycle_overdue_amount = sum(lines.mapped("amount_residual_currency"))

    def _get_lifecycle_reminder_recipient(self):
        """Return who is written to: the invoice's contact, or else the customer."""
        self.ensure_one()
        people = self.partner_id | self.commercial_partner_id
        reachable = people.filtered(lambda person: email_normalize(person.email or ""))
        return (reachable or people)[:1]

    def _get_lifecycle_dispute(self):
        """Return why an invoice is not followed up, as far as that is known."""
        return False

    def _get_lifecycle_promised_credit(self):
        """Return what the customer was promised to be credited, and is not yet, in words."""
        return False

    def _compute_payment_state(self):
        result = super()._compute_payment_state()
        self._look_at_lifecycle_reminders()
        return result

    def _look_at_lifecycle_reminders(self):
        """Have the mails that wait looked at when the transaction ends.

        Until then the invoices may be settled, taken back, or disputed.
        """
        with host_first(self, "payment reminders"):
            move_ids = {move.id for move in self if move.id and move.move_type == "out_invoice"}
            precommit = self.env.cr.precommit
            if move_ids and _CHANGED not in precommit.data:
                precommit.data[_CHANGED] = set()
                precommit.add(self.sudo()._withdraw_lifecycle_reminders)
            if move_ids:
                precommit.data[_CHANGED] |= move_ids

    @api.model
    def _withdraw_lifecycle_reminders(self):
        """Keep back mails about invoices that nobody is to be reminded of any more."""
        move_ids = self.env.cr.precommit.data.pop(_CHANGED, None)
        if not move_ids:
            return
        with host_first(self.browse(move_ids), "payment reminders"):
            self.env["crm.lifecycle.dunning.notice"]._withdraw(sorted(move_ids))
