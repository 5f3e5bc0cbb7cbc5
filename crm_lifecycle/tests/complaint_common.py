from odoo import fields

from .common import SALES_MANAGER, LifecycleCase


class ComplaintCase(LifecycleCase):
    """A company that works Monday to Friday from 8 to 12 and 13 to 17 in UTC, with a handler
    in a team with a leader.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.complaints = cls.env["crm.complaint"]
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Five Days", "company_id": cls.company.id, "tz": "UTC"}
        )
        cls.leader = cls._create_user("lifecycle_leader", SALES_MANAGER)
        cls.team = cls.env["crm.team"].create(
            {
                "name": "Service",
                "company_id": cls.company.id,
                "user_id": cls.leader.id,
                "member_ids": [fields.Command.set(cls.salesperson.ids)],
            }
        )
        cls.customer = cls._create_customer("Ada's Garden", user_id=cls.salesperson.id)
        # Only what a test says is a deadline.
        cls.env["crm.complaint.deadline"].search(
            [("company_id", "=", cls.company.id)]
        ).active = False

    def _complain(self, customer=None, **vals):
        return self.complaints.create(
            {
                "subject": "The bench wobbles",
                "partner_id": (customer or self.customer).id,
                "user_id": self.salesperson.id,
                "team_id": self.team.id,
                "company_id": self.company.id,
                **vals,
            }
        )

    def _create_deadline(self, answer_hours=4.0, solution_hours=16.0, **vals):
        return self.env["crm.complaint.deadline"].create(
            {
                "name": "Rule",
                "company_id": self.company.id,
                "answer_hours": answer_hours,
                "solution_hours": solution_hours,
                **vals,
            }
        )

    @staticmethod
    def _moment(text):
        return fields.Datetime.to_datetime(text)
