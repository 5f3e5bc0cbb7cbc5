from odoo import api, fields, models
from odoo.tools import SQL

from ..engine import grades
from .crm_lifecycle_grade_set import Decision


class CrmLifecycleGradeJob(models.AbstractModel):
    """The job that has levels of business partners follow agreements and loyalty.

    A level is shared by all companies, and so all of them are looked at together.
    """

    _name = "crm.lifecycle.grade.job"
    _description = "Setting of Partner Levels"
    _inherit = ["crm.lifecycle.job.mixin"]
    _job_lock_space = 0x63726D67  # "crmg" in ASCII
    _job_page_size = 200

    @api.model
    def _cron_set(self):
        self._run_steps()

    @api.model
    def _get_steps(self):
        # What a customer's contact had before is handed over once the customer has a level.
        return ["set", "leave"]

    @api.model
    def _get_companies(self):
        # The same one always: its lock stands for all.
        return super()._get_companies().sorted("id")[:1]

    @api.model
    def _query_set(self, _company, begin, limit):
        companies = self.env["res.company"].sudo()
        if not companies.search_count([("lifecycle_grade_mode", "=", "set")], limit=1):
            return None
        return grades.to_set(fields.Datetime.now(), self._get_level_sql(), begin, limit)

    @api.model
    def _get_level_sql(self):
        """Return the SQL of the loyalty level of ``profile``."""
        return self.env["crm.lifecycle.loyalty.level"]._get_sql_level(
            SQL("profile.loyalty_index"), SQL("profile.stage_id"), SQL("profile.company_id")
        )

    @api.model
    def _do_set(self, _company, rows):
        levels = self.env["crm.lifecycle.grade.set"]
        decisions = {}
        for partner, row in zip(
            self.env["res.partner"].browse([row["id"] for row in rows]), rows, strict=True
        ):
            rule = self.env["crm.lifecycle.grade.rule"].browse(row["rule_id"] or ())
            company = self.env["res.company"].browse(row["company_id"])
            decisions[partner] = Decision(
                self.env["res.partner.grade"].browse(row["grade_id"] or ()),
                company,
                rule,
                levels._say_why(company, rule, row["others"] or ()),
            )
        levels._set_grades(decisions)

    @api.model
    def _query_leave(self, _company, begin, limit):
        return grades.to_leave(begin, limit)

    @api.model
    def _do_leave(self, _company, rows):
        levels = self.env["crm.lifecycle.grade.set"]
        levels.search([("partner_id", "in", [row["id"] for row in rows])])._leave()

    @api.model
    def _wake(self, companies):
        """Have the job run soon, where a company sets levels."""
        cron = self.env.ref("crm_lifecycle_partnership.ir_cron_grade", raise_if_not_found=False)
        if cron and "set" in companies.mapped("lifecycle_grade_mode"):
            cron._trigger()
