import logging

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

_logger = logging.getLogger(__name__)

# Complaints that one transaction deals with.
PAGE_SIZE = 100
DEADLINES = ("answer", "solution")


class CrmComplaint(models.Model):
    """Whoever leads the team is told of each missed deadline, once, by an activity."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    answer_escalated_at = fields.Datetime(string="Late Answer Escalated", readonly=True, copy=False)
    solution_escalated_at = fields.Datetime(
        string="Late Solution Escalated", readonly=True, copy=False
    )

    @api.model
    def _get_late_domain(self):
        """Return the domain of what is past a deadline, and does not wait for the customer."""
        return self._get_missed_domain("answer") | self._get_missed_domain("solution")

    @api.model
    def _get_missed_domain(self, deadline):
        """Return the domain of the complaints that have missed one of their ``DEADLINES``."""
        missed = (
            Domain("is_open", "=", True)
            & Domain("waiting_since", "=", False)
            & Domain(f"{deadline}_deadline", "<", fields.Datetime.now())
        )
        if deadline == "answer":
            missed &= Domain("answered_at", "=", False)
        return missed

    @api.model
    def _cron_escalate(self):
        """Tell team leaders of missed deadlines, page by page, as long as the job may run."""
        for deadline in DEADLINES:
            begin = 0
            while begin is not None:
                count, begin = self._escalate_next(deadline, begin)
                if count and not self.env["ir.cron"]._commit_progress(count, remaining=1):
                    return
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    @api.model
    def _escalate_next(self, deadline, begin=0, limit=PAGE_SIZE):
        """Escalate the next page of missed deadlines; never commits.

        One that fails is logged and left for the next run; the others go on.

        :return: number of complaints dealt with, and the id to go on after, None at the end
        """
        complaints = self.sudo().search(
            self._get_missed_domain(deadline)
            & Domain(f"{deadline}_escalated_at", "=", False)
            & Domain("id", ">", begin),
            order="id",
            limit=limit,
        )
        for complaint in complaints:
            try:
                with self.env.cr.savepoint():
                    complaint._escalate(deadline)
                    self.env.flush_all()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception:  # noqa: BLE001 whatever it is, the rest must go on
                self.env.invalidate_all()
                _logger.exception("Complaints: %s could not be escalated", complaint.id)
        return len(complaints), complaints[-1].id if len(complaints) == limit else None

    def _escalate(self, deadline):
        """Plan an activity for whoever leads the team, and note that it is done.

        Where there is nobody yet it is left for a later run.
        """
        self.ensure_one()
        user = self._get_escalation_user()
        if not user:
            return
        told = self.with_context(lang=user.lang or self.env.lang, mail_activity_quick_update=True)
        summary = (
            told.env._("No first answer in time: %s", told.display_name)
            if deadline == "answer"
            else told.env._("Not solved in time: %s", told.display_name)
        )
        activity = told.activity_schedule(
            "mail.mail_activity_data_warning", summary=summary, user_id=user.id
        )
        activity.automated = True
        self.write({f"{deadline}_escalated_at": fields.Datetime.now()})

    def _get_escalation_user(self):
        """Return who is told: the team's leader, else whoever is responsible, else a sales
        manager; or the deputy of one of them.
        """
        self.ensure_one()
        today = self.env["crm.lifecycle.period.mixin"].with_company(self.company_id)._get_today()
        deputies = self.env["crm.lifecycle.absence"].sudo()._get_deputies(today)
        users = self.env["res.users"]
        for user in (
            self.team_id.user_id,
            self.user_id.crm_team_ids[:1].user_id,
            self.user_id,
            *self._get_managers(),
        ):
            present = users.browse(deputies.get(user.id)) if user.id in deputies else user
            if present.active and self.company_id in present.company_ids:
                return present
        return users
