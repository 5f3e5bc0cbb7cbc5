from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..access import MANAGER_GROUP

APPROVAL_ACTIVITY = "mail.mail_activity_data_todo"


class CrmLifecycleOverride(models.Model):
    """Who has to agree to a stage set by hand, and what follows from it."""

    _inherit = "crm.lifecycle.override"

    def _needs_approval(self):
        """Tell whether a sales manager has to agree before the stage is in force.

        Never with a sales manager's own; otherwise the company's policy says so, and
        without a policy it is needed.
        """
        self.ensure_one()
        if self._is_manager():
            return False
        if "crm.lifecycle.policy" not in self.env:
            return True
        policy = (
            self.env["crm.lifecycle.policy"]
            .sudo()
            .search([("company_id", "=", self.company_id.id), ("state", "=", "active")], limit=1)
        )
        return not policy or policy.override_needs_approval

    def _get_approver(self):
        """Return the sales manager to ask: the leader of the team, else the first one.

        Empty where the company has no sales manager.
        """
        self.ensure_one()
        managers = (
            self.env.ref(MANAGER_GROUP)
            .sudo()
            .all_user_ids.filtered(
                lambda user: (
                    user.active
                    and not user.share
                    and user._is_internal()
                    and self.company_id in user.company_ids
                )
            )
            .sorted("id")
        )
        leader = self.user_id.sudo().sale_team_id.user_id
        return leader if leader in managers else managers[:1]

    def _schedule_approval(self):
        """Put those that wait on the to-do list of a sales manager, once."""
        for override in self.sudo():
            approver = override._get_approver()
            asked = override.activity_search([APPROVAL_ACTIVITY])
            if approver and override.active and override.state == "waiting" and not asked:
                override.activity_schedule(
                    APPROVAL_ACTIVITY,
                    date_deadline=override._get_company_today(),
                    summary=override.with_context(lang=approver.lang).env._(
                        "Approve or refuse a stage set by hand"
                    ),
                    user_id=approver.id,
                )

    def _drop_approval(self):
        """Take what was withdrawn off the to-do list."""
        self.sudo().activity_unlink([APPROVAL_ACTIVITY])

    def _decide(self, state):
        """Approve or refuse, and say when and, where somebody was asked, who."""
        for override in self:
            approver = self.env.user if override._is_manager() else self.env["res.users"]
            effective = max(override.date_start, override._get_company_today())
            override.sudo().write(
                {
                    "state": state,
                    "approver_id": approver.id,
                    "decided_at": fields.Datetime.now(),
                    "date_effective": effective if state == "approved" else False,
                }
            )

    def _ensure_can_decide(self):
        """Refuse to decide what is not the user's to decide, or decided already.

        :raise AccessError: if the user is no sales manager of the company
        :raise UserError: if one of the records does not wait
        """
        if not self._is_manager():
            raise AccessError(
                self.env._("Only a sales manager approves or refuses a stage set by hand.")
            )
        self.check_access("write")
        for override in self.filtered(lambda override: not override.can_decide):
            raise UserError(
                self.env._("%s does not wait for approval (any more).", override.display_name)
            )

    def action_approve(self):
        """Put the stages in force, from today on at the earliest."""
        self._ensure_can_decide()
        for override in self:
            if override.date_end < override._get_company_today():
                raise UserError(
                    self.env._(
                        "%(override)s ended on %(date)s already. Choose a later last day, or"
                        " refuse it.",
                        override=override.display_name,
                        date=format_date(self.env, override.date_end),
                    )
                )
        self._decide("approved")
        self._tell_decision()

    def action_refuse(self):
        self._ensure_can_decide()
        self._decide("refused")
        self._tell_decision()

    def _tell_decision(self):
        """Tick the to-do off and tell who has asked."""
        for override in self:
            override.sudo().activity_feedback([APPROVAL_ACTIVITY])
            asked_by = override.user_id.sudo()
            if asked_by == self.env.user:
                continue
            env = override.with_context(lang=asked_by.lang).env
            values = {"stage": override.with_env(env).stage_id.name, "user": self.env.user.name}
            override.message_post(
                body=(
                    env._("%(user)s approved the stage %(stage)s.", **values)
                    if override.state == "approved"
                    else env._("%(user)s refused the stage %(stage)s.", **values)
                ),
                partner_ids=asked_by.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )
