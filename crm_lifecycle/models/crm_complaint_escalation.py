from odoo import api, fields, models
from odoo.fields import Domain


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
        """Return the domain of the complaints that have missed a deadline.

        :param str deadline: ``answer`` or ``solution``
        """
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
        """Tell team leaders of missed deadlines, as long as the job may run."""
        self.env["crm.complaint.escalation"]._run_steps()

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


class CrmComplaintEscalation(models.AbstractModel):
    """The job that looks for missed deadlines, page by page."""

    _name = "crm.complaint.escalation"
    _description = "Escalation of Complaints"
    _inherit = "crm.lifecycle.job.mixin"
    _job_lock_space = 0x63726D65  # "crme" in ASCII
    _job_page_size = 100

    @api.model
    def _get_steps(self):
        return ["answer", "solution"]

    @api.model
    def _get_rows_query(self, company, step, begin, limit):
        complaints = self.env["crm.complaint"]
        late = (
            complaints._get_missed_domain(step)
            & Domain("company_id", "=", company.id)
            & Domain(f"{step}_escalated_at", "=", False)
            & Domain("id", ">", begin)
        )
        return complaints._search(late, order="id", limit=limit).select()

    @api.model
    def _do_answer(self, _company, rows):
        self._escalate(rows, "answer")

    @api.model
    def _do_solution(self, _company, rows):
        self._escalate(rows, "solution")

    @api.model
    def _escalate(self, rows, deadline):
        for complaint in self.env["crm.complaint"].browse([row["id"] for row in rows]):
            complaint._escalate(deadline)
