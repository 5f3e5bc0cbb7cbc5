import logging

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import follow_ups
from .crm_lifecycle_queue_work import CONCURRENCY_ERRORS, MAX_RETRIES

_logger = logging.getLogger(__name__)

# Follow-ups that one transaction deals with.
PAGE_SIZE = 500
# Hour of the company's day from which people are told of their follow-ups.
DIGEST_HOUR = 6
# First key of the advisory locks on companies ("crmf" in ASCII): one scheduler at a time.
LOCK_SPACE = 0x63726D66


class CrmLifecycleFollowUp(models.Model):
    """The job that plans contacts, keeps what is planned right, and tells people of it.

    It works in steps and pages, each committed, and may be cut off and started again at any
    time: what is done is not found again, and what fails does not hold up the rest.
    """

    _inherit = "crm.lifecycle.follow.up"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_steps(self):
        """Return the names of what is done in turn: ``_find_<name>`` and ``_do_<name>``.

        ``_find`` returns a query of ``engine.follow_ups``, ``_do`` deals with rows of it.
        """
        return [
            "met",
            "void",
            "resumed",
            "misplaced",
            "without_activity",
            "due",
            "paused",
            "overdue",
            "untold",
        ]

    @api.model
    def _cron_schedule(self):
        """Do all steps for all companies, as long as the job may run."""
        retries = 0
        while retries <= MAX_RETRIES:
            try:
                self._schedule_all()
                return
            except CONCURRENCY_ERRORS:
                _logger.info("Follow-ups: another worker was faster, trying again")
                self.env.cr.rollback()
                retries += 1
        self.env["ir.cron"]._commit_progress(0, remaining=1)

    @api.model
    def _schedule_all(self):
        for company in self._get_companies():
            for step in self._get_steps():
                begin = 0
                while begin is not None:
                    count, begin = self._work_off(company, step, begin)
                    if count and not self.env["ir.cron"]._commit_progress(count, remaining=1):
                        return
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    @api.model
    def _get_companies(self):
        """Return the companies whose contacts are planned."""
        return self.env["res.company"].sudo().search([("lifecycle_follow_ups", "=", True)])

    @api.model
    def _work_off(self, company, step, begin=0, limit=PAGE_SIZE):
        """Do the next page of a step; never commits.

        :return: number of rows dealt with, and the id after which to go on, None at the end
        """
        self = self.sudo().with_company(company)  # noqa: PLW0642
        if not self._try_lock(company):
            return 0, None
        if step == "untold" and self._get_hour(company) < DIGEST_HOUR:
            return 0, None
        rows = self._find(company, step, begin, limit)
        if not rows:
            return 0, None
        self._do_or_leave(company, step, rows)
        return len(rows), rows[-1]["id"] if len(rows) == limit else None

    @api.model
    def _get_hour(self, company):
        """Return the hour that it is in the company's time zone."""
        tz = self.env["crm.lifecycle.period.mixin"].with_company(company)._get_zone()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=tz), fields.Datetime.now()
        ).hour

    @api.model
    def _try_lock(self, company):
        """Keep other schedulers from the company until the end of the transaction."""
        [[is_free]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_SPACE, company.id)
        )
        return is_free

    @api.model
    def _find(self, company, step, begin=0, limit=PAGE_SIZE):
        """Return the next rows of a step, as dicts with the columns of its query."""
        self.env.flush_all()
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        deputies = self.env["crm.lifecycle.absence"]._get_deputies(today)
        self.env.cr.execute(
            follow_ups.find(getattr(follow_ups, step)(), company.id, today, deputies, begin, limit)
        )
        return self.env.cr.dictfetchall()

    @api.model
    def _do_or_leave(self, company, step, rows):
        """Deal with rows; one that fails is logged, and does not stop the rest."""
        try:
            with self.env.cr.savepoint():
                getattr(self, f"_do_{step}")(company, rows)
                self.env.flush_all()
        except CONCURRENCY_ERRORS:
            raise
        except Exception:  # noqa: BLE001 whatever it is, the rest must go on
            self.env.invalidate_all()
            if len(rows) == 1:
                _logger.exception("Follow-ups: %s failed for %s", step, rows)
                return
            middle = len(rows) // 2
            for part in (rows[:middle], rows[middle:]):
                self._do_or_leave(company, step, part)

    # ------------------------------------------------------------
    # PLANNING
    # ------------------------------------------------------------

    @api.model
    def _do_due(self, company, rows):
        """Plan contacts: a row and an activity each, without a message for each."""
        vals_list = [
            {
                "partner_id": row["partner_id"],
                "company_id": company.id,
                "profile_id": row["id"],
                "cadence_id": row["cadence_id"],
                "user_id": row["user_id"],
                "date_due": row["date_due"],
                "contact_before": row["last_contact_date"],
            }
            for row in rows
        ]
        self.create(vals_list)._plan_activities()

    def _plan_activities(self, deadlines=None):
        """Create the activities of follow-ups that have none.

        Quietly: nobody is made a follower, and people are told by one message a day.

        :param dict deadlines: other days than that for which they are due, by follow-up
        """
        partner_model = self.env["ir.model"]._get_id("res.partner")
        types = self._get_types_by_channel()
        by_lang = self.grouped(lambda follow_up: follow_up.user_id.lang)
        for lang, follow_ups_in_lang in by_lang.items():
            planned = follow_ups_in_lang.with_context(
                lang=lang,
                mail_activity_quick_update=True,
                lifecycle_quiet_activity=True,
                lifecycle_own_plan=True,
            )
            notes = planned._get_notes()
            activities = planned.env["mail.activity"].create(
                [
                    {
                        "res_model_id": partner_model,
                        "res_id": follow_up.partner_id.id,
                        "activity_type_id": follow_up._get_activity_type(types).id,
                        "summary": follow_up.cadence_id.name,
                        "note": notes.get(follow_up, False),
                        "user_id": follow_up.user_id.id,
                        "date_deadline": (deadlines or {}).get(follow_up) or follow_up.date_due,
                        "automated": True,
                    }
                    for follow_up in planned
                ]
            )
            for follow_up, activity in zip(planned, activities, strict=True):
                follow_up.activity_id = activity

    def _get_activity_type(self, types):
        """Return how somebody gets in touch: as the customer wishes, else as the rule says.

        :param dict types: type of activity by channel
        """
        self.ensure_one()
        return (
            types.get(self.partner_id.lifecycle_contact_channel)
            or self.cadence_id.activity_type_id
            or types.get("call")
            or self.env.ref("mail.mail_activity_data_call")
        )

    @api.model
    def _get_types_by_channel(self):
        """Return the first type of activity of each channel that fits a customer."""
        found = {}
        for kind in self.env["mail.activity.type"].search(
            [("lifecycle_channel", "!=", False), ("res_model", "in", (False, "res.partner"))]
        ):
            found.setdefault(kind.lifecycle_channel, kind)
        return found

    def _get_notes(self):
        """Return what to talk about, by follow-up: what the rule says, and what was left open.

        :return: ``{follow-up: Markup}``
        """
        questions = self._get_open_questions()
        return {
            follow_up: Markup().join(
                Markup("<p>%s</p>") % line
                for line in (follow_up.cadence_id.note, *questions.get(follow_up.partner_id, ()))
                if line
            )
            for follow_up in self
            if follow_up.cadence_id.note or follow_up.partner_id in questions
        }

    def _get_open_questions(self):
        """Return what the customers asked and nobody has answered: ``{customer: [text]}``."""
        found = {}
        for company, follow_ups_of in self.grouped("company_id").items():
            asked = self.env["crm.lifecycle.question"]._get_open_of(
                follow_ups_of.partner_id, company
            )
            for partner, questions in asked.items():
                found.setdefault(partner, []).extend(
                    self.env._("Still open: %s", question.name) for question in questions
                )
        return found
