from odoo import api, models
from odoo.exceptions import UserError


class CrmComplaint(models.Model):
    """Buttons that move a complaint from step to step."""

    _inherit = "crm.complaint"  # pylint: disable=consider-merging-classes-inherited

    def action_confirm(self):
        """Accept complaints as what they say."""
        self._set_step("confirmed")

    def action_investigate(self):
        """Look into complaints; those that waited for the customer wait no longer."""
        self._set_step("investigating")

    def action_wait(self):
        """Wait for the customer: deadlines pause."""
        self._ensure_open()
        self._set_step("waiting")

    def action_solve(self):
        """Note that complaints are solved; the customer may still say otherwise."""
        self._ensure_open()
        self._set_step("solved")

    def action_close(self):
        """Close complaints for good."""
        self._set_step("closed")

    def action_reopen(self):
        """Open complaints again that were not solved after all."""
        for complaint in self:
            if complaint.is_open:
                raise UserError(self.env._("%s is open already.", complaint.display_name))
            if complaint.duplicate_of_id:
                raise UserError(
                    self.env._(
                        "%(complaint)s was merged into %(target)s. Reopen that one.",
                        complaint=complaint.name,
                        target=complaint.duplicate_of_id.display_name,
                    )
                )
        self.write({"reject_reason": False, "step_id": self._get_reopened_step().id})

    @api.model
    def _get_reopened_step(self):
        return self.env["crm.complaint.step"]._get("investigating")

    @api.readonly
    def action_reject(self):
        """Ask why the complaint is rejected."""
        self.ensure_one()
        self.check_access("write")
        self._ensure_open()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reject"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(self.env.ref("crm_lifecycle.crm_complaint_view_reject").id, "form")],
            "target": "new",
        }

    def action_confirm_reject(self):
        """Reject complaints for the reason that was entered."""
        self._ensure_open()
        self._set_step("rejected")

    def _ensure_open(self):
        """Refuse to go on with what is over."""
        for complaint in self:
            if not complaint.is_open:
                raise UserError(
                    self.env._("%s is not open any more. Reopen it first.", complaint.display_name)
                )
