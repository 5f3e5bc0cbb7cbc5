"""What tests of who looks after whom build on: a team, levels, customers of any kind."""

from odoo import Command

from .common import SALES, SALES_MANAGER, LifecycleCase


class ServiceCase(LifecycleCase):
    """A company with two salespeople in a team, whose default levels are gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.levels = cls.env["crm.lifecycle.service.level"]
        cls.levels.search([("company_id", "=", cls.company.id)]).unlink()
        cls.manager = cls._create_user("service_manager", SALES_MANAGER)
        cls.junior = cls._create_seller("service_junior", "junior")
        cls.senior = cls._create_seller("service_senior", "senior")
        cls.team = cls._create_team("Parks", cls.junior | cls.senior)
        cls.sponsor_role = cls.env.ref("crm_lifecycle.crm_lifecycle_account_role_sponsor")
        cls.service_role = cls.env.ref("crm_lifecycle.crm_lifecycle_account_role_service")

    @classmethod
    def _create_seller(cls, login, seniority=False, **vals):
        return cls._create_user(login, SALES, lifecycle_seniority=seniority, **vals)

    @classmethod
    def _create_team(cls, name, members, **vals):
        return cls.env["crm.team"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "member_ids": [Command.set(members.ids)],
                **vals,
            }
        )

    @classmethod
    def _create_level(cls, name="Level", **vals):
        return cls.levels.create({"name": name, "company_id": cls.company.id, **vals})

    def _create_buyer(self, name="Buyer", owner=None, value_class=False, **vals):
        """Create somebody who bought on 2026-03-03; the profile's other columns are set."""
        partner_vals = {key: vals.pop(key) for key in ("company_id", "parent_id") if key in vals}
        customer = self._create_customer(name, user_id=owner.id if owner else False, **partner_vals)
        with self.at("2026-03-03"):
            self._confirm_order(customer)
            self._process_queue()
        # A pass would find them, and segments and types that tests say nothing of.
        found = {"value_class": value_class, "segment_id": False, "customer_type": False}
        self._profile(customer).write({**found, **vals})
        self.env.flush_all()
        return customer

    def _create_member(self, customer, user, role=None, **vals):
        return self.env["crm.lifecycle.account.member"].create(
            {
                "partner_id": customer.id,
                "company_id": self.company.id,
                "user_id": user.id,
                "role_id": (role or self.service_role).id,
                "date_start": "2026-01-01",
                **vals,
            }
        )

    def _mismatches(self, *customers, user=None):
        """Return the mismatches, as somebody sees them."""
        self.env.flush_all()
        self.env.invalidate_all()
        rows = self.env["crm.lifecycle.mismatch"]
        if user:
            rows = rows.with_user(user).with_context(allowed_company_ids=self.company.ids)
        return rows.search(
            [
                ("partner_id", "in", [customer.id for customer in customers]),
                ("company_id", "=", self.company.id),
            ],
            order="id",
        )

    def _kinds(self, *customers):
        return self._mismatches(*customers).mapped("kind")
