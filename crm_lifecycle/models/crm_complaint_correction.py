from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmComplaint(models.Model):
    """What is changed so that it does not happen again, and whether that worked.

    The day of the check is somebody's activity; once they say how it turned out, it is done.
    """

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    corrective_action = fields.Text(
        copy=False, tracking=True, help="What is changed so that it does not happen again."
    )
    check_date = fields.Date(
        string="Check On",
        copy=False,
        tracking=True,
        help="Day on which whoever is responsible looks whether the change worked.",
    )
    is_effective = fields.Selection(
        [("yes", "It Worked"), ("no", "It Did Not Work")],
        string="Effectiveness",
        copy=False,
        tracking=True,
        help="Whether what was changed keeps it from happening again.",
    )
    check_activity_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null", index="btree_not_null"
    )

    @api.constrains("check_date", "is_effective", "corrective_action")
    def _check_corrective_action(self):
        for complaint in self:
            if (complaint.check_date or complaint.is_effective) and not (
                complaint.corrective_action or ""
            ).strip():
                raise ValidationError(
                    self.env._(
                        "Describe the corrective action of %s before you check it.", complaint.name
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        complaints = super().create(vals_list)
        complaints.filtered("check_date")._plan_check()
        return complaints

    def write(self, vals):
        result = super().write(vals)
        if not {"check_date", "is_effective", "user_id"}.isdisjoint(vals):
            self._plan_check()
        return result

    def _plan_check(self):
        """Have one open activity for each check that nobody has answered yet."""
        for complaint in self:
            activity = complaint.check_activity_id.sudo()
            if not complaint.check_date or complaint.is_effective:
                if activity.active and complaint.is_effective:
                    activity.action_feedback(feedback=self.env._("The effect was checked."))
                elif activity.active:
                    activity.unlink()
                continue
            user = complaint.user_id or self.env.user
            if activity.active:
                activity.write({"date_deadline": complaint.check_date, "user_id": user.id})
                continue
            planned = complaint.with_context(mail_activity_quick_update=True).activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=complaint.check_date,
                summary=self.env._("Did the corrective action work?"),
                user_id=user.id,
            )
            complaint._note({"check_activity_id": planned.id})

    def action_check_next_week(self):
        """Look again in a week whether the change worked."""
        today = fields.Date.context_today(self)
        self.write({"check_date": today + timedelta(weeks=1), "is_effective": False})
