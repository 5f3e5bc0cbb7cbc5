from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..engine import requests
from ..engine.events import EVENTS


class CrmLifecycleSurveyJob(models.AbstractModel):
    """The job that finds whom to ask after what, asks them, and closes what nobody answered."""

    _name = "crm.lifecycle.survey.job"
    _description = "Sending of Surveys"
    _inherit = ["crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D73  # "crms" in ASCII
    # Documents that are looked at by one query, and requests that are sent by one transaction.
    _find_page_size = 5000
    _job_page_size = 100

    @api.model
    def _cron_ask(self):
        self._run_steps()

    @api.model
    def _get_companies(self):
        """Return the companies that have rounds, or had."""
        rounds = self.env["crm.lifecycle.survey.round"].sudo().with_context(active_test=False)
        return rounds.search([("company_id.active", "=", True)]).company_id

    @api.model
    def _get_events(self):
        """Return what can be asked after, ``{name: engine.events.Event}``; bridges add theirs."""
        return dict(EVENTS)

    @api.model
    def _get_steps(self):
        """Return the names of what is done in turn: ``_query_<name>`` and ``_do_<name>``."""
        return [
            *(f"found_{name}" for name in self._get_events()),
            "gone",
            "again",
            "late",
            "lost",
            "missed",
            "unfollowed",
            "unanswered",
            "due",
        ]

    @api.model
    def _work_off(self, company, step, begin=0, limit=None):
        if step.startswith("found_"):
            limit = limit or self._find_page_size
        return super()._work_off(company, step, begin, limit)

    @api.model
    def _get_rows_query(self, company, step, begin, limit):
        name = step.removeprefix("found_")
        if name != step:
            return self._query_found(company, name, begin, limit)
        query = getattr(requests, step)
        arguments = (self._get_events(),) if step in ("gone", "again") else ()
        if step == "due" and not self.env["crm.lifecycle.dunning"]._is_daytime():
            return None
        return query(fields.Datetime.now(), company.id, *arguments, begin, limit)

    @api.model
    def _query_found(self, company, name, begin, limit):
        """Return the query of what happened lately, None where no round is after it."""
        rounds = self.env["crm.lifecycle.survey.round"].search(
            Domain("company_id", "=", company.id) & Domain("event", "=", name)
        )
        if not rounds:
            return None
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        delay = max(rounds.mapped("delay_days"))
        since = max(
            min(rounds.mapped("date_start")), today - timedelta(days=delay + requests.MAX_WAIT)
        )
        event = self._get_events()[name]
        return requests.found(fields.Datetime.now(), company.id, name, event, since, begin, limit)

    @api.model
    def _do_or_leave(self, company, step, rows):
        if not step.startswith("found_"):
            return super()._do_or_leave(company, step, rows)
        return super()._do_or_leave(
            company, "found", [{**row, "event": step.removeprefix("found_")} for row in rows]
        )

    @api.model
    def _do_found(self, _company, rows):
        """Note whom to ask, and when."""
        rounds = self.env["crm.lifecycle.survey.round"]
        events = self._get_events()
        self.env["crm.lifecycle.survey.request"].create(
            [
                {
                    "round_id": round_id,
                    "person_id": row["person_id"],
                    "res_model": events[row["event"]].model,
                    "res_id": row["id"],
                    "date_event": row["day"],
                    "date_due": row["day"] + timedelta(days=rounds.browse(round_id).delay_days),
                }
                for row in rows
                for round_id in row["round_ids"]
            ]
        )

    def _browse(self, rows):
        return self.env["crm.lifecycle.survey.request"].browse([row["id"] for row in rows])

    @api.model
    def _do_gone(self, _company, rows):
        self._browse(rows).write({"state": "withdrawn", "reason": "gone"})

    @api.model
    def _do_again(self, _company, rows):
        for request, row in zip(self._browse(rows), rows, strict=True):
            request.write(
                {
                    "state": "due",
                    "reason": False,
                    "date_retry": False,
                    "date_event": row["day"],
                    "date_due": row["day"] + timedelta(days=request.round_id.delay_days),
                }
            )

    @api.model
    def _do_late(self, _company, rows):
        self._browse(rows).write({"state": "withdrawn", "reason": "late"})

    @api.model
    def _do_lost(self, _company, rows):
        """Note whom no mail reached; it is not to be sent after all."""
        lost = self._browse(rows)
        lost.mail_id.filtered(lambda mail: mail.state == "exception").cancel()
        lost.write({"state": "failed", "reason": "mail"})

    @api.model
    def _do_missed(self, _company, rows):
        self._browse(rows)._read_answers()

    @api.model
    def _do_unfollowed(self, _company, rows):
        self._browse(rows)._follow_up()

    @api.model
    def _do_unanswered(self, _company, rows):
        self._browse(rows).write({"state": "unanswered"})

    @api.model
    def _do_due(self, _company, rows):
        """Ask those whose day has come."""
        if self._browse(rows)._ask():
            cron = self.env.ref("mail.ir_cron_mail_scheduler_action", raise_if_not_found=False)
            if cron:
                cron._trigger()
