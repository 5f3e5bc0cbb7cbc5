"""What tests of remedies build on: a complaint, and people who propose, approve and make them."""

from .common import SALES_MANAGER
from .hold_common import HoldCase


class RemedyCase(HoldCase):
    """A complaint about an invoice, and people who propose, approve and make remedies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.remedies = cls.env["crm.complaint.remedy"]
        cls.manager = cls._create_user("remedy_manager", SALES_MANAGER)
        cls.company.lifecycle_remedy_limit = 1000.0
        cls.complaint = cls("_set_up_invoice")._dispute()

    def _as(self, user, records):
        return records.with_user(user).with_context(allowed_company_ids=self.company.ids)

    def _propose(self, amount=100.0, user=None, complaint=None, **vals):
        remedy = self._as(user or self.salesperson, self.remedies).create(
            {
                "name": "The price back",
                "complaint_id": (complaint or self.complaint).id,
                "move_id": self.invoice.id,
                "amount": amount,
                **vals,
            }
        )
        remedy.action_propose()
        return remedy.sudo(False).with_env(self.env)

    def _make(self, remedy, user=None):
        with self.at("2026-03-10"):
            return self._as(user or self.bookkeeper, remedy).action_make()
