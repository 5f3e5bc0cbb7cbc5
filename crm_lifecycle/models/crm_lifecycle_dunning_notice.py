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
]


class CrmLifecycleDunningNotice(models.Model):
    """What became of an invoice's reminder of a level: one row of each, for the record.

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
    days = fields.Integer(string="Days Overdue", readonly=True)
    amount = fields.Monetary(string="Owed Then", readonly=True)
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
        "(move_id, level_id)", "An invoice has one reminder of each level."
    )

    @api.model
    def _log(self, move, level, vals):
        """Write down what became of a reminder, in its one row.

        :return: the notice
        """
        notice = self.search([("move_id", "=", move.id), ("level_id", "=", level.id)])
        if notice:
            same = all(notice[name] == vals.get(name, False) for name in ("state", "reason"))
            # The day on which a reason began to hold tells more than the day of the last look.
            if not (same and notice.state == "skipped"):
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
                ("mail_id.state", "=", "outgoing"),
            ]
        )
        for notice in waiting:
            move = notice.move_id
            is_owed = move.state == "posted" and move.payment_state in OWED
            if is_owed and not move.no_followup:
                continue
            notice.mail_id.cancel()
            notice.write({"state": "withdrawn", "reason": "disputed" if is_owed else "settled"})
