import logging
from datetime import datetime, time

import pytz
from markupsafe import Markup

from odoo import api, models
from odoo.tools import SQL

from ..engine import dates, reminders
from .crm_lifecycle_queue_work import CONCURRENCY_ERRORS, MAX_RETRIES

_logger = logging.getLogger(__name__)

# Rows that one transaction deals with.
PAGE_SIZE = 500
# Days for which people are still told of a date that passed while the job did not run.
GRACE_DAYS = 7
# First key of the advisory locks on companies ("crmr" in ASCII): one job at a time.
LOCK_SPACE = 0x63726D72


class CrmLifecycleReminder(models.AbstractModel):
    """The job that reminds people of what comes up at their customers.

    It works in steps and pages, each committed, and may be cut off and started again at any
    time: what is done is not found again, and what fails does not hold up the rest.
    """

    _name = "crm.lifecycle.reminder"
    _description = "Reminders of What Comes Up at Customers"

    @api.model
    def _get_steps(self):
        """Return the names of what is done in turn: ``_query_<name>`` and ``_do_<name>``."""
        return ["agreements", "dates", "past"]

    @api.model
    def _cron_remind(self):
        """Do all steps for all companies, as long as the job may run."""
        retries = 0
        while retries <= MAX_RETRIES:
            try:
                self._remind_all()
                return
            except CONCURRENCY_ERRORS:
                _logger.info("Reminders: another worker was faster, trying again")
                self.env.cr.rollback()
                retries += 1
        self.env["ir.cron"]._commit_progress(0, remaining=1)

    @api.model
    def _remind_all(self):
        for company in self.env["res.company"].sudo().search([("active", "=", True)]):
            for step in self._get_steps():
                begin = 0
                while begin is not None:
                    count, begin = self._work_off(company, step, begin)
                    if count and not self.env["ir.cron"]._commit_progress(count, remaining=1):
                        return
        self.env["ir.cron"]._commit_progress(0, remaining=0)

    @api.model
    def _work_off(self, company, step, begin=0, limit=PAGE_SIZE):
        """Do the next page of a step; never commits.

        :return: number of rows dealt with, and the id after which to go on, None at the end
        """
        # As the superuser: the job is nobody's.
        self = self.sudo().with_company(company)  # noqa: PLW0642
        query = self._try_lock(company) and getattr(self, f"_query_{step}")(company)
        rows = query and self._find(company, query, begin, limit)
        if not rows:
            return 0, None
        self._do_or_leave(company, step, rows)
        return len(rows), rows[-1]["id"] if len(rows) == limit else None

    @api.model
    def _try_lock(self, company):
        """Keep other workers from the company until the end of the transaction."""
        [[is_free]] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_SPACE, company.id)
        )
        return is_free

    @api.model
    def _find(self, company, query, begin, limit):
        """Return the next rows of a step, as dicts with the columns of its query."""
        self.env.flush_all()
        today = self._get_today()
        deputies = self.env["crm.lifecycle.absence"]._get_deputies(today)
        self.env.cr.execute(reminders.find(query, company.id, today, deputies, begin, limit))
        return self.env.cr.dictfetchall()

    @api.model
    def _get_today(self):
        return self.env["crm.lifecycle.period.mixin"]._get_today()

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
                _logger.exception("Reminders: %s failed for %s", step, rows)
                return
            middle = len(rows) // 2
            for part in (rows[:middle], rows[middle:]):
                self._do_or_leave(company, step, part)

    # ------------------------------------------------------------
    # DATES
    # ------------------------------------------------------------

    @api.model
    def _query_agreements(self, _company):
        return reminders.agreements_unnoted()

    @api.model
    def _do_agreements(self, _company, rows):
        """Have the ends of agreements among the dates that were not noted there yet."""
        agreements = self.env["crm.lifecycle.agreement"].browse([row["id"] for row in rows])
        self.env["crm.lifecycle.important.date"]._note_agreements(agreements)

    @api.model
    def _query_dates(self, _company):
        return reminders.dates_due(GRACE_DAYS)

    @api.model
    def _do_dates(self, _company, rows):
        """Remind people of dates, once of each day."""
        importants = self.env["crm.lifecycle.important.date"].browse([row["id"] for row in rows])
        plans = []
        for important, row in zip(importants, rows, strict=True):
            important.reminded_for = row["next_date"]
            user = self.env["res.users"].browse(row["user_id"])
            kind = important.with_context(lang=user.lang).kind_id
            plans.append(
                {
                    "partner": important.partner_id,
                    "user": user,
                    "type": kind.activity_type_id,
                    "summary": kind.name,
                    "notes": [important.agreement_id.display_name, important.note],
                    "day": row["next_date"],
                }
            )
        self._plan(plans)

    @api.model
    def _query_past(self, _company):
        return reminders.dates_past(dates.has_lunar())

    @api.model
    def _do_past(self, _company, rows):
        """Find when dates that are over come round again."""
        importants = self.env["crm.lifecycle.important.date"].browse([row["id"] for row in rows])
        self.env.add_to_compute(importants._fields["next_date"], importants)

    # ------------------------------------------------------------
    # ACTIVITIES
    # ------------------------------------------------------------

    @api.model
    def _plan(self, plans):
        """Create activities on customers and people, without a message for each.

        What speaks against contacting the customer then is told along.

        :param plans: dicts of partner, user, type (may be empty), summary, notes, day
        :return: ``mail.activity``, in the order of the plans
        """
        warnings = self._get_warnings(plans)
        model_id = self.env["ir.model"]._get_id("res.partner")
        todo = self.env.ref("mail.mail_activity_data_todo")
        vals_list = []
        for plan in plans:
            warning = warnings.get((plan["user"].lang, plan["day"], plan["partner"]))
            notes = [note for note in (*plan["notes"], warning) if note]
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": plan["partner"].id,
                    "activity_type_id": (plan["type"] or todo).id,
                    "summary": plan["summary"],
                    "note": Markup().join(Markup("<p>%s</p>") % note for note in notes),
                    "user_id": plan["user"].id,
                    "date_deadline": plan["day"],
                    "automated": True,
                }
            )
        return (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True, lifecycle_quiet_activity=True)
            .create(vals_list)
        )

    @api.model
    def _get_warnings(self, plans):
        """Return what speaks against reaching the customers at noon of the days.

        :return: ``{(language, day, partner): text}``
        """
        company = self.env.company
        zone = pytz.timezone(company.partner_id.tz or company.resource_calendar_id.tz or "UTC")
        asked = {}
        for plan in plans:
            asked.setdefault((plan["user"].lang, plan["day"]), []).append(plan["partner"].id)
        found = {}
        for (lang, day), partner_ids in asked.items():
            noon = zone.localize(datetime.combine(day, time(12))).astimezone(pytz.utc)
            partners = self.env["res.partner"].with_context(lang=lang).browse(set(partner_ids))
            for partner, block in partners._get_contact_block(
                moment=noon.replace(tzinfo=None), automated=False
            ).items():
                found[lang, day, partner] = block["reason"]
        return found
