from markupsafe import Markup

from odoo import api, fields, models

from ..engine import follow_ups

# Hour of the company's day from which people are told of their follow-ups.
DIGEST_HOUR = 6


class CrmLifecycleFollowUp(models.Model):
    """The job that plans contacts, keeps what is planned right, and tells people of it.

    Each step is a query of the same name in ``engine.follow_ups``.
    """

    _name = "crm.lifecycle.follow.up"
    _inherit = ["crm.lifecycle.follow.up", "crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D66  # "crmf" in ASCII

    @api.model
    def _get_steps(self):
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
        """Do all steps for the companies whose contacts are planned."""
        self._run_steps()

    @api.model
    def _get_companies(self):
        """Return the companies whose contacts are planned."""
        return self.env["res.company"].sudo().search([("lifecycle_follow_ups", "=", True)])

    @api.model
    def _get_rows_query(self, company, step, begin, limit):
        if step == "untold" and self._get_hour(company) < DIGEST_HOUR:
            return None
        today = self.env["crm.lifecycle.period.mixin"]._get_today()
        deputies = self.env["crm.lifecycle.absence"]._get_deputies(today)
        query = getattr(follow_ups, step)()
        return follow_ups.find(query, company.id, today, deputies, begin, limit)

    @api.model
    def _get_hour(self, company):
        """Return the hour that it is in the company's time zone."""
        tz = self.env["crm.lifecycle.period.mixin"].with_company(company)._get_zone()
        return fields.Datetime.context_timestamp(
            self.with_context(tz=tz), fields.Datetime.now()
        ).hour

    # ------------------------------------------------------------
    # PLANNING
    # ------------------------------------------------------------

    @api.model
    def _do_due(self, company, rows):
        """Plan contacts: a row and an activity each, without a message for each.

        Whoever is overdue is due today, or on the first day on which they are to be reached.
        """
        cadences = self.env["crm.lifecycle.cadence"].browse([row["cadence_id"] for row in rows])
        partners = self.env["res.partner"].browse([row["partner_id"] for row in rows])
        days = cadences._get_free_days(
            [
                (partner, cadence.calendar_id, row["date_due"])
                for partner, cadence, row in zip(partners, cadences, rows, strict=True)
            ]
        )
        vals_list = [
            {
                "partner_id": row["partner_id"],
                "company_id": company.id,
                "profile_id": row["id"],
                "cadence_id": row["cadence_id"],
                "user_id": row["user_id"],
                "date_due": day,
                "contact_before": row["last_contact_date"],
            }
            for row, day in zip(rows, days, strict=True)
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
                        "lifecycle_company_id": follow_up.company_id.id,
                    }
                    for follow_up in planned
                ]
            )
            for follow_up, activity in zip(planned, activities, strict=True):
                follow_up.write({"activity_id": activity.id, "is_adopted": False})

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
