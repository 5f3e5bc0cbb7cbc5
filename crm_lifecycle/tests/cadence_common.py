"""What tests of cadences build on: a company without rules, buyers with a last contact."""

from datetime import date

from odoo.tools import SQL

from .common import SALES_MANAGER, LifecycleCase


class CadenceCase(LifecycleCase):
    """A company whose default cadences are gone, in a calendar from Monday to Friday."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cadences = cls.env["crm.lifecycle.cadence"]
        cls.cadences.search([("company_id", "=", cls.company.id)]).unlink()
        cls.profiles = cls.env["crm.lifecycle.profile"]
        cls.manager = cls._create_user("cadence_manager", SALES_MANAGER)
        cls.env.flush_all()
        cls.env.cr.flush()

    @classmethod
    def _create_cadence(cls, name="Monthly", **vals):
        """Create a rule of a contact every 30 days, 7 at least and 90 at most."""
        terms = {"gap_min": 7, "interval": 30, "gap_max": 90}
        return cls.cadences.create({"name": name, "company_id": cls.company.id, **terms, **vals})

    def _create_buyer(self, name="Buyer", contacted="2026-03-03", bought="2026-03-03", **vals):
        """Create somebody who bought on a day and was last contacted on one.

        :param vals: of the contact
        """
        customer = self._create_customer(name, **vals)
        with self.at(bought):
            self._confirm_order(customer)
            self._process_queue()
        if contacted:
            self._call(customer, contacted)
            self._contact(customer, contacted)
        return customer

    def _call(self, customer, day):
        """Have the salesperson reach a customer by telephone."""
        with self.at(day):
            activity = customer.activity_schedule(
                "mail.mail_activity_data_call",
                date.fromisoformat(day),
                user_id=self.salesperson.id,
            )
            activity.action_feedback()
            self._process_queue()

    def _contact(self, customer, day, company=None):
        """Have the profile say when the last contact was, and date the next one."""
        self.env.flush_all()
        self._profile(customer, company).last_contact_date = day
        self._date(customer)

    def _set(self, customer, company=None, **vals):
        """Set columns of a profile that figures would decide."""
        self._profile(customer, company).write(vals)

    def _date(self, *customers):
        """Find the next contacts of customers anew, from the recorded columns."""
        self.env.flush_all()
        written = self.profiles._write_cadences(
            SQL("profile.partner_id = ANY(%s)", [customer.id for customer in customers])
        )
        self.env.invalidate_all()
        return written

    def assertNext(self, customer, day, company=None):
        """Check the day of a customer's next contact, found anew."""
        self._date(customer)
        found = self._profile(customer, company).next_contact_date
        self.assertEqual(found and found.isoformat(), day)
