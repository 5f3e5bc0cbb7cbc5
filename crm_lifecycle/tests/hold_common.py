"""What tests of disputed invoices build on: a customer who complains about invoices."""

from .complaint_common import ComplaintCase
from .dunning_common import DunningCase


class HoldCase(ComplaintCase, DunningCase):
    """Invoices of one customer, and somebody who keeps the books."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holds = cls.env["crm.complaint.hold"]
        cls.customer.email = "ada@example.com"
        cls.bookkeeper = cls._create_user("lifecycle_books", "account.group_account_invoice")
        cls.invoice = cls("_set_up_invoice")._invoice()
        cls.other = cls("_set_up_invoice")._invoice()

    def _set_up_invoice(self):
        """A name for setting up without a test."""

    def _dispute(self, *invoices, **vals):
        """Complain about invoices."""
        moves = self.env["account.move"].union(*(invoices or (self.invoice,)))
        return self._complain(move_ids=moves.ids, **vals)

    def _flags(self, *invoices):
        """Return whether invoices are not followed up, as the host sees it."""
        self.env.flush_all()
        self.env.invalidate_all()
        return [invoice.no_followup for invoice in invoices or (self.invoice, self.other)]

    def _hold(self, complaint, invoice=None):
        return complaint.hold_ids.filtered(lambda hold: hold.move_id == (invoice or self.invoice))

    def _expire(self, day):
        """Do as the job does on a day, without its commits."""
        self.env.flush_all()
        with self.at(day):
            for step in self.holds._get_steps():
                self.holds._work_off(self.company, step)
            self.env.flush_all()
        self.env.invalidate_all()

    def _reject(self, complaint):
        complaint.reject_reason = "It was no bench of ours"
        complaint.action_confirm_reject()

    def _as_bookkeeper(self, records):
        return records.with_user(self.bookkeeper).with_context(allowed_company_ids=self.company.ids)
