"""What tests of reminders build on: people, their team, and the job without its commits."""

from datetime import date

from .common import SALES_ALL
from .service_common import ServiceCase


class ReminderCase(ServiceCase):
    """A company with a team that has a leader; the job runs for it alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reminder = cls.env["crm.lifecycle.reminder"]
        cls.importants = cls.env["crm.lifecycle.important.date"]
        cls.leader = cls._create_user("reminder_leader", SALES_ALL)
        cls.team.user_id = cls.leader
        cls.birthday = cls.env.ref("crm_lifecycle.crm_lifecycle_important_date_kind_birthday")
        cls.customer = cls._create_customer("Hotel Moor", user_id=cls.senior.id)
        cls.person = cls._create_customer(
            "Ada Moor", is_company=False, parent_id=cls.customer.id, user_id=False
        )

    def _create_date(self, day=False, partner=None, **vals):
        return self.importants.create(
            {
                "partner_id": (partner or self.person).id,
                "company_id": self.company.id,
                "kind_id": self.birthday.id,
                "date": day,
                **vals,
            }
        )

    def _remind(self, day=None, limit=3):
        """Do all steps once, as the job does, without its commits."""
        self.env.flush_all()
        with self.at(day or "2026-03-10"):
            for step in self.reminder._get_steps():
                begin = 0
                while begin is not None:
                    _count, begin = self.reminder._work_off(self.company, step, begin, limit)
            self.env.flush_all()
        self.env.invalidate_all()

    def _activities(self, *partners):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "res.partner"),
                ("res_id", "in", [partner.id for partner in partners or [self.person]]),
            ],
            order="id",
        )

    @staticmethod
    def _day(text):
        return date.fromisoformat(text)
