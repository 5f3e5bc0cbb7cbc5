import logging

import pytz

from odoo import Command, api, fields, models
from odoo.tools import SQL, email_normalize

from ..engine import dunning
from .crm_lifecycle_queue_work import CONCURRENCY_ERRORS, MAX_RETRIES

_logger = logging.getLogger(__name__)

# Invoices that one transaction deals with.
PAGE_SIZE = 100
# First key of the advisory locks on companies ("crmd" in ASCII): one job at a time.
LOCK_SPACE = 0x63726D64
# When customers are written to, in the company's time zone.
FIRST_HOUR, LAST_HOUR = 8, 18


class CrmLifecycleDunning(models.AbstractModel):
    """The job that reminds customers of what they owe, where the company wants that.

    It works in pages, each committed together with its mails, and may be cut off and started
    again at any time: what was sent is not found again, and what fails does not hold up the
    rest. It runs each hour of the company's day, so that whoever wants quiet in the morning is
    reached in the afternoon; of each invoice a level is sent once.
    """

    _name = "crm.lifecycle.dunning"
    _description = "Sending of Payment Reminders"

    @api.model
    def _cron_send(self):
        retries = 0
        while retries <= MAX_RETRIES:
            try:
                self._send_all()
                return
            except CONCURRENCY_ERRORS:
                _logger.info("Payment reminders: another worker was faster, trying again")
                self.env.cr.rollback()
                retries += 1
        self.env["ir.cron"]._commit_progress(0, remaining=1)

    @api.model
    def _send_all(self):
        companies = self.env["res.company"].sudo()
        for company in companies.search([("lifecycle_dunning", "=", True)]):
            if not self.with_company(company)._is_daytime():
                continue
            begin = 0
            while begin is not None:
                count, begin = self._work_off(company, begin)
                if count and not self.env["ir.cron"]._commit_progress(count, remaining=1):
                    return
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    @api.model
    def _is_daytime(self):
        zone = pytz.timezone(self.env["crm.lifecycle.period.mixin"]._get_zone())
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(zone)
        return FIRST_HOUR <= now.hour < LAST_HOUR

    @api.model
    def _work_off(self, company, begin=0, limit=PAGE_SIZE):
        """Deal with the company's next invoices; never commits.

        :return: number of invoices, and the id after which to go on, None at the end
        """
        # As the superuser: the job is nobody's.
        self = self.sudo().with_company(company)  # noqa: PLW0642
        if not company.lifecycle_dunning or not self._try_lock(company):
            return 0, None
        self.env.flush_all()
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        if not begin:
            self.env["crm.lifecycle.dunning.notice"]._note_lost(company, today)
        self.env.flush_all()
        self.env.cr.execute(dunning.due(company.id, today, begin, limit))
        rows = self.env.cr.dictfetchall()
        reminded = [self._remind_or_leave(row, today) for row in rows]
        if any(reminded):
            # Rather than up to an hour later, when somebody may have paid.
            cron = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
            if cron:
                cron._trigger()
        return len(rows), rows[-1]["move_id"] if len(rows) == limit else None

    @api.model
    def _try_lock(self, company):
        """Keep other workers from the company until the end of the transaction."""
        [[is_free]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_SPACE, company.id)
        )
        return is_free

    @api.model
    def _remind_or_leave(self, row, today):
        """Remind of an invoice; a failure is written down, and does not stop the rest.

        :return: whether there is a mail to send
        """
        move = self.env["account.move"].browse(row["move_id"])
        level = self.env["crm.lifecycle.dunning.level"].browse(row["level_id"])
        vals = {
            "date": today,
            "date_due": row["date_due"],
            "days": row["days"],
            "amount": move.lifecycle_overdue_amount,
        }
        try:
            with self.env.cr.savepoint():
                is_reminded = self._remind(move, level, vals)
                self.env.flush_all()
            return is_reminded
        except CONCURRENCY_ERRORS:
            raise
        except Exception as error:  # noqa: BLE001 whatever it is, the rest must go on
            self.env.invalidate_all()
            _logger.warning(
                "Payment reminders: %s of %s failed", level.name, move.name, exc_info=True
            )
            self.env["crm.lifecycle.dunning.notice"]._log(
                move,
                level,
                {
                    **vals,
                    "state": "skipped",
                    "reason": "no_template",
                    "reason_note": str(error)[:200],
                },
            )
            return False

    @api.model
    def _remind(self, move, level, vals):
        """Send an invoice's reminder of a level, or write down why not.

        :return: whether there is a mail to send
        """
        recipient = move._get_lifecycle_reminder_recipient()
        obstacle = self._get_obstacle(move, recipient)
        if obstacle == "wait":
            return False
        notices = self.env["crm.lifecycle.dunning.notice"]
        vals = {**vals, "recipient_id": recipient.id}
        if obstacle:
            reason, note = obstacle
            notices._log(
                move, level, {**vals, "state": "skipped", "reason": reason, "reason_note": note}
            )
            return False
        [mail] = level.template_id.send_mail_batch(
            move.ids,
            email_values={
                "recipient_ids": [Command.set(recipient.ids)],
                "email_to": False,
                "email_cc": False,
                # The log tells of it as long as the invoice is there.
                "auto_delete": False,
            },
            email_layout_xmlid="mail.mail_notification_light",
        )
        notices._log(move, level, {**vals, "state": "sent", "mail_id": mail.id})
        return True

    @api.model
    def _get_obstacle(self, move, recipient):
        """Return what keeps an invoice from being reminded of.

        :return: None, "wait" where it holds for a while only, or ``(reason, explanation)``
        """
        if move.no_followup:
            return "disputed", move._get_lifecycle_dispute() or False
        promise = move._get_lifecycle_promised_credit()
        if promise:
            return "promised", promise
        people = move.partner_id | recipient
        blocks = people._get_contact_block(channel="mail")
        blocks = [block for block in blocks.values() if block["blocked"]]
        for block in blocks:
            if not block["earliest"]:
                return "opt_out", block["reason"]
        if not email_normalize(recipient.email or ""):
            return "no_address", False
        return "wait" if blocks else None
