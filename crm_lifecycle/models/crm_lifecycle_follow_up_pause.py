from odoo import api, models


class CrmLifecycleFollowUp(models.Model):
    """Nobody sells to a customer who complains: a follow-up that falls due meanwhile is noted as
    paused, without an activity, and planned once the complaint is solved.
    """

    _inherit = "crm.lifecycle.follow.up"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _do_paused(self, company, rows):
        """Note what is not planned because the customer complains, and about what."""
        customers = self.env["res.partner"].browse([row["partner_id"] for row in rows])
        found = self.env["crm.complaint"]._open_of(customers, company)
        self.create(
            [
                {
                    "partner_id": row["partner_id"],
                    "company_id": company.id,
                    "profile_id": row["id"],
                    "cadence_id": row["cadence_id"],
                    "user_id": row["user_id"],
                    "date_due": row["date_due"],
                    "contact_before": row["last_contact_date"],
                    "state": "paused",
                    "complaint_id": complaint.id,
                    "reason": self.env._("Open complaint: %s", complaint.display_name),
                }
                for row in rows
                if (
                    complaint := found.get(
                        self.env["res.partner"].browse(row["partner_id"]), self.env["crm.complaint"]
                    )[:1]
                )
            ]
        )

    @api.model
    def _do_resumed(self, company, rows):
        """End pauses; what is still due is planned by the next step."""
        for row in rows:
            follow_up = self.browse(row["id"])
            complaint = follow_up.complaint_id
            is_over = complaint and not complaint.is_counted
            follow_up._close(
                "dropped",
                self.env._("Complaint solved: %s", complaint.display_name)
                if is_over
                else self.env._("No longer paused"),
            )
