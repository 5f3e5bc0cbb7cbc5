"""What tests of payment reminders build on: an overdue invoice, and the job without commits."""

from odoo import Command, fields

from .common import LifecycleCase

# Due on the day of the invoice.
DUE = "2026-03-02"


class DunningCase(LifecycleCase):
    """A company that reminds customers after 7, 21 and 35 days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dunning = cls.env["crm.lifecycle.dunning"]
        cls.notices = cls.env["crm.lifecycle.dunning.notice"]
        cls.company.lifecycle_dunning = True
        cls.company.email = "books@example.com"
        cls.levels = cls.env["crm.lifecycle.dunning.level"].search(
            [("company_id", "=", cls.company.id)]
        )
        cls.customer = cls._create_customer("Hotel Moor", email="moor@example.com")

    def _invoice(self, customer=None, amount=100.0, day=DUE, **vals):
        with self.at(day):
            return self._post_invoice(
                customer or self.customer,
                amount,
                invoice_payment_term_id=False,
                invoice_date_due=fields.Date.to_date(day),
                **vals,
            )

    def _send(self, day, company=None, limit=100):
        """Do as the job does in a company on a day, without its commits."""
        self.env.flush_all()
        with self.at(day):
            for step in self.dunning._get_steps():
                begin = 0
                while begin is not None:
                    _count, begin = self.dunning._work_off(
                        company or self.company, step, begin, limit
                    )
            self.env.flush_all()
            self.env.cr.flush()
        self.env.invalidate_all()

    def _notices(self, *invoices):
        return self.notices.search(
            [("move_id", "in", [invoice.id for invoice in invoices])], order="id"
        )

    def _told(self, *invoices):
        """Return what became of invoices' reminders, as (days of the level, state, reason)."""
        return [
            (notice.level_id.days, notice.state, notice.reason)
            for notice in self._notices(*invoices)
        ]

    def _mails(self, *invoices):
        return self.env["mail.mail"].search(
            [
                ("model", "=", "account.move"),
                ("res_id", "in", [invoice.id for invoice in invoices]),
            ],
            order="id",
        )

    def _opt_out(self, partner):
        partner.write({"lifecycle_opt_out": True, "lifecycle_opt_out_reason": "Said so"})

    @staticmethod
    def _receivable(invoice):
        return invoice.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def _pay_part(self, invoice, amount):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        return wizard.create(
            {"payment_date": fields.Date.today(), "amount": amount}
        )._create_payments()

    @classmethod
    def _create_level(cls, days, company=None, **vals):
        return cls.env["crm.lifecycle.dunning.level"].create(
            {
                "name": f"After {days} days",
                "days": days,
                "company_id": (company or cls.company).id,
                "template_id": cls.env.ref("crm_lifecycle.mail_template_dunning_friendly").id,
                **vals,
            }
        )

    @classmethod
    def _create_instalments(cls, *days):
        """Create payment terms of equal parts, due so many days after the invoice."""
        return cls.env["account.payment.term"].create(
            {
                "name": "Instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100 / len(days), "nb_days": count}
                    )
                    for count in days
                ],
            }
        )
