import logging

import pytz

from odoo import Command, api, fields, models
from odoo.tools import email_normalize

from ..engine import dunning
from .crm_lifecycle_queue_work import CONCURRENCY_ERRORS

_logger = logging.getLogger(__name__)

# When customers are written to, in the company's time zone.
FIRST_HOUR, LAST_HOUR = 8, 18


class CrmLifecycleDunning(models.AbstractModel):
    """The job that reminds customers of what they owe, where the company wants that.

    Each page is committed together with its mails, so what was sent is not found again. It runs
    each hour of the company's day, so that whoever wants quiet in the morning is reached in the
    afternoon; of each invoice a level is sent once.
    """

    _name = "crm.lifecycle.dunning"
    _description = "Sending of Payment Reminders"
    _inherit = ["crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D64  # "crmd" in ASCII
    _job_page_size = 100

    @api.model
    def _cron_send(self):
        self._run_steps()

    @api.model
    def _get_companies(self):
        """Return the companies that remind customers, and are at work now."""
        companies = self.env["res.company"].sudo().search([("lifecycle_dunning", "=", True)])
        return companies.filtered(lambda company: self.with_company(company)._is_daytime())

    @api.model
    def _is_daytime(self):
        zone = pytz.timezone(self.env["crm.lifecycle.period.mixin"]._get_zone())
        now = pytz.utc.localize(fields.Datetime.now()).astimezone(zone)
        return FIRST_HOUR <= now.hour < LAST_HOUR

    @api.model
    def _get_steps(self):
        return ["lost", "due"]

    @api.model
    def _get_rows_query(self, company, step, begin, limit):
        if not company.lifecycle_dunning:
            return None
        if step == "lost":
            return dunning.lost(company.id, begin, limit)
        return dunning.due(company.id, self._get_today(), begin, limit)

    @api.model
    def _get_today(self):
        return self.env["crm.lifecycle.period.mixin"]._get_today()

    @api.model
    def _do_lost(self, _company, rows):
        """Note which reminders did not reach anybody."""
        notices = self.env["crm.lifecycle.dunning.notice"].browse([row["id"] for row in rows])
        notices._note_lost(self._get_today())

    @api.model
    def _do_due(self, _company, rows):
        """Remind of invoices; each that fails is written down by itself."""
        today = self._get_today()
        reminded = [self._remind_or_leave(row, today) for row in rows]
        if any(reminded):
            # Rather than up to an hour later, when somebody may have paid.
            cron = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
            if cron:
                cron._trigger()

    @api.model
    def _remind_or_leave(self, row, today):
        """Remind of an invoice; a failure is written down, and does not stop the rest.

        :return: whether there is a mail to send
        """
        move = self.env["account.move"].browse(row["id"])
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
