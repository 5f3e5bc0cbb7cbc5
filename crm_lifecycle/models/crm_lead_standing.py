from odoo import api, fields, models
from odoo.tools import format_date

from ..access import LIFECYCLE_GROUPS
from ..engine import reminders


class CrmLead(models.Model):
    """An opportunity that stands still in its stage is brought before a team leader, once."""

    _inherit = "crm.lead"  # pylint: disable=consider-merging-classes-inherited

    lifecycle_standing_told = fields.Datetime(
        string="Told of Standing Still",
        readonly=True,
        copy=False,
        groups=LIFECYCLE_GROUPS,
        help="Since when the opportunity had stood still when a team leader was told of it.",
    )


class CrmLifecycleReminder(models.AbstractModel):
    """Opportunities stand still by the host's measure: the days to rot of their stage."""

    _inherit = "crm.lifecycle.reminder"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _get_steps(self):
        return [*super()._get_steps(), "standing"]

    @api.model
    def _query_standing(self, company):
        return reminders.standing() if company.lifecycle_standing else None

    @api.model
    def _do_standing(self, _company, rows):
        """Have leaders look at opportunities, without a message for each."""
        leads = self.env["crm.lead"].browse([row["id"] for row in rows])
        model_id = self.env["ir.model"]._get_id("crm.lead")
        todo = self.env.ref("mail.mail_activity_data_todo")
        today = self._get_today()
        vals_list = []
        for lead, row in zip(leads, rows, strict=True):
            told = self.with_context(lang=self.env["res.users"].browse(row["user_id"]).lang)
            vals_list.append(
                {
                    "res_model_id": model_id,
                    "res_id": lead.id,
                    "activity_type_id": todo.id,
                    "summary": told.env._(
                        "Stands still in %(stage)s since %(date)s",
                        stage=lead.with_env(told.env).stage_id.name,
                        date=format_date(told.env, lead.date_last_stage_update),
                    ),
                    "user_id": row["user_id"],
                    "date_deadline": today,
                    "automated": True,
                }
            )
            lead.with_context(
                tracking_disable=True
            ).lifecycle_standing_told = lead.date_last_stage_update
        self.env["mail.activity"].with_context(
            mail_activity_quick_update=True, lifecycle_quiet_activity=True
        ).create(vals_list)
