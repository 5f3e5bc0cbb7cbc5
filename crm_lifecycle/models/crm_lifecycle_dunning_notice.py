from odoo import api, fields, models

from ..engine.dunning import OWED

NOTICE_STATES = [
    ("sent", "Sent"),
    ("skipped", "Not Sent"),
    ("withdrawn", "Withdrawn"),
]
NOTICE_REASONS = [
    ("disputed", "Not followed up"),
    ("opt_out", "Wants no contact"),
    ("no_address", "No mail address"),
    ("no_template", "Mail could not be made"),
    ("settled", "Settled before the mail left"),
    ("promised", "Credit note on its way"),
    ("failed", "Mail not delivered"),
]
# Mails that have not left, and might.
WAITING_MAILS = ("outgoing", "exception")


class CrmLifecycleDunningNotice(models.Model):
    """What became of the reminder of a level, of an invoice or its instalment: one row of each.

    Written by the job alone. One that was not sent is tried again each day, and its row tells
    the latest reason.
    """

    _name = "crm.lifecycle.dunning.notice"
    _description = "Payment Reminder"
    _order = "date desc, id desc"
    _rec_name = "move_id"

    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, readonly=True, ondelete="cascade"
    )
    level_id = fields.Many2one(
        "crm.lifecycle.dunning.level",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
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
    recipient_id = fields.Many2one(
        "res.partner",
        string="Sent To",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="The invoice's contact, or else the customer.",
    )
    user_id = fields.Many2one(related="move_id.invoice_user_id", string="Salesperson")
    date = fields.Date(required=True, readonly=True)
    date_tried = fields.Date(
        string="Last Tried",
        readonly=True,
        default=fields.Date.context_today,
        help="What could not be sent is tried once a day.",
    )
    date_due = fields.Date(
        string="Due On",
        required=True,
        readonly=True,
        default=fields.Date.context_today,
        help="When the earliest instalment that was not paid was due.",
    )
    days = fields.Integer(string="Days Overdue", readonly=True)
    amount = fields.Monetary(
        string="Owed Then", readonly=True, help="What was overdue, of all instalments."
    )
    currency_id = fields.Many2one(related="move_id.currency_id")
    state = fields.Selection(NOTICE_STATES, required=True, readonly=True, index=True)
    reason = fields.Selection(NOTICE_REASONS, readonly=True, help="Why no mail was sent.")
    reason_note = fields.Char(string="Explanation", readonly=True)
    mail_id = fields.Many2one(
        "mail.mail",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    mail_state = fields.Selection(
        related="mail_id.state", string="Mail Status", groups="base.group_user"
    )
    failure_reason = fields.Text(
        related="mail_id.failure_reason",
        string="Why the Mail Failed",
        groups="base.group_user",
    )

    _move_level_unique = models.UniqueIndex(
        "(move_id, level_id, date_due)", "An instalment has one reminder of each level."
    )

    @api.model
    def _log(self, move, level, vals):
        """Write down what became of a reminder, in its one row.

        :return: the notice
        """
        notice = self.search(
            [
                ("move_id", "=", move.id),
                ("level_id", "=", level.id),
                ("date_due", "=", vals["date_due"]),
            ]
        )
        vals = {**vals, "date_tried": vals["date"]}
        if notice:
            same = all(notice[name] == vals.get(name, False) for name in ("state", "reason"))
            # The day on which a reason began to hold tells more than the day of the last look.
            if same and notice.state == "skipped":
                notice.date_tried = vals["date"]
            else:
                notice.write({"reason": False, "reason_note": False, **vals})
            return notice
        return self.create({"move_id": move.id, "level_id": level.id, **vals})

    @api.model
    def _withdraw(self, move_ids):
        """Keep back the mails that wait about invoices settled or disputed meanwhile."""
        waiting = self.sudo().search(
            [
                ("move_id", "in", move_ids),
                ("state", "=", "sent"),
                ("mail_id.state", "in", WAITING_MAILS),
            ]
        )
        for notice in waiting:
            move = notice.move_id
            is_owed = (
                move.state == "posted"
                and move.payment_state in OWED
                # The instalment reminded of may be paid, and the rest not due yet.
                and move.lifecycle_overdue_amount
            )
            if is_owed and not move.no_followup:
                continue
            notice.mail_id.cancel()
            notice.write({"state": "withdrawn", "reason": "disputed" if is_owed else "settled"})

    def _note_lost(self, today):
        """Note that reminders did not reach anybody: the next level is not to speak of them.

        They are made anew tomorrow. So the mail that failed is not to be sent after all.
        """
        for notice in self:
            note = notice.failure_reason or False
            notice.mail_id.filtered(lambda mail: mail.state == "exception").cancel()
            notice.write(
                {
                    "state": "skipped",
                    "reason": "failed",
                    "reason_note": note and note[:200],
                    "date_tried": today,
                }
            )
