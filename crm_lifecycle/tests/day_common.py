from datetime import timedelta

from odoo import fields

from .common import SALES_ALL, SALES_MANAGER, LifecycleCase

#: A Tuesday; tests stand still on it.
TODAY = "2026-03-03"


class DayCase(LifecycleCase):
    """A salesperson with eight working hours a day in UTC, half of them for customers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {"name": "Office hours", "tz": "UTC", "company_id": cls.company.id}
        )
        cls.call, cls.visit = cls.env["mail.activity.type"].create(
            [
                {"name": "Ring", "lifecycle_channel": "call"},
                {"name": "Drive", "lifecycle_channel": "visit"},
            ]
        )
        cls.colleague = cls._create_user("lifecycle_colleague", SALES_ALL)
        cls.manager = cls._create_user("lifecycle_day_manager", SALES_MANAGER)
        cls.lines = cls.env["crm.lifecycle.day.line"]
        cls.customer = cls._create_customer(phone="+32 470 12 34 56", email="ada@garden.test")

    def _plan(self, record, days=0, activity_type=None, user=None, **vals):
        """Plan an activity on a document, so many days before or after today."""
        return (
            self.env["mail.activity"]
            .with_context(mail_activity_quick_update=True)
            .create(
                {
                    "res_model_id": self.env["ir.model"]._get_id(record._name),
                    "res_id": record.id,
                    "activity_type_id": (activity_type or self.call).id,
                    "user_id": (user or self.salesperson).id,
                    "date_deadline": fields.Date.today() + timedelta(days=days),
                    **vals,
                }
            )
        )

    def _lines_of(self, user=None, domain=()):
        """Return the lines of somebody as they see them."""
        user = user or self.salesperson
        self.env.flush_all()
        self.env.invalidate_all()
        return self.lines.with_user(user).search([("user_id", "=", user.id), *domain])

    def _line(self, activity, user=None):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.lines.with_user(user or activity.user_id).browse(activity.id)

    def _classify(self, customer, value_class):
        """Put a customer who has a profile into a class."""
        profile = self._profile(customer)
        profile.value_class = value_class
        self.env.flush_all()
        return profile
