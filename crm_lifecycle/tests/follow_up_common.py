"""What tests of planned contacts build on: a rule, people, customers who are due."""

from datetime import date

from .common import SALES_ALL
from .service_common import ServiceCase


class FollowUpCase(ServiceCase):
    """A company that plans contacts by one rule; 2026-03-10 is a Tuesday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.lifecycle_follow_ups = True
        cls.cadences = cls.env["crm.lifecycle.cadence"]
        cls.cadences.search([("company_id", "=", cls.company.id)]).unlink()
        cls.follow_ups = cls.env["crm.lifecycle.follow.up"]
        cls.leader = cls._create_user("follow_up_leader", SALES_ALL)
        cls.team.user_id = cls.leader
        cls.call = cls.env.ref("mail.mail_activity_data_call")
        cls.cadence = cls._create_cadence(activity_type_id=cls.call.id)

    @classmethod
    def _create_cadence(cls, name="Monthly", **vals):
        return cls.cadences.create({"name": name, "company_id": cls.company.id, **vals})

    def _create_due(self, name="Buyer", owner=None, due="2026-03-10", **vals):
        """Create a buyer of somebody's who is to be contacted from a day on."""
        customer = self._create_buyer(name, owner=owner or self.senior)
        self._set_dates(customer, next_contact_date=due, **vals)
        return customer

    def _set_dates(self, customer, **vals):
        """Say what a look at the customer would find."""
        self._profile(customer).write({"cadence_id": self.cadence.id, **vals})
        self.env.flush_all()

    def _schedule(self, day=None):
        """Do all steps once, as the job does, without its commits."""
        self.env.flush_all()
        with self.at(day or "2026-03-10"):
            for step in self.follow_ups._get_steps():
                begin = 0
                while begin is not None:
                    _count, begin = self.follow_ups._work_off(self.company, step, begin, limit=3)
        self.env.invalidate_all()

    def _open(self, *customers):
        return self.follow_ups.search(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "open"),
                ("partner_id", "in", [customer.id for customer in customers]),
            ]
        )

    def _all(self, customer):
        return self.follow_ups.search([("partner_id", "=", customer.id)], order="id")

    @staticmethod
    def _day(text):
        return date.fromisoformat(text)
