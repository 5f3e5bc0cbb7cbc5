from datetime import datetime, time

import pytz
from markupsafe import Markup

from odoo import api, models

from ..engine import dates, follow_ups, reminders

# Days for which people are still told of a date that passed while the job did not run.
GRACE_DAYS = 7


class CrmLifecycleReminder(models.AbstractModel):
    """The job that reminds people of what comes up at their customers."""

    _name = "crm.lifecycle.reminder"
    _description = "Reminders of What Comes Up at Customers"
    _inherit = ["crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D72  # "crmr" in ASCII

    @api.model
    def _get_steps(self):
        """Return the names of what is done in turn: ``_query_<name>`` and ``_do_<name>``."""
        return ["agreements", "dates", "past"]

    @api.model
    def _cron_remind(self):
        """Remind people in all companies."""
        self._run_steps()

    @api.model
    def _get_rows_query(self, company, step, begin, limit):
        query = getattr(self, f"_query_{step}")(company)
        today = self._get_today()
        deputies = self.env["crm.lifecycle.absence"]._get_deputies(today)
        return query and follow_ups.find(query, company.id, today, deputies, begin, limit)

    @api.model
    def _get_today(self):
        return self.env["crm.lifecycle.period.mixin"]._get_today()

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
        for important, activity in zip(importants, self._plan(plans), strict=True):
            important.write({"activity_id": activity.id, "reminded_user_id": activity.user_id.id})

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
                    "lifecycle_company_id": self.env.company.id,
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
        zone = pytz.timezone(self.env["crm.lifecycle.period.mixin"]._get_zone())
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
